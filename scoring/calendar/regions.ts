/** What a place makes of time: when a message is welcome, which days are for rest, and when people buy. */
export type Region = {
  code: string
  /** A message is welcome from this hour until before that one, local time. */
  from: number
  until: number
  /** Days of the week without business messages, 0 = Sunday. */
  rest: readonly number[]
  /** On Friday in the Gulf, nothing before the afternoon. */
  fridayFrom?: number
  /** Festivals and wedding seasons at which jewellery is bought: first and last day, local dates. */
  seasons: readonly Season[]
}

export type SeasonName = 'akshaya_tritiya' | 'dhanteras_diwali' | 'weddings' | 'ramadan' | 'eid_al_fitr' | 'eid_al_adha' | 'lunar_new_year'

/** First and last day, local dates. */
export type Season = { name: SeasonName, from: string, to: string }

function season(name: SeasonName, ...spans: readonly string[]): Season[] {
  return spans.map((span) => {
    const [from = '', to = from] = span.split('/')
    return { name, from, to }
  })
}

/**
 * Moveable feasts by year. Akshaya Tritiya, Dhanteras and Diwali after the Indian government's list of holidays (drik calendar); Ramadan and both Eids
 * after the Umm al-Qura calendar, which a sighting of the moon may move by a day; Lunar New Year after the Chinese calendar.
 * Wedding months are the trade's rule of thumb.
 */
export const regions = {
  india: {
    code: 'india',
    from: 10,
    until: 20,
    rest: [0],
    seasons: [
      ...season('akshaya_tritiya', '2024-05-10', '2025-04-30', '2026-04-19', '2027-05-09'),
      ...season('dhanteras_diwali', '2024-10-29/2024-11-03', '2025-10-18/2025-10-23', '2026-11-06/2026-11-11', '2027-10-27/2027-11-01'),
      ...season('weddings', '2024-11-12/2024-12-15', '2025-11-02/2025-12-12', '2026-11-21/2026-12-12', '2027-11-15/2027-12-12'),
    ],
  },
  gulf: {
    code: 'gulf',
    from: 10,
    until: 21,
    rest: [],
    fridayFrom: 15,
    seasons: [
      ...season('ramadan', '2024-03-11/2024-04-09', '2025-03-01/2025-03-29', '2026-02-18/2026-03-19', '2027-02-08/2027-03-08'),
      ...season('eid_al_fitr', '2024-04-10/2024-04-12', '2025-03-30/2025-04-01', '2026-03-20/2026-03-22', '2027-03-09/2027-03-11'),
      ...season('eid_al_adha', '2024-06-16/2024-06-19', '2025-06-06/2025-06-09', '2026-05-27/2026-05-30', '2027-05-16/2027-05-19'),
    ],
  },
  southeast_asia: {
    code: 'southeast_asia',
    from: 9,
    until: 20,
    rest: [0],
    seasons: [
      ...season('lunar_new_year', '2024-02-10/2024-02-12', '2025-01-29/2025-01-31', '2026-02-17/2026-02-19', '2027-02-06/2027-02-08'),
      ...season('eid_al_fitr', '2024-04-10/2024-04-11', '2025-03-31/2025-04-01', '2026-03-20/2026-03-21', '2027-03-09/2027-03-10'),
      ...season('eid_al_adha', '2024-06-17', '2025-06-06', '2026-05-27', '2027-05-16'),
    ],
  },
} as const satisfies Record<string, Region>

const countries: Readonly<Record<keyof typeof regions, readonly string[]>> = {
  india: ['IN'],
  gulf: ['AE', 'BH', 'KW', 'OM', 'QA', 'SA'],
  southeast_asia: ['BN', 'ID', 'MY', 'PH', 'SG', 'TH', 'VN'],
}

/** The region of a country (ISO 3166-1 alpha-2), or undefined for one whose habits are not in the table. */
export function regionOfCountry(country: string | null | undefined): Region | undefined {
  const code = (Object.keys(countries) as (keyof typeof countries)[]).find(region => country != null && countries[region].includes(country))
  return code && regions[code]
}
