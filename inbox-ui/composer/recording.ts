/** How a browser may record, and as what type the server keeps it: WebM with Opus is put into Ogg there. Best first, because WhatsApp knows voice notes as Ogg with Opus only. */
const recordings = [
  { mime: 'audio/ogg;codecs=opus', kept: 'audio/ogg' },
  { mime: 'audio/webm;codecs=opus', kept: 'audio/ogg' },
  { mime: 'audio/mp4;codecs=mp4a.40.2', kept: 'audio/mp4' },
] as const

const wav = 'audio/wav'

/** What is recorded, and whether it has to be written out as WAV because the network takes nothing that this browser records. */
export type RecordingPlan = { mime: string | null, toWav: boolean }

/**
 * How to record for a network that takes `types`; anything where it is not known. `mime` null leaves the choice to the browser.
 * @param types as the lane says them
 * @param supported what this browser can record
 */
export function planRecording(types: readonly string[] | undefined, supported: (mime: string) => boolean): RecordingPlan {
  const possible = recordings.filter(recording => supported(recording.mime))
  const fitting = possible.find(recording => types === undefined || types.includes(recording.kept))
  if (fitting) return { mime: fitting.mime, toWav: false }
  return { mime: possible[0]?.mime ?? null, toWav: types?.includes(wav) ?? false }
}

const bars = 64

/** What a recorder heard, for drawing: at most 64 values, the loudest of them 1. */
export function waveformOf(levels: readonly number[]): number[] {
  const count = Math.min(bars, levels.length)
  const peaks = Array.from({ length: count }, (_, i) => Math.max(...levels.slice(Math.floor(i * levels.length / count), Math.floor((i + 1) * levels.length / count))))
  const most = Math.max(0, ...peaks)
  return most === 0 ? peaks.map(() => 0) : peaks.map(peak => Math.round(peak / most * 100) / 100)
}

const headerBytes = 44

/** Samples in −1…1 as a WAV file: 16 bit, one channel, `rate` samples a second. */
export function encodeWav(samples: Float32Array, rate: number): Blob {
  const file = new DataView(new ArrayBuffer(headerBytes + samples.length * 2))
  const name = (at: number, letters: string) => { for (let i = 0; i < letters.length; i++) file.setUint8(at + i, letters.charCodeAt(i)) }
  name(0, 'RIFF')
  file.setUint32(4, file.byteLength - 8, true)
  name(8, 'WAVEfmt ')
  file.setUint32(16, 16, true)
  file.setUint16(20, 1, true)
  file.setUint16(22, 1, true)
  file.setUint32(24, rate, true)
  file.setUint32(28, rate * 2, true)
  file.setUint16(32, 2, true)
  file.setUint16(34, 16, true)
  name(36, 'data')
  file.setUint32(40, samples.length * 2, true)
  samples.forEach((sample, i) => file.setInt16(headerBytes + i * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true))
  return new Blob([file.buffer], { type: wav })
}

/** Enough for speech. */
const speechRate = 16_000

/** A recording written out as WAV on one channel; rejects for a sound that the browser cannot read. */
export async function toWav(recording: Blob): Promise<Blob> {
  const reader = new OfflineAudioContext(1, 1, speechRate)
  const sound = await reader.decodeAudioData(await recording.arrayBuffer())
  const mixer = new OfflineAudioContext(1, Math.max(1, sound.length), speechRate)
  const source = mixer.createBufferSource()
  source.buffer = sound
  source.connect(mixer.destination)
  source.start()
  return encodeWav((await mixer.startRendering()).getChannelData(0), speechRate)
}
