import type { Person } from '../world.ts'
import { z } from 'zod'
import { digitsOf } from '../ids.ts'

/** A person made up on the page. A number without a plus is read as it stands. */
export const Newcomer = z.object({
  name: z.string().trim().min(1).max(100),
  phone: z.string().transform(text => text.replace(/\D/g, '')).pipe(z.string().min(7).max(15)).optional(),
  instagram: z.string().trim().regex(/^@?[\w.]{1,30}$/).transform(text => text.replace(/^@/, '').toLowerCase()).optional(),
})
export type Newcomer = z.infer<typeof Newcomer>

const places = [
  { prefix: '91', city: 'Mumbai', region: 'IN' },
  { prefix: '971', city: 'Dubai', region: 'AE' },
  { prefix: '65', city: 'Singapore', region: 'SG' },
] as const

/** A newcomer with addresses of their own; `nextId` makes what they did not give. Without a number they get one of Mumbai. */
export function personOf(newcomer: Newcomer, nextId: () => string): Person {
  const name = nextId()
  const phone = newcomer.phone ?? `9198${digitsOf(name, 9).slice(1)}`
  const place = places.find(one => phone.startsWith(one.prefix))
  const username = newcomer.instagram ?? newcomer.name.toLowerCase().normalize('NFKD').replace(/[^a-z]+/g, '.').replace(/^\.|\.$/g, '')
  return {
    id: `p${digitsOf(name, 12)}`,
    name: newcomer.name,
    phone,
    userId: `${place?.region ?? 'ZZ'}.${digitsOf(phone, 17)}`,
    instagramId: digitsOf(`instagram ${name}`, 16),
    instagramUsername: username || `guest${digitsOf(name, 5)}`,
    city: place?.city ?? '',
    language: 'en',
  }
}
