/** A hue (degrees) that an id always gets, so that a person keeps their colour. FNV-1a over the characters. */
export function hueOf(id: string): number {
  let hash = 0x811C9DC5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % 360
}
