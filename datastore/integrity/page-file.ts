import { Buffer } from 'node:buffer'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** What is wrong with a page, in words. */
export class DamagedPage extends Error {}

/** The root of a tree: its page, its depth in pages, and whether its keys are numbers in the machine's order. */
export interface Tree { root: number, depth: number, numbers: boolean }

/** An entry of a page: its key, and its value, or the page below it. */
export interface Node { key: Buffer, value: Buffer, child: number, isTree: boolean }

export interface Page { number: number, isLeaf: boolean, nodes: Node[] }

const MAGIC = 0xBEEFC0DE
const VERSION = 2
const HEADER_BYTES = 24
const META_BYTES = 144
const TREE_BYTES = 48
const NODE_BYTES = 8
const OVERFLOW_INFO_BYTES = 24
const FLAG = { branch: 1, leaf: 2, overflow: 4, meta: 8 } as const
const NODE_FLAG = { overflow: 1, tree: 2 } as const
const INTEGER_KEYS = 8
const NO_ROOT = 0xFFFFFFFFFFFFFFFFn
const NO_BYTES = Buffer.alloc(0)

/**
 * Reads the pages of an LMDB file without LMDB, which trusts what it reads and takes the process with it when that is damaged. Layout: `mdb.c` of the LMDB that
 * comes with lmdb-js 3 (MDB_meta, MDB_db, MDB_page_header, MDB_node, MDB_ovpage).
 */
export class PageFile {
  readonly pageSize: number
  /** Number of the last page that is used. */
  readonly lastPage: number
  readonly freeList: Tree
  readonly main: Tree
  private readonly file: number
  private readonly bytes: number

  /** @throws DamagedPage when the file does not begin like one of LMDB's */
  constructor(path: string) {
    this.file = openSync(path, 'r')
    try {
      this.bytes = fstatSync(this.file).size
      const first = this.readMeta(0)
      this.pageSize = first.readUInt32LE(24)
      if (this.pageSize < 512 || this.pageSize > 65536 || (this.pageSize & (this.pageSize - 1)) !== 0)
        throw new DamagedPage('the first page does not say how large pages are')
      const second = this.readMeta(this.pageSize)
      const latest = first.readBigUInt64LE(128) > second.readBigUInt64LE(128) ? first : second
      this.lastPage = Number(latest.readBigUInt64LE(120))
      this.freeList = readTree(latest, 24)
      this.main = readTree(latest, 24 + TREE_BYTES)
    }
    catch (error) {
      closeSync(this.file)
      throw error
    }
  }

  close(): void {
    closeSync(this.file)
  }

  /**
   * Reads a page of a tree.
   * @param number which
   * @param lenient leave out entries whose values lie on damaged pages of their own
   * @throws DamagedPage when it is not one, or does not hold together
   */
  read(number: number, lenient = false): Page {
    const bytes = this.readPages(number, 1)
    const flags = bytes.readUInt16LE(18)
    if (flags !== FLAG.branch && flags !== FLAG.leaf)
      throw new DamagedPage(`page ${number} is not a page of a tree`)
    const isLeaf = flags === FLAG.leaf
    const room = this.pageSize - HEADER_BYTES
    const lower = bytes.readUInt16LE(20)
    const upper = bytes.readUInt16LE(22)
    if (lower > upper || upper > room || lower % 2 !== 0 || (lower === 0))
      throw new DamagedPage(`page ${number} has wrong bounds`)
    const nodes: Node[] = []
    for (let at = 0; at < lower; at += 2) {
      const offset = bytes.readUInt16LE(HEADER_BYTES + at)
      if (offset < upper || offset + NODE_BYTES > room)
        throw new DamagedPage(`page ${number} has an entry outside its bounds`)
      const node = this.readNode(bytes, HEADER_BYTES + offset, isLeaf, number, lenient)
      if (node)
        nodes.push(node)
    }
    return { number, isLeaf, nodes }
  }

  private readLong(info: Buffer, length: number, lenient: boolean): Buffer | undefined {
    try {
      return this.readOverflow(info, length)
    }
    catch (error) {
      if (lenient && error instanceof DamagedPage)
        return undefined
      throw error
    }
  }

  /** The bytes of a value that lies on pages of its own. @throws DamagedPage */
  private readOverflow(info: Buffer, length: number): Buffer {
    const number = Number(info.readBigUInt64LE(0))
    const pages = Number(info.readBigUInt64LE(16))
    // A value that is replaced by a shorter one within a transaction keeps its pages.
    if (pages < Math.floor((HEADER_BYTES - 1 + length) / this.pageSize) + 1)
      throw new DamagedPage('a long value has a wrong number of pages')
    const bytes = this.readPages(number, pages)
    if (bytes.readUInt16LE(18) !== FLAG.overflow || bytes.readUInt32LE(20) !== pages)
      throw new DamagedPage(`page ${number} is not the beginning of a long value`)
    return bytes.subarray(HEADER_BYTES, HEADER_BYTES + length)
  }

  private readNode(page: Buffer, at: number, isLeaf: boolean, number: number, lenient: boolean): Node | undefined {
    const low = page.readUInt32LE(at)
    const flags = page.readUInt16LE(at + 4)
    const keyEnd = at + NODE_BYTES + page.readUInt16LE(at + 6)
    if (keyEnd > page.length)
      throw new DamagedPage(`page ${number} has a key outside its bounds`)
    const key = page.subarray(at + NODE_BYTES, keyEnd)
    if (!isLeaf)
      return { key, value: NO_BYTES, child: low + flags * 2 ** 32, isTree: false }
    const isLong = (flags & NODE_FLAG.overflow) !== 0
    const end = keyEnd + (isLong ? OVERFLOW_INFO_BYTES : low)
    if (end > page.length || (flags & ~(NODE_FLAG.overflow | NODE_FLAG.tree)) !== 0)
      throw new DamagedPage(`page ${number} has a value outside its bounds`)
    const short = page.subarray(keyEnd, end)
    const value = isLong ? this.readLong(short, low, lenient) : short
    return value && { key, value, child: -1, isTree: (flags & NODE_FLAG.tree) !== 0 }
  }

  private readPages(number: number, count: number): Buffer {
    if (number < 2 || number + count - 1 > this.lastPage || (number + count) * this.pageSize > this.bytes)
      throw new DamagedPage(`page ${number} lies outside the file`)
    const bytes = Buffer.allocUnsafe(count * this.pageSize)
    if (readSync(this.file, bytes, 0, bytes.length, number * this.pageSize) !== bytes.length)
      throw new DamagedPage(`page ${number} cannot be read`)
    if (Number(bytes.readBigUInt64LE(0)) !== number)
      throw new DamagedPage(`page ${number} is another page`)
    return bytes
  }

  private readMeta(at: number): Buffer {
    const page = Buffer.alloc(HEADER_BYTES + META_BYTES)
    const read = readSync(this.file, page, 0, page.length, at)
    if (read < page.length || page.readUInt16LE(18) !== FLAG.meta || page.readUInt32LE(HEADER_BYTES) !== MAGIC || page.readUInt32LE(HEADER_BYTES + 4) % 0x10000 !== VERSION)
      throw new DamagedPage('the file does not begin as it should')
    return page.subarray(HEADER_BYTES)
  }
}

/** Reads what LMDB keeps of a tree (MDB_db). */
export function readTree(bytes: Buffer, at = 0): Tree {
  if (bytes.length < at + TREE_BYTES)
    throw new DamagedPage('the description of a table is too short')
  const root = bytes.readBigUInt64LE(at + 40)
  return { root: root === NO_ROOT ? -1 : Number(root), depth: bytes.readUInt16LE(at + 6), numbers: (bytes.readUInt16LE(at + 4) & INTEGER_KEYS) !== 0 }
}
