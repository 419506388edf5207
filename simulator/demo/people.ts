import type { Person } from '../world.ts'
import { digitsOf } from '../ids.ts'
import { stories } from './stories/index.ts'

const regions: readonly [prefix: string, region: string][] = [['91', 'IN'], ['971', 'AE'], ['65', 'SG'], ['60', 'MY'], ['62', 'ID']]

/** The people of the stories with their addresses. Ids are made from their names, so that they are the same in every house. */
export const demoPeople: readonly Person[] = stories.map(({ id, name, city, language, phone, instagram, whatsappUsername }) => ({
  id,
  name,
  city,
  language,
  ...(phone ? { phone } : {}),
  userId: `${regions.find(([prefix]) => phone?.startsWith(prefix))?.[1] ?? 'AE'}.${digitsOf(`user ${id}`, 17)}`,
  ...(whatsappUsername ? { whatsappUsername } : {}),
  ...(instagram ? { instagramId: digitsOf(`instagram ${id}`, 16), instagramUsername: instagram } : {}),
}))
