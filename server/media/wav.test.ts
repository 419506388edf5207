import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { soundOf } from './prepare.ts'
import { aWav } from './testing/wav.ts'
import { readWav } from './wav.ts'

const rate = 8_000
/** A second of a tone that is at first quiet, then twice as loud. */
const tone = Array.from({ length: rate }, (_, i) => (i < rate / 2 ? 0.25 : 0.5) * Math.sin(i / 3))

describe('a WAV file', () => {
  it('tells how long it is and draws its loudness, the loudest part as 1', () => {
    const { seconds, waveform } = readWav(aWav(tone, { rate }))!
    expect(seconds).toBe(1)
    expect(waveform).toHaveLength(64)
    expect(Math.max(...waveform)).toBe(1)
    for (const quiet of waveform.slice(0, 32)) expect(quiet).toBeCloseTo(0.5, 1)
    for (const loud of waveform.slice(32)) expect(loud).toBeGreaterThan(0.9)
  })

  it.each([8, 16, 24, 32, 'float'] as const)('reads samples of %s bits alike', (bits) => {
    const { waveform } = readWav(aWav(tone, { rate, bits }))!
    expect(waveform[3]).toBeCloseTo(0.5, 1)
    expect(waveform[60]).toBeGreaterThan(0.9)
  })

  it('counts frames, not samples, where there are two channels', () => {
    expect(readWav(aWav(tone, { rate, channels: 2 }))).toMatchObject({ seconds: 1 })
  })

  it('reads up to the end where the length was never filled in, and over chunks that it does not know', () => {
    expect(readWav(aWav(tone, { rate, dataSize: 0xFFFFFFFF }))).toMatchObject({ seconds: 1 })
    expect(readWav(aWav(tone, { rate, before: Buffer.from('LIST\u0003\0\0\0abc\0', 'latin1') }))).toMatchObject({ seconds: 1 })
  })

  it('draws silence as nothing, and few samples as few values', () => {
    expect(readWav(aWav([0, 0, 0], { rate }))).toEqual({ seconds: 0, waveform: [0, 0, 0] })
  })

  it('is nothing when it is cut short, empty, compressed or something else', () => {
    const whole = aWav(tone, { rate })
    for (let length = 0; length < 44; length++) expect(readWav(whole.subarray(0, length))).toBeNull()
    expect(readWav(aWav(tone, { rate, code: 2 }))).toBeNull()
    expect(readWav(Buffer.from('RIFF....WEBP'))).toBeNull()
    expect(soundOf('audio/ogg', whole)).toEqual({})
  })

  it('ends for a chunk that claims to have no length or far too much', () => {
    expect(readWav(aWav(tone, { rate, before: Buffer.from('JUNK\0\0\0\0', 'latin1') }))).toMatchObject({ seconds: 1 })
    expect(readWav(aWav(tone, { rate, before: Buffer.from('JUNK\xFF\xFF\xFF\xFF', 'latin1') }))).toBeNull()
  })
})
