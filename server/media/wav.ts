/** Values of a drawn sound, and the most samples that are looked at for one of them. */
const bars = 64
const samplesPerBar = 4_096

const pcm = 1
const float = 3
/** The format proper is then in the first two bytes of the sub-format. */
const extensible = 0xFFFE

interface Format { code: number, channels: number, rate: number, blockAlign: number, bits: number }
interface Chunks { format: Format, start: number, end: number }

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
}

function formatAt(view: DataView, at: number, size: number): Format | null {
  if (size < 16 || at + size > view.byteLength) return null
  const code = view.getUint16(at, true)
  return {
    code: code === extensible && size >= 26 ? view.getUint16(at + 24, true) : code,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    blockAlign: view.getUint16(at + 12, true),
    bits: view.getUint16(at + 14, true),
  }
}

/** Finds format and samples. A length that reaches past the end, as recorders write it that could not go back, means up to the end. */
function chunksOf(view: DataView): Chunks | null {
  if (view.byteLength < 12 || nameAt(view, 0) !== 'RIFF' || nameAt(view, 8) !== 'WAVE') return null
  let format: Format | null = null
  for (let at = 12; at + 8 <= view.byteLength;) {
    const name = nameAt(view, at)
    const size = view.getUint32(at + 4, true)
    if (name === 'fmt ') format = formatAt(view, at + 8, size)
    if (name === 'data') return format && { format, start: at + 8, end: Math.min(view.byteLength, at + 8 + size) }
    at += 8 + size + size % 2
  }
  return null
}

/** Reads one sample as −1…1; null for a coding that has no such reading here. */
function sampleReader(view: DataView, { code, bits }: Format): ((at: number) => number) | null {
  if (code === float && bits === 32) return at => view.getFloat32(at, true)
  if (code !== pcm) return null
  switch (bits) {
    case 8: return at => (view.getUint8(at) - 128) / 128
    case 16: return at => view.getInt16(at, true) / 32_768
    case 24: return at => (view.getInt8(at + 2) * 65_536 + view.getUint16(at, true)) / 8_388_608
    case 32: return at => view.getInt32(at, true) / 2_147_483_648
    default: return null
  }
}

/** Root mean square of the first channel over the frames `from`…`to`, of which it looks at some thousands at most. */
function loudness(read: (at: number) => number, { start, format }: Chunks, from: number, to: number): number {
  const step = Math.max(1, Math.floor((to - from) / samplesPerBar))
  let sum = 0
  let count = 0
  for (let frame = from; frame < to; frame += step) {
    const value = read(start + frame * format.blockAlign)
    sum += Number.isFinite(value) ? value * value : 0
    count++
  }
  return Math.sqrt(sum / count)
}

/**
 * Length in seconds and loudness over time of a WAV file: at most 64 values, the loudest of them 1 and those of silence 0, rounded to hundredths. Null for
 * bytes that are no WAV file with uncompressed sound. Source of the layout: Multimedia Programming Interface and Data Specifications 1.0, RIFF WAVE.
 */
export function readWav(bytes: Uint8Array): { seconds: number, waveform: number[] } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks = chunksOf(view)
  if (!chunks) return null
  const { format, start, end } = chunks
  const read = sampleReader(view, format)
  if (!read || format.channels === 0 || format.rate === 0 || format.blockAlign < format.channels * format.bits / 8) return null
  const frames = Math.floor((end - start) / format.blockAlign)
  if (frames === 0) return null
  const count = Math.min(bars, frames)
  const levels = Array.from({ length: count }, (_, i) => loudness(read, chunks, Math.floor(i * frames / count), Math.floor((i + 1) * frames / count)))
  const most = Math.max(...levels)
  return {
    seconds: Math.round(frames / format.rate * 100) / 100,
    waveform: levels.map(level => most === 0 ? 0 : Math.round(Math.min(1, level / most) * 100) / 100),
  }
}
