import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where the page's files may lie, seen from the folder that this code runs in: built beside a bundle, or in the sources. */
const places = ['phone', 'simulator/phone', '../dist/simulator/phone']

/** The folder of the built page; undefined before it was built. */
export function pageFolder(from = import.meta.dirname): string | undefined {
  return places.map(place => join(from, place)).find(folder => existsSync(join(folder, 'index.html')) && existsSync(join(folder, 'assets')))
}

/** The folder of the photographs that people send: part of the built page, or of its sources. */
export function photoFolder(from = import.meta.dirname): string | undefined {
  return ['phone/public/photos', ...places.map(place => `${place}/photos`)].map(place => join(from, place)).find(existsSync)
}
