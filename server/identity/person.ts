import type { Customer, Store } from '../models/index.ts'
import type { Handle } from './addresses.ts'
import { plainLine } from '#contracts'
import { countryOfPhone, formattedPhone } from './phone.ts'

type Naming = Pick<Customer, 'name' | 'nameSource'>
type Source = Customer['nameSource']

const rank: Record<Source, number> = { address: 0, profile: 1, pos: 2, advisor: 3 }
const longestName = 200

/** A name as it may be shown: one line, no control or direction characters, at most 200 characters. Empty when nothing is left. */
export function cleanName(name: string): string {
  return [...plainLine(name)].slice(0, longestName).join('')
}

/** What somebody is called until a name is known: username, phone number, or the network's id. */
export function nameFromHandles(handles: readonly Handle[]): string {
  const username = handles.find(handle => handle.kind === 'username')
  if (username) return cleanName(`@${username.value}`)
  const phone = handles.find(handle => handle.kind === 'phone')
  if (phone) return formattedPhone(phone.key)
  return cleanName(handles[0]?.value ?? '') || 'Unknown'
}

/** The better of a known name and one that was just heard: a person's own word is not overwritten by a profile. Null when nothing changes. */
export function betterName(known: Naming, heard: string | undefined, source: Source): Naming | null {
  const name = cleanName(heard ?? '')
  if (!name || rank[source] < rank[known.nameSource] || (name === known.name && source === known.nameSource)) return null
  return { name, nameSource: source }
}

/** Place and language that a phone number suggests, else the shop's. A country of several time zones suggests none: the shop's is taken then. */
export function placeOf(handles: readonly Handle[], store: Pick<Store, 'country' | 'timeZone'> | null): Pick<Customer, 'country' | 'timeZone' | 'locale'> {
  const phone = handles.find(handle => handle.kind === 'phone')
  const country = (phone && countryOfPhone(phone.key)) ?? store?.country ?? null
  if (country === null) return { country, timeZone: null, locale: null }
  const sameAsStore = country === store?.country
  return { country, timeZone: (sameAsStore ? store.timeZone : onlyZone(country)) ?? store?.timeZone ?? null, locale: languageOf(country) }
}

/** Intl.Locale's zones of a region, which TypeScript's library does not describe yet. */
interface LocaleWithZones { timeZones?: string[], getTimeZones?: () => string[] | undefined }

/** Asking takes half a millisecond and the answer of a region never changes: a memo that no result depends on, as large as there are regions. */
const zonesOfRegions = new Map<string, string | null>()

function onlyZone(country: string): string | null {
  const known = zonesOfRegions.get(country)
  if (known !== undefined) return known
  const zone = zoneOfRegion(country)
  zonesOfRegions.set(country, zone)
  return zone
}

function zoneOfRegion(country: string): string | null {
  try {
    const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & LocaleWithZones
    const zones = locale.getTimeZones?.() ?? locale.timeZones ?? []
    return zones.length === 1 ? zones[0] ?? null : null
  }
  catch { return null }
}

/** The likeliest language of a region (Unicode, likely subtags). */
function languageOf(country: string): string | null {
  try { return new Intl.Locale(`und-${country}`).maximize().language }
  catch { return null }
}
