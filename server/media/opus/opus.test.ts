import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOgg } from '../testing/ogg.ts'
import { oggSeconds } from './ogg-length.ts'
import { encodeOgg, oggChecksum } from './ogg.ts'
import { packetSamples } from './packets.ts'
import { oggOfWebm } from './remux.ts'
import { opusOfWebm } from './webm.ts'

const recorded = (name: string) => readFileSync(new URL(`../testing/${name}.webm`, import.meta.url))
/** A second and a quarter of a beep, recorded by Chromium's MediaRecorder in pieces of half a second; and a second on two channels, in one piece. */
const mono = recorded('chromium-mono')
const stereo = recorded('chromium-stereo')
const ogg = Buffer.from(oggOfWebm(mono)!)

describe('what a browser recorded', () => {
  it('is found in its WebM file: one head and every packet', () => {
    const sound = opusOfWebm(mono)!
    expect(Buffer.from(sound.head).toString('latin1', 0, 8)).toBe('OpusHead')
    expect(sound.packets.map(packetSamples)).toEqual(sound.packets.map(() => 2880))
    expect(sound.packets.length * 0.06).toBeCloseTo(1.26, 6)
  })

  it.each([['in pieces', mono], ['in one piece and on two channels', stereo]])('keeps every packet as it was, %s', (_, webm) => {
    const packets = readOgg(Buffer.from(oggOfWebm(webm)!)).slice(2).flatMap(page => page.packets)
    expect(packets.map(packet => packet.toString('hex'))).toEqual(opusOfWebm(webm)!.packets.map(packet => Buffer.from(packet).toString('hex')))
  })

  it('makes the same file every time', () => expect(Buffer.from(oggOfWebm(mono)!).equals(ogg)).toBe(true))

  it('that was cut off gives what is whole', () => {
    const half = Buffer.from(oggOfWebm(mono.subarray(0, mono.length / 2))!)
    expect(oggSeconds(half)).toBeGreaterThan(0.3)
    expect(oggSeconds(half)).toBeLessThan(1.26)
  })
})

describe('the Ogg file', () => {
  const pages = readOgg(ogg)

  it('is one stream whose pages are numbered, of version 0, and whose checksums are right', () => {
    expect(pages.map(page => page.sequence)).toEqual(pages.map((_, i) => i))
    expect(new Set(pages.map(page => page.serial)).size).toBe(1)
    expect(pages.every(page => page.version === 0 && page.checksum === page.computed)).toBe(true)
  })

  it('is marked at its first and last page only, and no packet is continued', () => {
    expect(pages.map(page => [page.first, page.last])).toEqual(pages.map((_, i) => [i === 0, i === pages.length - 1]))
    expect(pages.every(page => page.endsPacket && !page.continued)).toBe(true)
  })

  it('begins with a head and with comments, each alone on a page at position 0', () => {
    const [head, tags] = pages
    expect([head!.packets.length, tags!.packets.length, head!.granule, tags!.granule]).toEqual([1, 1, 0n, 0n])
    const bytes = head!.packets[0]!
    expect([bytes.toString('latin1', 0, 8), bytes.length, bytes[8], bytes[18]]).toEqual(['OpusHead', 19, 1, 0])
    expect(tags!.packets[0]!.toString('latin1', 0, 8)).toBe('OpusTags')
    const vendor = tags!.packets[0]!.readUInt32LE(8)
    expect(tags!.packets[0]!.length).toBe(12 + vendor + 4)
  })

  it('counts samples to the end of each page', () => {
    let position = 0n
    for (const page of pages.slice(2)) {
      position += page.packets.reduce((sum, packet) => sum + BigInt(packetSamples(packet)!), 0n)
      expect(page.granule).toBe(position)
    }
    expect(oggSeconds(ogg)).toBe(1.26)
  })

  it('is mono, also where two channels were recorded', () => {
    expect(opusOfWebm(stereo)!.head[9]).toBe(2)
    expect(readOgg(Buffer.from(oggOfWebm(stereo)!))[0]!.packets[0]![9]).toBe(1)
  })

  it('has the checksum that everybody computes', () => expect(oggChecksum(Buffer.from('123456789'))).toBe(0x89A1897F))

  it('ends a packet of exactly 255 bytes with an empty piece', () => {
    const packet = Buffer.alloc(255, 7)
    const [page] = readOgg(encodeOgg([{ packets: [packet, Buffer.from('x')], granule: 1n }], 1))
    expect(page!.packets.map(one => one.length)).toEqual([255, 1])
  })
})

describe('the length of a packet', () => {
  it.each([
    [[0x00], 480], [[0x18], 2880], [[0x60], 480], [[0x68], 960], [[0x80], 120], [[0xF8], 960], [[0xF9], 1920], [[0xFB, 3], 2880],
  ])('of %j is %i samples', (packet, samples) => expect(packetSamples(Uint8Array.from(packet))).toBe(samples))

  it('is nothing for what is no packet', () => expect([[], [0xFB], [0xFB, 0], [0x1B, 63]].map(packet => packetSamples(Uint8Array.from(packet)))).toEqual([null, null, null, null]))
})

describe('anything else', () => {
  it('is no recording', () => {
    expect([Buffer.alloc(0), Buffer.from('hello'), ogg, mono.subarray(0, 60)].map(oggOfWebm)).toEqual([null, null, null, null])
    expect([Buffer.alloc(0), Buffer.from('OggS'), mono, Buffer.from(ogg.subarray(0, 40))].map(oggSeconds)).toEqual([null, null, null, null])
  })

  it('neither throws nor gives a broken file, whatever the bytes', () => {
    const broken = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.record({ at: fc.nat(mono.length - 1), byte: fc.nat(255), length: fc.nat(mono.length) }).map(({ at, byte, length }) => {
        const copy = Buffer.from(mono.subarray(0, length))
        if (at < length) copy[at] = byte
        return copy
      }),
    )
    fc.assert(fc.property(broken, (bytes) => {
      const made = oggOfWebm(bytes)
      if (made) expect(readOgg(Buffer.from(made)).every(page => page.checksum === page.computed)).toBe(true)
      oggSeconds(bytes)
    }), { numRuns: 300 })
  })
})
