import type { Ref } from 'vue'
import type { TimelineItem } from './timeline.ts'
import type { ThreadWindow } from './useThreadWindow.ts'
import { useResizeObserver, useTimeoutFn } from '@vueuse/core'
import { nextTick, ref, watch } from 'vue'

export type ThreadScrollOptions = {
  scroller: Readonly<Ref<HTMLElement | null>>
  items: () => TimelineItem[]
  /** Called when the reader comes near the oldest entry that is loaded. */
  nearTop: () => void
  /** What is drawn of the thread. */
  drawn: Pick<ThreadWindow, 'choose' | 'dayAbove' | 'drawnElements' | 'onMeasured' | 'reveal'>
}

/** How close to the end counts as being there, CSS pixels. */
const close = 48
/** How far from the oldest entry more is fetched, so that a reader seldom waits. */
const ahead = 900

/**
 * Keeps the reader's place: at the end it follows what comes; further up nothing that is in sight moves, whether entries come or
 * go above and below at once, an image takes its height or the window its width. A thread opens at its end, or where what is
 * unread begins when that is further up.
 */
export function useThreadScroll({ scroller, items, nearTop, drawn }: ThreadScrollOptions) {
  const atBottom = ref(true)
  const unseen = ref(0)
  /** Day of what stands at the upper edge, while one scrolls back. */
  const dayAbove = ref<string | null>(null)
  const rest = useTimeoutFn(() => { dayAbove.value = null }, 1200, { immediate: false })
  let started = false
  /** Whether the reader has scrolled on their own. */
  let moved = false
  /** Where we scrolled to ourselves: that scroll event is not the reader's. */
  let ours = -1
  /** How high the thread stood when its place was last kept, CSS pixels. */
  let height = 0
  /** What was in sight, top to bottom, and how far below the beginning of the thread it stood. */
  let sight: { element: HTMLElement, at: number }[] = []

  function place(el: HTMLElement, top: number) {
    el.scrollTop = top
    ours = el.scrollTop
  }
  function remember(el: HTMLElement) {
    const { top, bottom } = el.getBoundingClientRect()
    sight = []
    for (const block of drawn.drawnElements()) {
      const whole = block.getBoundingClientRect()
      if (whole.bottom <= top || whole.top >= bottom) continue
      for (const element of block.children) {
        const box = element.getBoundingClientRect()
        if (element instanceof HTMLElement && box.bottom > top && box.top < bottom) sight.push({ element, at: box.top + el.scrollTop })
      }
    }
  }
  /** Brings what was in sight back to where it stood, or the end where the reader is at the end. */
  function hold() {
    const el = scroller.value
    if (!el || !started) return
    height = el.clientHeight
    if (atBottom.value) {
      place(el, el.scrollHeight)
      return
    }
    const still = sight.find(({ element }) => element.isConnected)
    const by = still ? still.element.getBoundingClientRect().top + el.scrollTop - still.at : 0
    if (Math.abs(by) >= 0.5) place(el, el.scrollTop + by)
    remember(el)
  }
  function toBottom(smooth = false) {
    unseen.value = 0
    void nextTick(() => {
      const el = scroller.value
      if (!el) return
      const far = el.scrollHeight - el.scrollTop > 5 * el.clientHeight
      el.scrollTo({ top: el.scrollHeight, behavior: smooth && !far ? 'smooth' : 'instant' })
    })
  }
  drawn.onMeasured(hold)
  function onScroll() {
    const el = scroller.value
    if (!el || !started) return
    drawn.choose()
    const own = Math.abs(el.scrollTop - ours) < 2
    // A composer that shrinks and grows again within a frame has the browser scroll, not the reader.
    if (atBottom.value && (own || el.clientHeight !== height)) { hold(); return }
    moved ||= !own
    atBottom.value = el.scrollHeight - el.scrollTop - el.clientHeight < close
    remember(el)
    if (el.scrollTop < ahead) nearTop()
    if (atBottom.value) {
      unseen.value = 0
      dayAbove.value = null
      return
    }
    if (own) return
    dayAbove.value = drawn.dayAbove()
    rest.start()
  }
  /** Shows where what is unread begins, as far up as it goes, when it is not in sight at the end. */
  async function toUnread(el: HTMLElement) {
    await drawn.reveal('unread')
    const line = el.querySelector<HTMLElement>('[data-unread]')
    const above = line ? line.getBoundingClientRect().top - el.getBoundingClientRect().top : 0
    if (above >= 0 || moved) return
    atBottom.value = false
    place(el, el.scrollTop + above - el.clientHeight / 5)
    remember(el)
  }

  const isUnread = (item: TimelineItem) => item.type === 'unread'
  watch(items, (next, before) => {
    const el = scroller.value
    if (!el || next.length === 0) return
    const opening = !started
    started = true
    hold()
    if (!moved && next.some(isUnread) && (opening || !before.some(isUnread))) void toUnread(el)
    const added = next.at(-1)
    const grewBelow = !opening && added?.key !== before.at(-1)?.key
    if (!atBottom.value && grewBelow && added?.type === 'message' && added.entry.direction === 'in') unseen.value++
  }, { flush: 'post' })

  // Pictures that load and a composer that grows change the height without a new entry.
  useResizeObserver(() => scroller.value?.firstElementChild as HTMLElement | null, hold)
  useResizeObserver(scroller, hold)

  return { atBottom, unseen, dayAbove, toBottom, onScroll }
}
