import type { TimelineItem } from './timeline.ts'

/** A run of items that is drawn, or not, as a whole. `key` stays while items come before, after and within. */
export type Block = { key: string, items: TimelineItem[] }

/** Items of a block as it is made; one to which items were added is cut when it has more than half as many again. */
const size = 40
const most = 60

/** What was said or done stays where it is; a day, a lane or a silence belongs to what follows it, and may go when older pages come. */
function opens(item: TimelineItem): boolean {
  return item.type === 'message' || item.type === 'note' || item.type === 'signals'
}

/**
 * Makes a divider of timelines that remembers where it cut: older pages that come before, messages that come after and changes in
 * between leave the cuts where they were, so that the heights measured of blocks stay true.
 */
export function makeDivider(): (items: readonly TimelineItem[]) => Block[] {
  let cuts = new Set<string>()
  return (items) => {
    const held = items.flatMap((item, at) => opens(item) && cuts.has(item.key) ? [at] : [])
    // What stands before the first item that opens belongs to it, until something older comes.
    const first = held[0] ?? items.length
    const starts = [...head(items, first), ...held.flatMap((from, i) => [from, ...further(items, from, held[i + 1] ?? items.length)])]
    const blocks = starts.map((from, i) => toBlock(items.slice(i === 0 ? 0 : from, starts[i + 1] ?? items.length)))
    cuts = new Set(blocks.map(block => block.key))
    return blocks
  }
}

function toBlock(items: TimelineItem[]): Block {
  return { key: (items.find(opens) ?? items[0]!).key, items }
}

/** Where to cut from a known cut up to the next. */
function further(items: readonly TimelineItem[], from: number, to: number): number[] {
  const starts: number[] = []
  let last = from
  while (to - last > most) {
    const at = nextOpening(items, last + size, to)
    if (at === null) break
    starts.push(at)
    last = at
  }
  return starts
}

/** Where to cut what comes before the first known cut: from below, so that what is left over stands on top, where more will come. */
function head(items: readonly TimelineItem[], end: number): number[] {
  const starts: number[] = []
  let last = end
  while (last > most) {
    const at = nextOpening(items, last - size, last)
    if (at === null) break
    starts.unshift(at)
    last = at
  }
  const opening = nextOpening(items, 0, last)
  // Without any opening of its own it joins the first block that has one, or is all there is.
  if (opening !== null || (starts.length === 0 && end === items.length && items.length > 0)) starts.unshift(opening ?? 0)
  return starts
}

function nextOpening(items: readonly TimelineItem[], from: number, to: number): number | null {
  for (let at = from; at < to; at++) {
    if (opens(items[at]!)) return at
  }
  return null
}
