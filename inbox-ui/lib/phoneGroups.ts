import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** An E.164 number in the groups in which its country writes it for abroad: `+919820144410` gives `+91`, `98201`, `44410`. One group for what no numbering plan knows. */
export function phoneGroups(number: string): string[] {
  const written = parsePhoneNumberFromString(number)?.formatInternational() ?? number
  const groups = written.match(/\+?\d+/g) ?? []
  return groups.join('') === number ? groups : [number]
}
