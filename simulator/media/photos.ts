import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { photoFolder } from '../files.ts'

/** Photographs that a person can send from the phone, by file name; drawn for the demo house. */
export const photos = [
  { name: 'halo-velvet', label: 'Halo ring on velvet' },
  { name: 'emerald-cut-marble', label: 'Emerald cut on marble' },
  { name: 'three-stone-rose', label: 'Three-stone ring' },
  { name: 'jade-ring', label: 'Jade ring' },
  { name: 'twist-band', label: 'Twisted band' },
  { name: 'kundan-silk', label: 'Kundan set on silk' },
  { name: 'rani-haar', label: 'Rani haar' },
  { name: 'morganite-linen', label: 'Morganite pendant' },
  { name: 'pearl-drops', label: 'Pearl drops' },
  { name: 'bangles-tray', label: 'Tray of bangles' },
  { name: 'bracelet-table', label: 'Bracelet at dinner' },
  { name: 'riviere-mirror', label: 'Rivière in the mirror' },
  { name: 'halo-screenshot', label: 'Screenshot of the halo' },
  { name: 'ring-outline', label: 'Ring drawn round' },
  { name: 'old-ring', label: 'An old ring' },
  { name: 'saree', label: 'The saree' },
  { name: 'invitation', label: 'Wedding invitation' },
  { name: 'certificate', label: 'Certificate' },
  { name: 'sketch', label: 'Sketch' },
] as const

const plainName = /^[a-z0-9-]{1,60}$/

/** The bytes of a photograph (JPEG); undefined when there is none of that name. */
export function readPhoto(name: string): Buffer | undefined {
  const folder = photoFolder()
  if (!folder || !plainName.test(name)) return undefined
  try {
    return Buffer.from(readFileSync(join(folder, `${name}.jpg`)))
  }
  catch {
    return undefined
  }
}
