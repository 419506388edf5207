import type { Act } from '../acts.ts'
import type { HouseLine, Person } from '../world.ts'
import type { PhoneMessage, Tick } from './message.ts'
import { BoundedMap } from './bounded.ts'
import { bubbleOf, furthest } from './message.ts'

const mostPeople = 500
const mostMessages = 20_000
const mostPerThread = 400

/** Something that the page shows changed. */
export type PhoneEvent
  = | { type: 'message', message: PhoneMessage }
    | { type: 'person', person: Person }
    | { type: 'typing', personId: string, lineId: string, untilMs: number }
    | { type: 'wire', entry: WireEntry }
    | { type: 'faults' }

/** One request that left or reached the simulator: what a developer looks at first. */
export type WireEntry = { at: number, way: 'webhook' | 'call', what: string, status: number | null, ms: number, attempt: number }

/** Every phone: who there is, and what stands in their threads. In memory and bounded; the page learns of changes through `listen`. */
export class Phones {
  readonly lines: readonly HouseLine[]
  readonly #people = new BoundedMap<Person>(mostPeople)
  readonly #messages = new BoundedMap<PhoneMessage>(mostMessages)
  readonly #threads = new BoundedMap<string[]>(mostPeople * 5)
  readonly #lastFromPerson = new BoundedMap<number>(mostPeople * 5)
  readonly #listeners = new Set<(event: PhoneEvent) => void>()

  constructor(lines: readonly HouseLine[], people: readonly Person[]) {
    this.lines = lines
    for (const person of people) this.#people.set(person.id, person)
  }

  listen(listener: (event: PhoneEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(event: PhoneEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  line(id: string): HouseLine | undefined {
    return this.lines.find(line => line.id === id)
  }

  lineByExternalId(kind: HouseLine['kind'], externalId: string): HouseLine | undefined {
    return this.lines.find(line => line.kind === kind && line.externalId === externalId)
  }

  person(id: string): Person | undefined {
    return this.#people.get(id)
  }

  people(): Person[] {
    return [...this.#people.values()]
  }

  addPerson(person: Person): void {
    this.#people.set(person.id, person)
    this.tell({ type: 'person', person })
  }

  /** Who an address of a provider call belongs to. */
  personBy(match: (person: Person) => boolean): Person | undefined {
    for (const person of this.#people.values()) {
      if (match(person)) return person
    }
    return undefined
  }

  message(id: string): PhoneMessage | undefined {
    return this.#messages.get(id)
  }

  /** A person's thread with one line of the house, oldest first. */
  thread(personId: string, lineId: string): PhoneMessage[] {
    const ids = this.#threads.get(`${personId}|${lineId}`) ?? []
    return ids.flatMap(id => this.#messages.get(id) ?? []).sort((a, b) => a.atMs - b.atMs)
  }

  /** Milliseconds of the person's last own message on this line; undefined when there was none. */
  lastFromPerson(personId: string, lineId: string): number | undefined {
    return this.#lastFromPerson.get(`${personId}|${lineId}`)
  }

  addMessage(message: PhoneMessage): void {
    if (this.#messages.has(message.id)) return
    this.#messages.set(message.id, message)
    const key = `${message.personId}|${message.lineId}`
    const thread = this.#threads.get(key) ?? []
    thread.push(message.id)
    this.#threads.set(key, thread.slice(-mostPerThread))
    if (message.side === 'person') this.#lastFromPerson.set(key, Math.max(message.atMs, this.#lastFromPerson.get(key) ?? 0))
    this.tell({ type: 'message', message })
  }

  /** A message gets further; it never goes back. */
  advance(id: string, tick: Tick, failure?: number): void {
    const message = this.#messages.get(id)
    if (!message) return
    const next = furthest(message.tick, tick)
    if (next === message.tick) return
    this.#change({ ...message, tick: next, ...(failure === undefined ? {} : { failure }) })
  }

  /** Puts what somebody did into the thread: a new bubble, or a change of one that stands there. */
  apply(side: 'person' | 'house', personId: string, lineId: string, act: Act, id: string, atMs: number, tick: Tick): void {
    const bubble = bubbleOf(act)
    if (bubble) {
      const replyTo = 'replyTo' in act ? act.replyTo : undefined
      this.addMessage({ id, personId, lineId, side, atMs, bubble, ...(replyTo ? { replyTo } : {}), reactions: {}, tick })
      return
    }
    if (act.kind === 'reaction') this.react(act.targetId, side, act.emoji)
    if (act.kind === 'edit' || act.kind === 'delete') {
      const target = this.#messages.get(act.targetId)
      if (target) this.#change(act.kind === 'edit' ? { ...target, bubble: { ...target.bubble, text: act.text }, edited: true } : { ...target, deleted: true })
    }
  }

  react(targetId: string, side: 'person' | 'house', emoji: string | null): void {
    const target = this.#messages.get(targetId)
    if (!target) return
    const reactions = { ...target.reactions }
    if (emoji === null) delete reactions[side]
    else reactions[side] = emoji
    this.#change({ ...target, reactions })
  }

  #change(message: PhoneMessage): void {
    this.#messages.set(message.id, message)
    this.tell({ type: 'message', message })
  }
}
