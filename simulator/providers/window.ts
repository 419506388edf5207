import type { Simulation } from '../simulation.ts'
import type { HouseLine, Person } from '../world.ts'

const minuteMs = 60_000

/**
 * Whether the person wrote on this line within the last `windowMs`, so that the house may write freely. A simulator that was started again has forgotten
 * what was written in between; for the length of one window it then believes the house.
 */
export function windowIsOpen({ phones, settings, now, startedAt }: Simulation, person: Person, line: HouseLine, windowMs: number): boolean {
  const last = phones.lastFromPerson(person.id, line.id)
  if (last !== undefined && now() - last <= windowMs) return true
  const startedAgain = settings.demoNow !== undefined && startedAt - settings.demoNow > 5 * minuteMs
  return startedAgain && now() - startedAt <= windowMs
}
