import { Buffer } from 'node:buffer'
import { seededRandom, seedOf } from '../random.ts'

/** Samples a second: a telephone's, which keeps a note of forty seconds under 700 kB without an encoder. */
const rate = 8_000
const headerBytes = 44

type Vowel = readonly [number, number]
/** First and second formant of five vowels, Hz. */
const vowels: readonly Vowel[] = [[730, 1090], [530, 1840], [390, 1990], [570, 840], [440, 1020]]

/** A two-pole resonator: what a throat does to a pulse. */
function resonator(): (sample: number, frequency: number, width: number) => number {
  let one = 0
  let two = 0
  return (sample, frequency, width) => {
    const radius = Math.exp(-Math.PI * width / rate)
    const out = sample * (1 - radius) + 2 * radius * Math.cos(2 * Math.PI * frequency / rate) * one - radius * radius * two
    two = one
    one = out
    return out
  }
}

/**
 * A murmur with the rhythm of speech, as a WAV file (PCM, 16 bit, mono, 8 kHz): syllables of vowels over a falling voice, with breaths between phrases.
 * The same name and length give the same bytes.
 */
export function voiceNote(name: string, seconds: number): Buffer {
  const random = seededRandom(seedOf(name))
  const count = Math.round(seconds * rate)
  const pitch = random.between(110, 215)
  const low = resonator()
  const high = resonator()
  const samples = new Float64Array(count)
  let peak = 1e-6
  let phase = 0
  let at = 0
  while (at < count) {
    const syllables = random.between(4, 9)
    for (let syllable = 0; syllable < syllables && at < count; syllable++) {
      const length = Math.round(rate * (0.11 + random.next() * 0.16))
      const vowel = vowels[random.between(0, vowels.length - 1)] ?? [500, 1500]
      const loud = 0.45 + random.next() * 0.55
      const voice = pitch * (1.12 - 0.22 * syllable / syllables + (random.next() - 0.5) * 0.06)
      for (let i = 0; i < length && at < count; i++, at++) {
        phase = (phase + voice / rate) % 1
        const pulse = phase < 0.5 ? Math.sin(Math.PI * phase * 2) ** 2 : 0
        const breath = (random.next() - 0.5) * 0.08
        const envelope = Math.sin(Math.PI * i / length) ** 0.7
        const sample = (low(pulse - 0.25 + breath, vowel[0], 90) + 0.6 * high(pulse - 0.25 + breath, vowel[1], 120)) * envelope * loud
        samples[at] = sample
        peak = Math.max(peak, Math.abs(sample))
      }
    }
    at += Math.round(rate * (0.18 + random.next() * 0.5))
  }
  return wav(samples, 0.7 / peak)
}

/** RIFF/WAVE around 16-bit samples. */
function wav(samples: Float64Array, gain: number): Buffer {
  const file = Buffer.alloc(headerBytes + samples.length * 2)
  file.write('RIFF', 0)
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(rate * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples.length * 2, 40)
  samples.forEach((sample, i) => file.writeInt16LE(Math.round(sample * gain * 32_767), headerBytes + i * 2))
  return file
}
