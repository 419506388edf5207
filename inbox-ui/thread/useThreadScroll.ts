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
  drawn: Pick<ThreadWindow, 'choose' | 'dayAbove' | 'measure' | 'onMoved'>
}

/** How close to the end counts as being there, CSS pixels. */
const close = 48
/** How far from the oldest entry more is fetched, so that a reader seldom waits. */
const ahead = 900

/**
 * Keeps the reader's place: at the end it follows what comes; further up nothing moves, whether entries are added above, below,
 * or an image takes its height.
 */
export function useThreadScroll({ scroller, items, nearTop, drawn }: ThreadScrollOptions) {
  const atBottom = ref(true)
  const unseen = ref(0)
  /** Day of what stands at the upper edge, while one scrolls back. */
  const dayAbove = ref<string | null>(null)
  const rest = useTimeoutFn(() => { dayAbove.value = null }, 1200, { immediate: false })
  let started = false
  /** Where we scrolled to ourselves: that scroll event is not the reader's. */
  let ours = -1

  function place(el: HTMLElement, top: number) {
    el.scrollTop = top
    ours = el.scrollTop
  }
  function follow() {
    const el = scroller.value
    if (el && started && atBottom.value) place(el, el.scrollHeight)
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
  drawn.onMoved((by) => {
    const el = scroller.value
    if (el && started && !atBottom.value) place(el, el.scrollTop + by)
  })
  function onScroll() {
    const el = scroller.value
    if (!el || !started) return
    drawn.choose()
    if (atBottom.value && Math.abs(el.scrollTop - ours) < 2) { follow(); return }
    atBottom.value = el.scrollHeight - el.scrollTop - el.clientHeight < close
    if (el.scrollTop < ahead) nearTop()
    if (atBottom.value) {
      unseen.value = 0
      dayAbove.value = null
      return
    }
    dayAbove.value = drawn.dayAbove()
    rest.start()
  }

  watch(items, async (next, before) => {
    const el = scroller.value
    if (!el || next.length === 0) return
    const { scrollHeight: height, scrollTop: top } = el
    const added = next.at(-1)
    const grewAbove = before.length > 0 && next[0]?.key !== before[0]?.key && added?.key === before.at(-1)?.key
    const grewBelow = before.length > 0 && added?.key !== before.at(-1)?.key
    await nextTick()
    if (!started) {
      started = true
      place(el, el.scrollHeight)
    }
    else if (grewAbove) {
      place(el, top + (el.scrollHeight - height))
      drawn.measure()
    }
    else if (atBottom.value) { place(el, el.scrollHeight) }
    else if (grewBelow && added?.type === 'message' && added.entry.direction === 'in') { unseen.value++ }
  }, { flush: 'pre' })

  // Pictures that load and a composer that grows change the height without a new entry.
  useResizeObserver(() => scroller.value?.firstElementChild as HTMLElement | null, follow)
  useResizeObserver(scroller, follow)

  return { atBottom, unseen, dayAbove, toBottom, onScroll }
}
