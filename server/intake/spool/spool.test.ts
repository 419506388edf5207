import type { Accepted } from '../parcels.ts'
import { Buffer } from 'node:buffer'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSpool } from './spool.ts'

let dir: string
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'loupe-spool-')) })
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const now = () => 1_750_000_000_000
const delivery = (name: string, more: Partial<Accepted> = {}): Accepted => ({ adapter: 'meta', contentType: 'application/json', body: Buffer.from(name), ...more })
const everything = () => true

/** The bodies in a spool as a process finds them that begins after this one was killed here. */
async function afterKill(): Promise<string[][]> {
  const copy = mkdtempSync(join(tmpdir(), 'loupe-spool-copy-'))
  cpSync(dir, copy, { recursive: true })
  const spool = openSpool(copy, now)
  const groups = await spool.oldest(everything)
  spool.close()
  rmSync(copy, { recursive: true })
  return groups.map(({ deliveries }) => deliveries.map(({ body }) => body.toString()))
}

describe('the spool', () => {
  it('gives deliveries back as they came, in their order', async () => {
    const spool = openSpool(dir, now)
    const first = delivery('a', { digest: Buffer.from([0, 255, 16]) })
    const second = delivery('b', { adapter: 'twilio', contentType: 'application/x-www-form-urlencoded; charset=é', digest: undefined })
    await spool.append([first, second])
    await spool.append([delivery('')])
    expect(await spool.oldest(everything)).toEqual([{ receivedAt: now(), deliveries: [first, second] }, { receivedAt: now(), deliveries: [{ ...delivery(''), digest: undefined }] }])
    expect(spool.count()).toBe(3)
    spool.close()
  })

  it('gives as many of the oldest groups as suit, and one in any case', async () => {
    const spool = openSpool(dir, now)
    for (const name of ['a', 'b', 'c']) await spool.append([delivery(name), delivery(name)])
    expect(await spool.oldest((_bytes, count) => count <= 5)).toHaveLength(2)
    expect(await spool.oldest(() => false)).toHaveLength(1)
    spool.close()
  })

  it('has after a kill what was not released, and nothing once all was', async () => {
    const spool = openSpool(dir, now)
    for (const name of ['a', 'b', 'c']) await spool.append([delivery(name)])
    expect(await afterKill()).toEqual([['a'], ['b'], ['c']])
    spool.release(3)
    expect(await afterKill()).toEqual([])
    await spool.append([delivery('d')])
    expect(await afterKill()).toEqual([['d']])
    spool.close()
  })

  it('may have after a kill what was released, as long as something of the same file is needed', async () => {
    const spool = openSpool(dir, now)
    for (const name of ['a', 'b']) await spool.append([delivery(name)])
    spool.release(1)
    expect(await afterKill()).toEqual([['a'], ['b']])
    spool.release(1)
    expect(await afterKill()).toEqual([])
    spool.close()
  })

  it('goes on behind what an earlier process left', async () => {
    const earlier = openSpool(dir, now)
    await earlier.append([delivery('a')])
    earlier.close()
    const spool = openSpool(dir, now)
    await spool.append([delivery('b')])
    expect(spool.count()).toBe(2)
    expect(await afterKill()).toEqual([['a'], ['b']])
    spool.release(1)
    expect((await spool.oldest(everything)).map(({ deliveries }) => deliveries[0]!.body.toString())).toEqual(['b'])
    spool.close()
  })

  it('keeps the order when it goes on in its other file, and begins the first again once nothing in it is needed', async () => {
    const spool = openSpool(dir, now)
    const large = (name: string) => delivery(name.padEnd(3 * 1024 * 1024, '.'))
    const names = async () => (await afterKill()).flat().map(body => body[0])
    for (const name of ['a', 'b', 'c']) await spool.append([large(name)])
    expect(await names()).toEqual(['a', 'b', 'c'])
    spool.release(2)
    for (const name of ['d', 'e', 'f']) await spool.append([large(name)])
    spool.release(2)
    await spool.append([large('g')])
    expect(await names()).toEqual(['e', 'f', 'g'])
    expect(spool.bytes()).toBeGreaterThan(9 * 1024 * 1024)
    spool.release(3)
    expect(await names()).toEqual([])
    expect(spool.bytes()).toBe(0)
    spool.close()
  })
})
