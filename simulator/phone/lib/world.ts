import type { Faults } from '../../faults.ts'
import type { WireEntry } from '../../state/phones.ts'
import type { CataloguePiece, HouseLine, Person } from '../../world.ts'

export type Line = Pick<HouseLine, 'id' | 'kind' | 'label' | 'handle' | 'storeId'>
export type Customer = Person & { lines: { id: string, lastAt: number | null }[] }

/** What the page is told once. */
export type World = {
  house: string
  lines: Line[]
  people: Customer[]
  catalogue: CataloguePiece[]
  photos: { name: string, label: string }[]
  faults: Faults
  wire: WireEntry[]
}
