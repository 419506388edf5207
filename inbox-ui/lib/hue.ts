/** A hue (degrees) that an id always gets, so that a person keeps their colour. FNV-1a over the characters. */
export function hueOf(id: string): number {
  let hash = 0x811C9DC5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  // Ids that differ in their last letter only must still fall far apart (the finalizer of MurmurHash3).
  hash = Math.imul(hash ^ hash >>> 16, 0x85EBCA6B)
  hash = Math.imul(hash ^ hash >>> 13, 0xC2B2AE35)
  return ((hash ^ hash >>> 16) >>> 0) % 360
}
