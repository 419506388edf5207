import { Buffer } from 'node:buffer'
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Segment } from './segment.ts'

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'loupe-segment-'))
  path = join(dir, 'segment')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const bytes = (text: string): Buffer => Buffer.from(text)

/** What somebody who opens the file now finds in it. */
function found(): string[] {
  const segment = new Segment(path, 0)
  const contents = segment.records().map(({ content }) => content.toString())
  segment.close()
  return contents
}

/** A segment with one record for each of these texts. */
async function written(...texts: string[]): Promise<Segment> {
  const segment = new Segment(path, 1_000)
  segment.begin(1)
  await Promise.all(texts.map(text => segment.append([bytes(text)])))
  return segment
}

describe('a segment of the spool', () => {
  it('is found with all its records by whoever opens it next, who goes on behind them', async () => {
    (await written('one', 'two')).close()
    const next = new Segment(path, 1_000)
    expect(next.records().map(({ content }) => content.toString())).toEqual(['one', 'two'])
    await next.append([bytes('th'), bytes('ree')])
    next.close()
    expect(found()).toEqual(['one', 'two', 'three'])
  })

  it('tells where each record lies, so that it can be read again', async () => {
    const segment = await written('one')
    const place = await segment.append([bytes('two')])
    expect((await segment.content(place)).toString()).toBe('two')
    segment.close()
  })

  it('ends at a record that was cut short, and at one that is damaged', async () => {
    const segment = await written('one', 'two')
    segment.close()
    const whole = readFileSync(path)
    truncateSync(path, segment.end - 1)
    expect(found()).toEqual(['one'])
    whole[16]! ^= 1
    writeFileSync(path, whole)
    expect(found()).toEqual([])
  })

  it('forgets everything when it is begun again', async () => {
    const segment = await written('one', 'two', 'three')
    segment.begin(2)
    expect(found()).toEqual([])
    await segment.append([bytes('new')])
    segment.close()
    expect(found()).toEqual(['new'])
  })

  it('has its size from the beginning', async () => {
    (await written('one')).close()
    expect(statSync(path).size).toBe(1_000)
  })

  it('takes nothing more once it is closed', async () => {
    const segment = await written('one')
    segment.close()
    await expect(segment.append([bytes('two')])).rejects.toThrow()
  })

  it('holds what was appended since it was last begun, whatever that was', async () => {
    const step = fc.oneof(fc.record({ text: fc.string({ maxLength: 40 }) }), fc.constant('begin' as const))
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      rmSync(path, { force: true })
      const segment = new Segment(path, 200)
      let generation = 1
      let expected: string[] = []
      segment.begin(generation)
      for (const one of steps) {
        if (one === 'begin') {
          segment.begin(++generation)
          expected = []
        }
        else if (one.text.length > 0) {
          await segment.append([bytes(one.text)])
          expected.push(one.text)
        }
      }
      segment.close()
      expect(found()).toEqual(expected)
    }), { numRuns: 60 })
  })
})
