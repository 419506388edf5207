import type { QueueCounts } from '#contracts'
import type { AdvisorActor } from '../accounts/index.ts'
import type { Context } from '../platform/context.ts'
import type { Io, Page } from './io.ts'
import { listScopes, queueCounts } from '../conversations/index.ts'
import { audienceOf, personRoom } from './audience.ts'

/** Nobody is told more often. */
const everyMs = 1000
/** Counting may take this share of the time at most, so that a busy house slows the counters down and not the messages … */
const share = 0.1
/** … though nobody's turn holds up the next for longer. */
const longestPauseMs = 250

/** Tells people how many conversations stand in their queues when something changed in what they may see: at most once a second each. Returns how to stop. */
export function pushQueueCounts(ctx: Context, io: Io, isShared: () => boolean): () => void {
  const changed = new Set<string>()
  const told = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  const stop = new AbortController()

  async function round(): Promise<void> {
    const scopes = new Set(changed)
    changed.clear()
    const people = new Map<string, AdvisorActor>()
    for (const page of io.sockets.sockets.values()) people.set(page.data.actor.id, page.data.actor)
    for (const id of told.keys()) {
      if (!people.has(id)) told.delete(id)
    }
    const began = performance.now()
    for (const actor of people.values()) {
      if (stop.signal.aborted) return
      if (!touches(actor, scopes)) continue
      const start = performance.now()
      const counts = await queueCounts(ctx, actor)
      tell(actor.id, counts)
      await pause(Math.min(longestPauseMs, (performance.now() - start) * (1 / share - 1)))
    }
    const rest = everyMs - (performance.now() - began)
    if (rest > 0) await pause(rest)
  }

  function tell(advisorId: string, counts: QueueCounts): void {
    const said = JSON.stringify(counts)
    if (told.get(advisorId) === said) return
    told.set(advisorId, said)
    io.to(personRoom(advisorId)).emit('queues:changed', { counts })
  }

  async function work(): Promise<void> {
    while (!stop.signal.aborted && changed.size > 0) {
      try { await round() }
      catch (error) {
        ctx.log.error({ err: error }, 'queues could not be counted')
        await pause(everyMs)
      }
    }
    timer = undefined
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => { setTimeout(resolve, ms).unref() })
  }

  // What was told before belongs to another page; this one has asked by itself and may know something newer.
  const forget = (page: Page) => { told.delete(page.data.actor.id) }
  io.on('connection', forget)
  function count(scopes: readonly string[]): void {
    if (io.sockets.sockets.size === 0) return
    for (const scope of scopes) changed.add(scope)
    timer ??= setTimeout(() => void work(), 100).unref()
  }

  // What happens here changes what people on other processes count; they are told of it once for many changes.
  const outside = new Set<string>()
  let telling: NodeJS.Timeout | undefined
  function changedHere(scopes: readonly string[]): void {
    count(scopes)
    if (!isShared()) return
    for (const scope of scopes) outside.add(scope)
    telling ??= setTimeout(() => {
      telling = undefined
      io.serverSideEmit('scopes:changed', [...outside])
      outside.clear()
    }, everyMs).unref()
  }
  io.on('scopes:changed', count)

  const off = [
    ctx.bus.on('conversation.changed', ({ conversation, before }) => changedHere([...audienceOf(conversation), ...before ? audienceOf(before) : []])),
    ctx.bus.on('conversation.gone', ({ conversation }) => changedHere(audienceOf({ ...conversation, mergedInto: null }))),
  ]
  return () => {
    stop.abort()
    for (const end of off) end()
    io.off('connection', forget)
    io.off('scopes:changed', count)
    clearTimeout(timer)
    clearTimeout(telling)
  }
}

function touches(actor: AdvisorActor, scopes: ReadonlySet<string>): boolean {
  return listScopes(actor).some(scope => scopes.has(scope))
}
