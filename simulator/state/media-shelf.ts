import { createHash, randomBytes } from 'node:crypto'
import { BoundedMap } from './bounded.ts'

/** A file as the providers hand it out. */
export type MediaFile = { id: string, mime: string, bytes: Buffer, sha256: string, filename?: string }

/** Where a file of the demo house comes from when nobody put it on the shelf: made or read when it is asked for. */
export type MediaSource = (id: string) => { mime: string, bytes: Buffer } | undefined

const mostFiles = 2_000
const mostBytes = 128 * 1024 * 1024

/** Files that people send and that the house uploads. The oldest leave when there are too many. */
export class MediaShelf {
  readonly #files = new BoundedMap<MediaFile>(mostFiles, { sizeOf: file => file.bytes.length, mostTotal: mostBytes })
  readonly #source: MediaSource

  constructor(source: MediaSource = () => undefined) {
    this.#source = source
  }

  /** Keeps a file and gives it back with its id; the id is made up when none is given. */
  put(file: { id?: string, mime: string, bytes: Buffer, filename?: string }): MediaFile {
    const id = file.id ?? `1${BigInt(`0x${randomBytes(6).toString('hex')}`).toString().padStart(15, '0')}`
    const stored: MediaFile = { id, mime: file.mime, bytes: file.bytes, sha256: createHash('sha256').update(file.bytes).digest('base64'), ...(file.filename ? { filename: file.filename } : {}) }
    this.#files.set(id, stored)
    return stored
  }

  get(id: string): MediaFile | undefined {
    const kept = this.#files.get(id)
    if (kept) return kept
    const made = this.#source(id)
    return made && this.put({ id, ...made })
  }
}
