import type { Tree } from './page-file.ts'
import { Buffer } from 'node:buffer'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../errors.ts'
import { lockDirectory } from '../storage/directory-lock.ts'
import { DamagedPage, PageFile, readTree } from './page-file.ts'

/** For how many milliseconds pages are looked at: those that lead to others, and those that hold data. */
export interface CheckBudget { branches: number, data: number }

/** At a start. Pages that lead to others are one in fifty or less, and take more with them: some gigabytes of a store are looked at so far, and a small one as a whole. */
const AT_START: CheckBudget = { branches: 2000, data: 500 }
/** However long it takes. */
const WHOLLY: CheckBudget = { branches: Infinity, data: Infinity }
/** LMDB's own limit. */
const MAX_DEPTH = 32

/**
 * Looks whether the pages of a store's file hold together, before LMDB relies on them: all of a small file; of a large one as many as there is time for, the pages
 * that lead to others first, and of those the ones that lead to most.
 * @throws DatastoreError DataCorruptionDetected (246)
 */
export function checkFile(dir: string, budget = AT_START): void {
  const path = join(dir, 'data.mdb')
  if (!existsSync(path) || statSync(path).size === 0)
    return
  let file: PageFile | undefined
  try {
    file = new PageFile(path)
    checkPages(file, budget)
  }
  catch (error) {
    if (!(error instanceof DamagedPage))
      throw error
    fail('DataCorruptionDetected', `The store's file ${path} is damaged: ${error.message}. Restore a backup, or save what can still be read into a new directory (restore with --salvage).`)
  }
  finally {
    file?.close()
  }
}

/**
 * Looks at all pages of a store that nobody has open, which takes some ten seconds for each gigabyte.
 * @throws DatastoreError OperationFailed when there is none, or somebody has it open; DataCorruptionDetected (246)
 */
export function checkStore(dir: string): void {
  if (!existsSync(join(dir, 'data.mdb')))
    fail('OperationFailed', `There is no store in ${dir}.`)
  const unlock = lockDirectory(dir)
  try {
    checkFile(dir, WHOLLY)
  }
  finally {
    unlock()
  }
}

/** A page, and the keys between which its own must lie. */
interface Place { number: number, low?: Buffer | undefined, high?: Buffer | undefined }

function checkPages(file: PageFile, budget: CheckBudget): void {
  const started = performance.now()
  const isWithin = (millis: number): boolean => performance.now() < started + millis
  checkTree(file, file.freeList, () => true)
  // Within the main table lie the descriptions of the others.
  const tables = checkTree(file, file.main, () => true)
  // One level of all tables after the other: a page takes everything below it with it. The pages above a level are few beside those on it, and simply read again.
  const deepest = Math.max(0, ...tables.map(({ depth }) => depth))
  for (let level = 1; level < deepest; level++) {
    for (const table of tables)
      checkTree(file, table, depth => depth <= level && depth < table.depth && isWithin(budget.branches))
  }
  for (const table of tables)
    checkTree(file, table, () => isWithin(budget.data))
}

/** Checks the pages of a tree from its root down, as far as they are wanted. @returns the trees that its entries describe */
function checkTree(file: PageFile, tree: Tree, wanted: (depth: number) => boolean): Tree[] {
  const trees: Tree[] = []
  const visit = (place: Place, depth: number): void => {
    if (!wanted(depth))
      return
    const found = checkPage(file, tree, place, depth)
    trees.push(...found.trees)
    for (const below of found.pages)
      visit(below, depth + 1)
  }
  if (tree.root >= 0)
    visit({ number: tree.root }, 1)
  return trees
}

function checkPage(file: PageFile, tree: Tree, { number, low, high }: Place, depth: number): { pages: Place[], trees: Tree[] } {
  const page = file.read(number)
  if (depth > MAX_DEPTH || page.isLeaf !== (depth === tree.depth))
    throw new DamagedPage(`page ${number} is at a wrong depth`)
  let before: Buffer | undefined
  page.nodes.forEach(({ key }, i) => {
    // The first key of a page that leads to others stands for everything before the second.
    const known = page.isLeaf || i > 0 ? key : undefined
    if (!tree.numbers && known && ((before && Buffer.compare(before, known) >= 0) || (low && Buffer.compare(low, known) > 0) || (high && Buffer.compare(known, high) >= 0)))
      throw new DamagedPage(`page ${number} has its keys in a wrong order`)
    before = known
  })
  return {
    pages: page.isLeaf ? [] : page.nodes.map(({ child, key }, i) => ({ number: child, low: i > 0 ? key : low, high: page.nodes[i + 1]?.key ?? high })),
    trees: page.isLeaf ? page.nodes.filter(({ isTree }) => isTree).map(({ value }) => readTree(value)) : [],
  }
}
