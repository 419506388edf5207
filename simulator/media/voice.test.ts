import { expect, it } from 'vitest'
import { voiceNote } from './voice.ts'

it('a murmured voice note is a WAV file of its length, the same for the same name, loud and not clipped', () => {
  const note = voiceNote('priya', 4)
  expect(note.toString('latin1', 0, 4) + note.toString('latin1', 8, 12)).toBe('RIFFWAVE')
  expect(note.readUInt32LE(4)).toBe(note.length - 8)
  expect((note.length - 44) / note.readUInt32LE(28)).toBeCloseTo(4, 3)
  expect(voiceNote('priya', 4).equals(note)).toBe(true)
  expect(voiceNote('omar', 4).equals(note)).toBe(false)
  const samples = Array.from({ length: (note.length - 44) / 2 }, (_, i) => Math.abs(note.readInt16LE(44 + i * 2)))
  expect(Math.max(...samples)).toBeGreaterThan(20_000)
  expect(Math.max(...samples)).toBeLessThan(32_767)
})
