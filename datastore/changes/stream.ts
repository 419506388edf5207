import type { Buffer } from 'node:buffer'
import type { Batch, BatchSource, Tail, Wait } from '../cursor.ts'
import type { DocumentNow, EventOptions } from './event.ts'
import type { ChangeFeed } from './feed.ts'
import type { PlacedEntry } from './log.ts'
import type { Position } from './position.ts'
import type { Reshape } from './reshape.ts'
import type { Scope } from './scope.ts'
import type { Phase, ResumePoint } from './token.ts'
import { fail } from '../errors.ts'
import { TurnClock } from '../planner/drain.ts'
import { changeEvent, invalidateEvent } from './event.ts'
import { historyLost } from './feed.ts'
import { toTimestamp } from './position.ts'
import { concerns, invalidates } from './scope.ts'
import { resumeToken } from './token.ts'

/** How long a batch may look for events among changes that its stream leaves out, when its reader gives it less time. */
const LEAST_SEARCH_MILLIS = 200

/** Node's timers end at once when they are given more. */
const LONGEST_TIMER_MILLIS = 0x7FFFFFFF

/** What a stream is made of. */
export interface StreamParts {
  documentNow: DocumentNow
  feed: ChangeFeed
  scope: Scope
  events: EventOptions
  reshape: Reshape
  /** Called once the stream is closed. */
  release: () => void
}

/** The events of a scope, batch by batch. It keeps its place only: what lies between two batches is in the log. */
export class ChangeStream implements BatchSource {
  private readonly parts: StreamParts
  /** Everything up to here has been told, its event or, by `phase`, all of it. */
  private position: Position
  private phase: Phase
  /** The change whose invalidation is still to be told. */
  private ending: PlacedEntry | undefined
  private ended = false
  private closed = false
  /** Something may have changed since the log was last looked at. */
  private changed = false
  private wake = (): void => {}

  constructor(parts: StreamParts, start: ResumePoint) {
    this.parts = parts
    this.position = start.position
    this.phase = start.phase
    const entry = start.phase === 'event' ? parts.feed.log.at(start.position) : undefined
    if (entry && concerns(parts.scope, entry) && invalidates(parts.scope, entry))
      this.ending = { position: start.position, entry }
  }

  /**
   * The next events. Where there are none it waits, if it may, until a change comes, the time is over, or the stream is closed.
   * @throws DatastoreError ChangeStreamHistoryLost (286), CursorKilled (237), ClientDisconnect (279)
   */
  async next(count: number, bytes: number, wait?: Wait): Promise<Batch> {
    const until = performance.now() + (wait?.millis ?? 0)
    const ignore = this.parts.feed.onChange(this.parts.scope, () => {
      this.changed = true
      this.wake()
    })
    const leave = (): void => this.wake()
    wait?.gone.addEventListener('abort', leave)
    try {
      for (;;) {
        this.changed = false
        const documents = await this.collect(count, bytes, Math.max(until, performance.now() + LEAST_SEARCH_MILLIS))
        if (documents.length > 0 || this.ended || !wait || performance.now() >= until)
          return { documents, done: this.ended, tail: this.tail() }
        while (!this.changed && !this.closed && !wait.gone.aborted && performance.now() < until)
          await this.sleep(until - performance.now())
        if (wait.gone.aborted)
          fail('ClientDisconnect', 'operation was interrupted because a client disconnected')
        if (this.closed)
          fail('CursorKilled', 'operation was interrupted because the cursor was killed')
      }
    }
    finally {
      ignore()
      wait?.gone.removeEventListener('abort', leave)
    }
  }

  close(): void {
    if (this.closed)
      return
    this.closed = true
    this.wake()
    this.parts.release()
  }

  private tail(): Tail {
    return { postBatchResumeToken: resumeToken({ position: this.position, phase: this.phase }), operationTime: toTimestamp(this.parts.feed.log.last) }
  }

  private sleep(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(millis, LONGEST_TIMER_MILLIS))
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Reads on in the log until there are enough events, it ends, or the time is over. */
  private async collect(count: number, bytes: number, until: number): Promise<Buffer[]> {
    const { feed, scope } = this.parts
    const documents: Buffer[] = []
    let size = 0
    const clock = new TurnClock()
    const take = (event: Buffer): boolean => {
      const shape = this.parts.reshape(event)
      if (shape && documents.length > 0 && size + shape.length > bytes)
        return false
      if (shape) {
        documents.push(shape)
        size += shape.length
      }
      return true
    }
    while (!this.closed && documents.length < count && performance.now() < until) {
      if (this.ending) {
        if (!take(invalidateEvent(this.ending)))
          return documents
        this.phase = 'invalidate'
        this.ended = true
        return documents
      }
      if (feed.isQuietSince(scope, this.position)) {
        if (feed.log.last > this.position && documents.length === 0)
          this.pass(feed.log.last)
        return documents
      }
      if (this.position < feed.log.floor)
        historyLost()
      const piece = feed.log.after(this.position)
      if (piece.length === 0)
        return documents
      for (const placed of piece) {
        if (documents.length >= count || this.closed)
          return documents
        if (!concerns(scope, placed.entry)) {
          this.pass(placed.position)
          continue
        }
        if (!take(changeEvent(placed, this.parts.events, this.parts.documentNow)))
          return documents
        this.position = placed.position
        this.phase = 'event'
        if (invalidates(scope, placed.entry)) {
          this.ending = placed
          break
        }
        if (clock.isOver())
          await clock.pause()
      }
      if (clock.isOver())
        await clock.pause()
    }
    return documents
  }

  private pass(position: Position): void {
    this.position = position
    this.phase = 'passed'
  }
}
