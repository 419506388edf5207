import { Buffer } from 'node:buffer'

export interface WavOptions {
  /** Samples a second. */
  rate: number
  /** @default 16 */
  bits?: 8 | 16 | 24 | 32 | 'float'
  /** @default 1 */
  channels?: number
  /** Number of the coding. @default the one that fits `bits` */
  code?: number
  /** Length that the header gives. @default the true one */
  dataSize?: number
  /** A whole chunk between format and samples. */
  before?: Buffer
}

/** A WAV file of samples in −1…1, the same on every channel. */
export function aWav(samples: readonly number[], options: WavOptions): Buffer<ArrayBuffer> {
  const { rate, bits = 16, channels = 1, before = Buffer.alloc(0) } = options
  const width = bits === 'float' ? 4 : bits / 8
  const data = Buffer.alloc(samples.length * channels * width)
  samples.forEach((sample, i) => {
    for (let channel = 0; channel < channels; channel++) {
      const at = (i * channels + channel) * width
      if (bits === 'float') data.writeFloatLE(sample, at)
      else if (bits === 8) data.writeUInt8(Math.round(sample * 127) + 128, at)
      else data.writeIntLE(Math.round(sample * (2 ** (bits - 1) - 1)), at, width)
    }
  })
  const head = Buffer.alloc(36)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + before.length + data.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(options.code ?? (bits === 'float' ? 3 : 1), 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * channels * width, 28)
  head.writeUInt16LE(channels * width, 32)
  head.writeUInt16LE(width * 8, 34)
  const dataHead = Buffer.alloc(8)
  dataHead.write('data', 0, 'latin1')
  dataHead.writeUInt32LE(options.dataSize ?? data.length, 4)
  return Buffer.concat([head, before, dataHead, data])
}
