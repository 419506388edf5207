import type { ChannelView } from '#contracts'
import type { Channel } from '../models/index.ts'
import type { FileProblem } from '../platform/public-address.ts'

/** One of our numbers, without anything secret. */
export function channelView(channel: Channel, problem: FileProblem | null): ChannelView {
  const { _id, adapter, channel: network, provider, label, handle, storeId, state, stateReason, check } = channel
  return {
    id: _id,
    adapter,
    channel: network,
    provider,
    label,
    handle,
    storeId: storeId ?? null,
    state,
    reason: state === 'dead' ? stateReason ?? null : null,
    check: check ? { at: check.at.toISOString(), result: check.result, code: check.code ?? null } : null,
    fileProblem: problem,
  }
}
