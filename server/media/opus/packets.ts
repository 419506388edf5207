/** Opus always counts time in samples at this rate, whatever was recorded (RFC 7845, 4). */
export const opusRate = 48_000
/** Longest that a packet may be, in samples: 120 ms (RFC 6716, 3.2). */
const longestPacket = 5_760

/** Samples of one frame by the configuration in a packet's first byte (RFC 6716, table 2). */
function frameSamples(config: number): number {
  if (config < 12) return [480, 960, 1920, 2880][config & 3]!
  if (config < 16) return [480, 960][config & 1]!
  return [120, 240, 480, 960][config & 3]!
}

/** Length of an Opus packet in samples at 48 kHz, from its first two bytes (RFC 6716, 3.1 and 3.2). Null for what is no packet. */
export function packetSamples(packet: Uint8Array): number | null {
  const toc = packet[0]
  if (toc === undefined) return null
  const code = toc & 3
  const counted = packet[1]
  if (code === 3 && counted === undefined) return null
  const frames = code === 0 ? 1 : code === 3 ? counted! & 0x3F : 2
  const samples = frames * frameSamples(toc >> 3)
  return samples > 0 && samples <= longestPacket ? samples : null
}
