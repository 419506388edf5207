import type { ExternalEvent } from '#contracts'
import type { Act } from '../acts.ts'
import type { HouseLine, Person } from '../world.ts'
import type { Scene, Story, When } from './story.ts'
import { tzOffset } from '@date-fns/tz'
import { instagramId, twilioSid, whatsappId } from '../ids.ts'
import { seededRandom, seedOf } from '../random.ts'
import { demoLines, demoStores } from './house.ts'
import { demoPeople } from './people.ts'
import { stories } from './stories/index.ts'

/** Somebody did something on a line of the house. */
export type HistoryAct = { type: 'act', side: 'person' | 'house', personId: string, line: HouseLine, act: Act, id: string, atMs: number }
/** How far a message of ours got. */
export type HistoryStatus = { type: 'status', personId: string, line: HouseLine, id: string, status: 'delivered' | 'read', atMs: number }
export type HistoryEvent = { type: 'event', personId: string, event: ExternalEvent, atMs: number }
export type Happening = HistoryAct | HistoryStatus | HistoryEvent

const minuteMs = 60_000
const secondMs = 1_000
/** The newest that anything of the history may be. */
const freshestMs = 30 * secondMs

/** Milliseconds of a moment of a story, in the place of the person's store. */
export function momentOf(when: When, nowMs: number, timeZone: string): number {
  const ago = /^(\d+)([hm])$/.exec(when)
  if (ago) return nowMs - Number(ago[1]) * (ago[2] === 'h' ? 60 : 1) * minuteMs
  const [, days, hour, minute] = /^(\d+)d (\d\d):(\d\d)$/.exec(when) ?? []
  if (days === undefined) throw new RangeError(`'${when}' is no moment of a story.`)
  const today = new Date(nowMs + tzOffset(timeZone, new Date(nowMs)) * minuteMs)
  const onTheClock = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() - Number(days), Number(hour), Number(minute))
  return onTheClock - tzOffset(timeZone, new Date(onTheClock)) * minuteMs
}

function lineOf(scene: Extract<Scene, { type: 'act' }>, story: Story): HouseLine {
  const id = scene.on ?? story.line ?? `wa-${story.home}`
  const line = demoLines.find(one => one.id === id)
  if (!line) throw new RangeError(`No line ${id}.`)
  return line
}

const idOf = (line: HouseLine, name: string) => ({ whatsapp: whatsappId, instagram: instagramId, sms: (text: string) => twilioSid('SM', text) })[line.kind](`demo ${name}`)

function customerOf(person: Person, story: Story): ExternalEvent['customer'] {
  const phone = person.phone ? { phone: `+${person.phone}` } : {}
  const instagram = person.instagramId && (!person.phone || story.linked) ? { instagramId: person.instagramId } : {}
  const whatsapp = !person.phone && !person.instagramId ? { userId: person.userId } : {}
  return { ...phone, ...instagram, ...whatsapp, name: person.name }
}

/** One person's history, in order. Ids come from the story and not from the time, so that telling it again at another time says nothing new. */
function historyOf(story: Story, person: Person, nowMs: number): Happening[] {
  const timeZone = demoStores.find(store => store.id === story.home)?.timeZone ?? 'UTC'
  const random = seededRandom(seedOf(story.id))
  // Moments of today are told by how long ago, so their order on paper may not be that of the clock.
  const scenes = story.scenes.flatMap(scene => Array.isArray(scene) ? scene as readonly Scene[] : [scene as Scene])
    .map((scene, place) => ({ scene, place, atMs: Math.min(momentOf(scene.when, nowMs, timeZone), nowMs - freshestMs) }))
    .sort((a, b) => a.atMs - b.atMs || a.place - b.place)
  const named = new Map<string, { id: string, line: HouseLine }>()
  const told: Happening[] = []
  let last = 0
  for (const { scene, place, atMs: wanted } of scenes) {
    // WhatsApp counts whole seconds, and two messages of one second have no order.
    const atMs = Math.max(Math.floor(wanted / secondMs) * secondMs, last + secondMs)
    last = atMs
    const name = `${story.id} ${place}`
    if (scene.type === 'event') {
      told.push({ type: 'event', personId: person.id, atMs, event: { id: `demo-${story.id}-${place}`, type: scene.event, at: new Date(atMs).toISOString(), customer: customerOf(person, story), store: scene.store ?? story.home, ...(scene.meta ? { meta: scene.meta } : {}) } })
      continue
    }
    const line = lineOf(scene, story)
    const id = idOf(line, name)
    if (scene.as) named.set(scene.as, { id, line })
    told.push({ type: 'act', side: scene.side, personId: person.id, line, act: pointing(scene, named, line), id, atMs })
    if (scene.side === 'house') told.push(...fatesOf(scene, person, line, id, atMs, random.between(2, 25) * minuteMs, nowMs))
  }
  return told
}

/** The act with the message that it answers or reacts to. */
function pointing({ act, re }: Extract<Scene, { type: 'act' }>, named: ReadonlyMap<string, { id: string, line: HouseLine }>, line: HouseLine): Act {
  if (re === undefined) return act
  const target = named.get(re)
  if (target?.line !== line) throw new RangeError(`No earlier message '${re}' on ${line.id}.`)
  if ('targetId' in act) return { ...act, targetId: target.id }
  return { ...act, replyTo: target.id } as Act
}

function fatesOf(scene: Extract<Scene, { type: 'act' }>, person: Person, line: HouseLine, id: string, atMs: number, readAfterMs: number, nowMs: number): HistoryStatus[] {
  const base = { type: 'status' as const, personId: person.id, line, id }
  const delivered = { ...base, status: 'delivered' as const, atMs: atMs + 4 * secondMs }
  const read = { ...base, status: 'read' as const, atMs: Math.floor((atMs + readAfterMs) / secondMs) * secondMs }
  if (scene.fate === 'delivered' || read.atMs > nowMs - freshestMs) return [delivered]
  return [delivered, read]
}

/** Everything that ever happened to the demo house, oldest first, as seen from `nowMs`. The same moment gives the same history, to the byte. */
export function demoTimeline(nowMs: number): Happening[] {
  const people = new Map(demoPeople.map(person => [person.id, person]))
  return stories.flatMap((story) => {
    const person = people.get(story.id)
    return person ? historyOf(story, person, nowMs) : []
  }).sort((a, b) => a.atMs - b.atMs)
}

/** What stands in the phones' threads. */
export function demoHistory(nowMs: number): HistoryAct[] {
  return demoTimeline(nowMs).filter(happening => happening.type === 'act')
}

/** Scenes name the picture of an Instagram story; where it is seen depends on where the simulator is. `folder` is the address of the photographs. */
export function withStoryAt(act: Act, folder: string): Act {
  if (!('storyUrl' in act)) return act
  return { ...act, storyUrl: act.storyUrl.replace(/^story:(.+)$/, `${folder}/$1.jpg`) }
}
