import type { Ref } from 'vue'
import type { Block } from './blocks.ts'
import { computed, nextTick, onScopeDispose, shallowRef, watch } from 'vue'
import { span } from './window.ts'

export type ThreadWindowOptions = {
  scroller: Readonly<Ref<HTMLElement | null>>
  /** The element whose children are the parts. */
  list: Readonly<Ref<HTMLElement | null>>
  blocks: Readonly<Ref<Block[]>>
}

/** What stands in the list: a block, or the room that blocks take which are not drawn. */
export type Part = { key: string, block: Block } | { key: string, block: null, height: number }

/** Threads of no more blocks are drawn whole, so that a browser's find-in-page and a screen reader have all of it. */
const few = 6

/**
 * Draws of a long thread what is near the reader. A block is drawn at least once and measured; later, far away, an empty space of
 * exactly its height stands for it, so that nothing moves. What somebody is using stays drawn: what has the focus, is selected,
 * plays or is open.
 */
export function useThreadWindow({ scroller, list, blocks }: ThreadWindowOptions) {
  /** Measured heights in CSS pixels, by key. */
  const heights = new Map<string, number>()
  const drawn = shallowRef<ReadonlySet<string>>(new Set())

  const parts = computed<Part[]>(() => {
    const whole = blocks.value.length <= few
    const made: Part[] = []
    for (const block of blocks.value) {
      const height = heights.get(block.key)
      const last = made.at(-1)
      if (whole || height === undefined || drawn.value.has(block.key)) made.push({ key: block.key, block })
      else if (last && !last.block) last.height += height
      else made.push({ key: `room:${block.key}`, block: null, height })
    }
    return made
  })

  function elementOf(key: string): HTMLElement | null {
    return list.value?.querySelector<HTMLElement>(`:scope > [data-block="${CSS.escape(key)}"]`) ?? null
  }
  function choose() {
    const el = scroller.value
    if (!el || !list.value) return
    const view = { top: el.scrollTop - list.value.offsetTop, height: el.clientHeight }
    const next = new Set(span(blocks.value.map(block => heights.get(block.key) ?? 0), view, at => drawn.value.has(blocks.value[at]!.key)).map(at => blocks.value[at]!.key))
    for (const key of drawn.value) {
      const element = next.has(key) ? null : elementOf(key)
      if (element && isUsed(element)) next.add(key)
    }
    if (next.size !== drawn.value.size || [...next].some(key => !drawn.value.has(key))) drawn.value = next
  }

  /** Takes the heights of what is drawn. */
  function measure() {
    for (const element of drawnElements()) heights.set(element.dataset.block!, element.getBoundingClientRect().height)
  }
  function drawnElements(): HTMLElement[] {
    return [...list.value?.children ?? []].filter((child): child is HTMLElement => child instanceof HTMLElement && child.dataset.block !== undefined)
  }

  const observed = new Set<HTMLElement>()
  let frame = 0
  let measured: () => void = () => {}
  const observer = new ResizeObserver(() => {
    measure()
    measured()
    // In the next frame: what changes now would be measured once more in this one.
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(choose)
  })
  watch(parts, () => {
    const present = new Set(drawnElements())
    for (const element of observed) {
      if (present.has(element)) continue
      observer.unobserve(element)
      observed.delete(element)
    }
    for (const element of present) {
      if (observed.has(element)) continue
      observer.observe(element)
      observed.add(element)
    }
  }, { flush: 'post', immediate: true })
  // Before they are drawn: what is near the reader must not be missing for a moment because there is more of the thread now.
  watch(blocks, (now) => {
    const keys = new Set(now.map(block => block.key))
    for (const key of heights.keys()) {
      if (!keys.has(key)) heights.delete(key)
    }
    choose()
  }, { flush: 'pre' })
  onScopeDispose(() => { observer.disconnect(); cancelAnimationFrame(frame) })

  return {
    parts,
    /** Draws what is near the reader now. */
    choose,
    /** The elements of the blocks that are drawn, top to bottom. */
    drawnElements,
    /** Calls, before anything is painted, when what is drawn may have become higher or lower. */
    onMeasured(run: () => void) { measured = run },
    /** Draws the block that holds an item, by its key or its message's id; resolves when it stands. */
    async reveal(keyOrId: string): Promise<void> {
      const block = blocks.value.find(({ items }) => items.some(item => item.key === keyOrId || (item.type === 'message' && item.entry.id === keyOrId) || (item.type === 'signals' && item.entries.some(entry => entry.id === keyOrId))))
      if (block) drawn.value = new Set([...drawn.value, block.key])
      await nextTick()
    },
    /** The day of what stands at the upper edge, as the ISO time of its first entry; null above the first day. */
    dayAbove(): string | null {
      const top = scroller.value?.getBoundingClientRect().top ?? 0
      const above = drawnElements().findLast(element => element.getBoundingClientRect().top < top)
      const within = [...above?.querySelectorAll<HTMLElement>('[data-day]') ?? []].findLast(day => day.getBoundingClientRect().bottom < top)?.dataset.day
      if (within !== undefined) return within
      const at = blocks.value.findIndex(({ key }) => key === above?.dataset.block)
      for (let i = at - 1; i >= 0; i--) {
        const day = blocks.value[i]!.items.findLast(item => item.type === 'day')
        if (day) return day.at
      }
      return null
    },
  }
}

function isUsed(element: HTMLElement): boolean {
  const selection = getSelection()
  return element.contains(document.activeElement)
    || element.querySelector('[data-playing],[aria-expanded=true]') !== null
    || Boolean(selection && !selection.isCollapsed && selection.containsNode(element, true))
}

export type ThreadWindow = ReturnType<typeof useThreadWindow>
