import { describe, expect, it } from 'vitest'
import { encodeWav, planRecording, waveformOf } from './recording.ts'

const chromium = (mime: string) => ['audio/webm;codecs=opus', 'audio/webm', 'audio/mp4'].includes(mime)
const firefox = (mime: string) => mime.endsWith('codecs=opus') && !mime.startsWith('audio/mp4')
const oldSafari = (mime: string) => mime.startsWith('audio/mp4')

describe('a voice note', () => {
  it('is recorded as Opus wherever a browser can, for it is kept as Ogg then', () => {
    expect(planRecording(['audio/ogg'], chromium)).toEqual({ mime: 'audio/webm;codecs=opus', toWav: false })
    expect(planRecording(['audio/ogg'], firefox)).toEqual({ mime: 'audio/ogg;codecs=opus', toWav: false })
    expect(planRecording(undefined, chromium)).toEqual({ mime: 'audio/webm;codecs=opus', toWav: false })
  })

  it('is recorded as what the browser has, where it has no Opus', () => {
    expect(planRecording(['audio/ogg'], oldSafari)).toEqual({ mime: 'audio/mp4;codecs=mp4a.40.2', toWav: false })
    expect(planRecording(['audio/ogg'], () => false)).toEqual({ mime: null, toWav: false })
  })

  it('is written out as WAV for a network that takes nothing else of what the browser records', () => {
    const types = ['audio/aac', 'audio/mp4', 'audio/wav']
    expect(planRecording(types, chromium)).toEqual({ mime: 'audio/webm;codecs=opus', toWav: true })
    expect(planRecording(types, oldSafari)).toEqual({ mime: 'audio/mp4;codecs=mp4a.40.2', toWav: false })
  })

  it('is drawn as loud as it was, its loudest moment full', () => {
    expect(waveformOf([0.1, 0.2, 0.4])).toEqual([0.25, 0.5, 1])
    expect(waveformOf(Array.from({ length: 1000 }, (_, i) => i / 1000))).toHaveLength(64)
    expect(waveformOf([0, 0])).toEqual([0, 0])
    expect(waveformOf([])).toEqual([])
  })
})

it('a WAV file says what it holds and cuts off what is too loud', async () => {
  const file = new DataView(await encodeWav(Float32Array.from([0, 0.5, -2]), 16_000).arrayBuffer())
  expect([file.byteLength, file.getUint32(4, true), file.getUint32(24, true), file.getUint32(40, true)]).toEqual([50, 42, 16_000, 6])
  expect([44, 46, 48].map(at => file.getInt16(at, true))).toEqual([0, 16_384, -32_767])
})
