import type { StoredDocument } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'

interface Held { document: StoredDocument, key: unknown[] }

/** What a sort in memory may hold: more than MongoDB's 100 MB would need a disk. */
const MAX_SORT_BYTES = 256 * 1024 * 1024
/** How many documents are sorted at a time: a few milliseconds' work. */
const RUN = 2048

/**
 * Sorts documents that come one after the other, without ever holding the thread for long: in runs as they come, which are merged
 * as they are read. Of those that come after the `wanted` first ones nothing is kept.
 */
export class Sorter {
  private runs: Held[][] = []
  private run: Held[] = []
  /** How many documents the runs hold, and how many bytes all that was added. */
  private held = 0
  private bytes = 0
  private readonly compare: (a: unknown[], b: unknown[]) => number
  private readonly wanted: number

  constructor(compare: (a: unknown[], b: unknown[]) => number, wanted: number) {
    this.compare = compare
    this.wanted = wanted
  }

  /** @throws DatastoreError QueryExceededMemoryLimitNoDiskUseAllowed (292) */
  add(document: StoredDocument, key: unknown[]): void {
    this.run.push({ document, key })
    this.bytes += document.bytes.length
    if (this.run.length >= RUN)
      this.endRun()
    if (this.bytes > MAX_SORT_BYTES) {
      this.endRun()
      this.keepWanted()
      if (this.bytes > MAX_SORT_BYTES)
        fail('QueryExceededMemoryLimitNoDiskUseAllowed', `Sort exceeded memory limit of ${MAX_SORT_BYTES} bytes`)
    }
  }

  /** All that was added and is wanted, in order. */
  * sorted(): Generator<StoredDocument> {
    this.endRun()
    let left = this.wanted
    for (const { document } of this.merged()) {
      if (left-- <= 0)
        return
      yield document
    }
  }

  private endRun(): void {
    if (this.run.length === 0)
      return
    this.run.sort((a, b) => this.compare(a.key, b.key))
    this.runs.push(this.run)
    this.held += this.run.length
    this.run = []
    if (this.held >= 2 * this.wanted + RUN)
      this.keepWanted()
  }

  /** Lets go of all that comes after the wanted ones. */
  private keepWanted(): void {
    const kept: Held[] = []
    for (const next of this.merged()) {
      if (kept.length >= this.wanted)
        break
      kept.push(next)
    }
    this.runs = [kept]
    this.held = kept.length
    this.bytes = kept.reduce((sum, { document }) => sum + document.bytes.length, 0)
  }

  /** The runs as one: a heap of runs by their next documents, the earlier run first where they are equal, so that the sort is stable. */
  private* merged(): Generator<Held> {
    const heads = this.runs.map((run, number) => ({ run, number, at: 0 })).filter(({ run }) => run.length > 0)
    const before = (a: typeof heads[number], b: typeof heads[number]): boolean => (this.compare(a.run[a.at]!.key, b.run[b.at]!.key) || a.number - b.number) < 0
    const sink = (from: number): void => {
      for (let i = from; ;) {
        let least = i
        for (const child of [2 * i + 1, 2 * i + 2]) {
          if (child < heads.length && before(heads[child]!, heads[least]!))
            least = child
        }
        if (least === i)
          return
        const moved = heads[i]!
        heads[i] = heads[least]!
        heads[least] = moved
        i = least
      }
    }
    for (let i = heads.length >> 1; i >= 0; i--)
      sink(i)
    while (heads.length > 0) {
      const [head] = heads
      yield head!.run[head!.at++]!
      if (head!.at === head!.run.length) {
        const last = heads.pop()!
        if (heads.length === 0)
          return
        if (last !== head)
          heads[0] = last
      }
      sink(0)
    }
  }
}
