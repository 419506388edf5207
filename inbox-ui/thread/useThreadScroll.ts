import type { Ref } from 'vue'
import type { TimelineItem } from './timeline.ts'
import { useResizeObserver, useTimeoutFn } from '@vueuse/core'
import { nextTick, ref, watch } from 'vue'

export type ThreadScrollOptions = {
  scroller: Readonly<Ref<HTMLElement | null>>
  items: () => TimelineItem[]
  /** Called when the reader comes near the oldest entry that is loaded. */
  nearTop: () => void
}

/** How close to the end counts as being there, CSS pixels. */
const close = 48

/**
 * Keeps the reader's place: at the end it follows what comes; further up nothing moves, whether entries are added above, below,
 * or an image takes its height.
 */
export function useThreadScroll({ scroller, items, nearTop }: ThreadScrollOptions) {
  const atBottom = ref(true)
  const unseen = ref(0)
  /** Day of what stands at the upper edge, while one scrolls back. */
  const dayAbove = ref<string | null>(null)
  const rest = useTimeoutFn(() => { dayAbove.value = null }, 1200, { immediate: false })
  let started = false
  let viewHeight = 0
  let fullHeight = 0

  const fromEnd = (el: HTMLElement) => el.scrollHeight - el.scrollTop - el.clientHeight

  function toBottom(smooth = false) {
    unseen.value = 0
    void nextTick(() => {
      const el = scroller.value
      el?.scrollTo({ top: el.scrollHeight, behavior: smooth ? 'smooth' : 'instant' })
    })
  }
  function onScroll() {
    const el = scroller.value
    if (!el) return
    // A scroll that comes with a change of height is the layout's doing, not the reader's.
    const moved = el.clientHeight === viewHeight && el.scrollHeight === fullHeight
    viewHeight = el.clientHeight
    fullHeight = el.scrollHeight
    if (!moved && atBottom.value) { follow(); return }
    atBottom.value = fromEnd(el) < close
    if (atBottom.value) unseen.value = 0
    if (started && el.scrollTop < 900) nearTop()
    if (!started || atBottom.value) { dayAbove.value = null; return }
    const edge = el.getBoundingClientRect().top
    const days = [...el.querySelectorAll<HTMLElement>('[data-day]')].filter(day => day.getBoundingClientRect().bottom < edge)
    dayAbove.value = days.at(-1)?.dataset.day ?? null
    rest.start()
  }

  watch(items, async (next, before) => {
    const el = scroller.value
    if (!el || next.length === 0) return
    const height = el.scrollHeight
    const top = el.scrollTop
    const grewAbove = before.length > 0 && next[0]?.key !== before[0]?.key && next.at(-1)?.key === before.at(-1)?.key
    const added = next.at(-1)
    const grewBelow = before.length > 0 && added?.key !== before.at(-1)?.key
    await nextTick()
    if (!started) {
      started = true
      el.scrollTop = el.scrollHeight
      return
    }
    if (grewAbove) el.scrollTop = top + (el.scrollHeight - height)
    else if (atBottom.value) el.scrollTop = el.scrollHeight
    else if (grewBelow && added?.type === 'message' && added.entry.direction === 'in') unseen.value++
  }, { flush: 'pre' })

  // Pictures that load and a composer that grows change the height without a new entry.
  useResizeObserver(() => scroller.value?.firstElementChild as HTMLElement | null, () => follow())
  useResizeObserver(scroller, () => follow())
  function follow() {
    const el = scroller.value
    if (el && started && atBottom.value) el.scrollTop = el.scrollHeight
  }

  return { atBottom, unseen, dayAbove, toBottom, onScroll }
}
