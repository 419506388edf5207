import type { Channel, Message, StoredAttachment } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { createHash } from 'node:crypto'
import { channelById, MediaError } from '#webhooks'
import { channelContext } from '../platform/channels.ts'
import { holdLease } from '../platform/lease.ts'
import { keepFile, maxFileBytes } from './files.ts'
import { soundOf } from './prepare.ts'
import { sniff } from './sniff.ts'
import { sweepUnsent } from './sweep.ts'

const idleMs = 10_000
/** How often it is looked whether uploads were left unsent. */
const sweepEveryMs = 3_600_000
const atOnce = 3
/** Tries before an attachment counts as missing. With the pauses below about an hour; the provider keeps files for days, but a person waits for minutes. */
const mostAttempts = 8
const firstPauseMs = 3_000
const longestPauseMs = 20 * 60_000

export interface MediaFetcher {
  start: () => void
  stop: () => Promise<void>
}

function pauseMs(attempts: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 3 ** attempts)
}

/** Collects a bounded stream. The adapter has bounded it already; this keeps the promise when it did not. */
async function collect(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > maxFileBytes) throw new MediaError('too_large', 'The file is larger than what is kept.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Fetches one attachment from its provider. Gives it as the thread shows it from now on; throws a {@link MediaError}. */
async function fetchOne(ctx: Context, message: Message, attachment: StoredAttachment, index: number, channel: Channel, signal: AbortSignal): Promise<StoredAttachment> {
  const adapter = channelById(channel.adapter)
  if (!adapter?.media || !attachment.source) throw new MediaError('no_address', 'The channel gives no files.')
  const source = { id: attachment.source.mediaId, url: attachment.source.url, mime: attachment.mime }
  const download = await adapter.media.download(source, channelContext(ctx, channel, signal), { maxBytes: maxFileBytes })
  const bytes = await collect(download.body)
  const { mime, kind } = await sniff(bytes, download.mime || attachment.mime)
  const id = createHash('sha256').update(`${message._id}|${index}`).digest('hex').slice(0, 24)
  const keepsKind = attachment.kind === 'voice' || attachment.kind === 'sticker'
  const shown: StoredAttachment = { ...attachment, id, mime, kind: keepsKind ? attachment.kind : kind, bytes: bytes.byteLength, ...soundOf(mime, bytes), state: 'ready' }
  const { source: _source, ...view } = shown
  await keepFile(ctx, { _id: id, conversationId: message.conversationId, uploadedBy: null, mime, filename: attachment.filename ?? null, attachment: view }, bytes)
  return shown
}

/**
 * Fetches the files of inbound messages as soon as they are in the thread, because providers forget them. What cannot be had for now is tried again later;
 * what is gone is shown as missing. Between times it takes away what was uploaded and never sent.
 */
export function createMediaFetcher(ctx: Context): MediaFetcher {
  const { models, log, bus } = ctx
  const lease = holdLease(ctx, 'media')
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let stopped = true
  let again = false
  let running: Promise<void> | null = null
  let sweptAt = 0

  async function settle(message: Message, attachments: StoredAttachment[], retryAt: Date | null): Promise<void> {
    const revision = await ctx.revisions.reserve(1)
    const changed = await models.messages.findOneAndUpdate(
      { _id: message._id },
      { $set: { attachments, fetchAt: retryAt, revision }, $inc: { fetchAttempts: 1 } },
      { returnDocument: 'after', lean: true },
    )
    if (!changed) return
    bus.emit('message.changed', { message: changed })
    if (changed.conversationId !== message.conversationId) await moveFiles(changed)
  }

  /** The message was moved to another conversation while its files were on their way here: they belong where it stands now. */
  async function moveFiles({ conversationId, attachments = [] }: Message): Promise<void> {
    await models.media.updateMany({ _id: { $in: attachments.flatMap(attachment => attachment.id ?? []) } }, { $set: { conversationId } })
  }

  async function fetchAll(message: Message): Promise<void> {
    const channel = await models.channels.findById(message.channelId).lean()
    let again = false
    const attachments = await Promise.all((message.attachments ?? []).map(async (attachment, index) => {
      if (attachment.state !== 'pending') return attachment
      try {
        if (!channel) throw new MediaError('not_configured', 'The channel is gone.')
        return await fetchOne(ctx, message, attachment, index, channel, abort.signal)
      }
      catch (error) {
        if (abort.signal.aborted) throw error
        const hopeless = error instanceof MediaError ? !error.retry : false
        log.warn({ messageId: message._id, code: error instanceof MediaError ? error.code : 'unexpected', attempts: message.fetchAttempts }, 'an attachment could not be fetched')
        if (hopeless || message.fetchAttempts + 1 >= mostAttempts) return { ...attachment, state: 'missing' as const }
        again = true
        return attachment
      }
    }))
    await settle(message, attachments, again ? new Date(ctx.now() + pauseMs(message.fetchAttempts)) : null)
  }

  async function work(): Promise<void> {
    if (!(await lease.held())) return
    for (;;) {
      const due = await models.messages.find({ fetchAt: { $lte: new Date(ctx.now()) } }).sort({ fetchAt: 1 }).limit(atOnce).lean()
      if (stopped) return
      if (due.length === 0) break
      await Promise.all(due.map(fetchAll))
    }
    // What one round leaves is the next one's.
    if (ctx.now() - sweptAt >= sweepEveryMs && await sweepUnsent(ctx) === 0) sweptAt = ctx.now()
  }

  function wake(inMs: number): void {
    if (stopped) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (running) {
        again = true
        return
      }
      running = work()
        .catch((error) => { if (!stopped) log.error({ err: error }, 'fetching attachments failed') })
        .finally(() => {
          running = null
          wake(again ? 0 : idleMs)
          again = false
        })
    }, inMs)
  }

  const off = bus.on('message.changed', ({ message }) => {
    if (message.direction === 'in' && message.fetchAt && message.fetchAt.getTime() <= ctx.now()) wake(0)
  })
  return {
    start() {
      stopped = false
      wake(0)
    },
    async stop() {
      stopped = true
      off()
      clearTimeout(timer)
      abort.abort()
      await running
      await lease.release()
    },
  }
}
