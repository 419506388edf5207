import type { LaneView, MessageEntry } from '#contracts'

/** Whether a lane has no name but its channel's, as where a house has one account there; it is said in the reader's language then. */
export function isNamedAsChannel(lane: Pick<LaneView, 'label' | 'channel'>): boolean {
  return lane.label.toLowerCase() === lane.channel
}

/** Whether free text may go now. A channel without windows (`windowClosesAt` null and state open) is always open. */
export function laneOpen(lane: LaneView, now: number): boolean {
  return lane.state === 'open' && (lane.windowClosesAt === null || Date.parse(lane.windowClosesAt) > now)
}

/** Where a reply leaves unless someone chooses otherwise: where the customer wrote last, else the lane of the draft, else an open one. */
export function replyLane(lanes: LaneView[], drafted: string | null): LaneView | null {
  const usable = lanes.filter(lane => lane.state !== 'blocked')
  return usable.find(lane => lane.id === drafted)
    ?? [...usable].filter(lane => lane.lastInboundAt !== null).sort((a, b) => b.lastInboundAt!.localeCompare(a.lastInboundAt!))[0]
    ?? usable[0]
    ?? null
}

/** The conversation after its customer wrote: the lane that it came on was heard last. The same object when that is known already. */
export function heardOn<View extends { lanes: LaneView[] }>(view: View, { laneId, at }: Pick<MessageEntry, 'laneId' | 'at'>): View {
  const lane = view.lanes.find(({ id }) => id === laneId)
  if (!lane || (lane.lastInboundAt !== null && lane.lastInboundAt >= at)) return view
  return { ...view, lanes: view.lanes.map(other => other === lane ? { ...lane, lastInboundAt: at } : other) }
}
