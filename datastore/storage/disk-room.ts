import type { Environment } from './environment.ts'
import { statfsSync } from 'node:fs'
import { fail } from '../errors.ts'

/** Bytes of a file system: what it has in all and what is free. */
export interface Room { total: number, free: number }

/** Enough to end the open transaction, to delete, and to start again; a part of a small disk only. */
const MOST_RESERVED = 64 * 1024 * 1024
const RESERVED_SHARE = 0.05
const LEAST_RESERVED = 4 * 1024 * 1024
const LARGEST_SHARE = 0.25
/** Room is scarce when so many times the reserve is left. */
const SCARCE = 4
/** LMDB's own, at the beginning of the file. */
const META_PAGES = 2
/** How long a measurement holds. */
const FRESH_MILLIS = 50

/**
 * Watches how much room the disk has, so that writes are refused while there is still enough to keep what is there in order: what makes the data grow first,
 * what makes it shrink when even less is left. Writes are taken again as soon as there is room.
 */
export class DiskRoom {
  private readonly measure: () => Room
  private readonly now: () => number
  private measured = -Infinity
  private room: Room = { total: Infinity, free: Infinity }

  constructor(measure: () => Room, now: () => number = () => performance.now()) {
    this.measure = measure
    this.now = now
  }

  /** @throws DatastoreError OutOfDiskSpace (14031) when the data must not grow */
  mayGrow(): void {
    this.check(1)
  }

  /** @throws DatastoreError OutOfDiskSpace (14031) when nothing can be written at all */
  mayWrite(): void {
    this.check(1 / 4)
  }

  /** Whether there is so little, by the last measurement, that no more should be begun than can be ended. */
  isScarce(): boolean {
    const { total, free } = this.room
    return free < SCARCE * reserveOf(total)
  }

  private check(share: number): void {
    const now = this.now()
    if (now - this.measured > FRESH_MILLIS) {
      this.room = this.measure()
      this.measured = now
    }
    const { total, free } = this.room
    const reserved = reserveOf(total)
    if (free < reserved * share)
      fail('OutOfDiskSpace', `The disk is full: ${megabytes(free)} MB are free, and ${megabytes(reserved * share)} MB are needed to write. What is there can be read, and deleted while there is room for that.`)
  }
}

function reserveOf(total: number): number {
  return Math.min(MOST_RESERVED, Math.max(LEAST_RESERVED, total * RESERVED_SHARE), total * LARGEST_SHARE)
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}

/** What the file system of a directory has; and what deleted data has left free within the store's own file, where the former is little. */
export function roomOf(dir: string, { root, documents, indexes, catalogue, changes }: Environment): Room {
  const { bsize, blocks, bavail } = statfsSync(dir)
  const free = bsize * bavail
  if (free > MOST_RESERVED)
    return { total: bsize * blocks, free }
  const { pageSize, lastPageNumber, free: freeList } = statsOf(root)
  const used = [statsOf(root).root, freeList, ...[documents, indexes, catalogue, changes].map(statsOf)].reduce((sum, tree) => sum + tree.treeBranchPageCount + tree.treeLeafPageCount + tree.overflowPages, META_PAGES)
  return { total: bsize * blocks, free: free + Math.max(0, lastPageNumber + 1 - used) * pageSize }
}

/** How many pages a tree has. */
interface TreeStats { treeBranchPageCount: number, treeLeafPageCount: number, overflowPages: number }
interface FileStats extends TreeStats { pageSize: number, lastPageNumber: number, root: TreeStats, free: TreeStats }

/** What lmdb-js says of a tree and of the file it is in; its types leave it open. */
function statsOf(table: { getStats: () => object }): FileStats {
  return table.getStats() as FileStats
}
