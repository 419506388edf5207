import type { InjectionKey } from 'vue'
import type { Act } from '../../acts.ts'
import type { Faults } from '../../faults.ts'
import type { PhoneMessage } from '../../state/message.ts'
import type { PhoneEvent, WireEntry } from '../../state/phones.ts'
import type { Customer, Line, World } from './world.ts'
import { computed, inject, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { api, PhoneFailure } from './api.ts'

const mostWire = 60
const againMs = 1_500
const chosenKey = 'loupe.simulator.chosen'
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('')

function remembered(): { personId?: string, lineId?: string } {
  try { return JSON.parse(localStorage.getItem(chosenKey) ?? '{}') as { personId?: string, lineId?: string } }
  catch { return {} }
}

/** The phone: whose it is, which of the house's numbers is open on it, and what stands there. Follows the simulator's events until it is disposed of. */
export function usePhone() {
  const { t } = useI18n({ useScope: 'global' })
  const page = newId()
  const world = shallowRef<World>()
  const people = shallowRef<Customer[]>([])
  const personId = ref('')
  const lineId = ref('')
  const messages = reactive(new Map<string, PhoneMessage>())
  const unseen = reactive(new Map<string, number>())
  const wire = ref<WireEntry[]>([])
  const faults = ref<Faults>()
  const quiet = ref(false)
  const quietSince = ref(0)
  const typingUntil = ref(0)
  const connected = ref(true)
  const problem = ref('')
  const quoted = ref<PhoneMessage>()
  const editing = ref<PhoneMessage>()

  const person = computed(() => people.value.find(one => one.id === personId.value))
  const line = computed<Line | undefined>(() => world.value?.lines.find(one => one.id === lineId.value))
  const lines = computed(() => world.value?.lines.filter(one => person.value?.lines.some(own => own.id === one.id)) ?? [])
  const thread = computed(() => [...messages.values()].sort((a, b) => a.atMs - b.atMs))
  const notices = ref<PhoneMessage[]>([])

  async function loadWorld() {
    const found = await api.world()
    world.value = found
    people.value = found.people
    wire.value = [...found.wire]
    faults.value = found.faults
    if (!person.value) {
      const { personId: before, lineId: lane } = remembered()
      choose(found.people.some(one => one.id === before) ? before ?? '' : found.people[0]?.id ?? '', lane)
    }
  }

  /** Takes up a person's phone; on the line they used last, unless one is named. */
  function choose(id: string, lane?: string) {
    personId.value = id
    const own = people.value.find(one => one.id === id)?.lines ?? []
    const latest = own.filter(one => one.lastAt !== null).sort((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0))[0]
    lineId.value = own.find(one => one.id === lane)?.id ?? latest?.id ?? own[0]?.id ?? ''
    quiet.value = false
  }

  async function loadThread() {
    const [who, where] = [personId.value, lineId.value]
    if (!who || !where) return
    const found = await api.thread(who, where)
    if (who !== personId.value || where !== lineId.value) return
    messages.clear()
    for (const message of found.messages) messages.set(message.id, message)
  }

  const say = (error: unknown) => { problem.value = (error instanceof Error && error.message) || t(`page.${error instanceof PhoneFailure ? error.code : 'failed'}`) }
  const present = () => api.show(page, quiet.value || !personId.value || !lineId.value ? null : { personId: personId.value, lineId: lineId.value })

  watch([personId, lineId], ([who, where]) => {
    messages.clear()
    quoted.value = undefined
    editing.value = undefined
    typingUntil.value = 0
    unseen.delete(`${who}|${where}`)
    localStorage.setItem(chosenKey, JSON.stringify({ personId: who, lineId: where }))
    loadThread().catch(say)
  })
  watch([personId, lineId, quiet], () => { present().catch(say) })
  watch(quiet, (now) => {
    quietSince.value = Date.now()
    notices.value = []
    if (!now) unseen.delete(`${personId.value}|${lineId.value}`)
  })

  function take(event: PhoneEvent) {
    switch (event.type) {
      case 'wire': wire.value = [...wire.value.slice(1 - mostWire), event.entry]; break
      case 'person': void api.world().then((found) => { people.value = found.people }).catch(say); break
      case 'faults': void api.world().then((found) => { faults.value = found.faults }).catch(say); break
      case 'typing': if (event.personId === personId.value && event.lineId === lineId.value) typingUntil.value = event.untilMs; break
      case 'message': takeMessage(event.message)
    }
  }

  function takeMessage(message: PhoneMessage) {
    const here = message.personId === personId.value && message.lineId === lineId.value
    const isNew = message.side === 'house' && message.atMs > Date.now() - 60_000 && message.tick !== 'read'
    if (here) {
      if (message.side === 'house' && !messages.has(message.id)) typingUntil.value = 0
      messages.set(message.id, message)
    }
    if (message.side === 'person') {
      people.value = people.value.map(one => one.id === message.personId ? { ...one, lines: one.lines.map(own => own.id === message.lineId ? { ...own, lastAt: Math.max(own.lastAt ?? 0, message.atMs) } : own) } : one)
      return
    }
    if (!isNew || notices.value.some(one => one.id === message.id)) return
    const key = `${message.personId}|${message.lineId}`
    if (message.tick === 'accepted' && (!here || quiet.value)) unseen.set(key, (unseen.get(key) ?? 0) + 1)
    if (message.personId === personId.value && quiet.value && message.atMs >= quietSince.value) notices.value = [message, ...notices.value].slice(0, 5)
  }

  let events: EventSource
  let listenAgain: number | undefined
  function listen() {
    events = new EventSource(`api/events?page=${page}`)
    events.addEventListener('open', () => {
      connected.value = true
      // What was missed while the line was down is simply looked up again.
      void loadWorld().then(() => Promise.all([loadThread(), present()])).catch(say)
    })
    events.addEventListener('error', () => {
      connected.value = false
      // A browser comes back by itself after a broken line, but not after a refusal, as of a simulator that is still starting.
      if (events.readyState === EventSource.CLOSED) listenAgain = window.setTimeout(listen, againMs)
    })
    events.addEventListener('message', event => take(JSON.parse(String(event.data)) as PhoneEvent))
  }
  listen()
  onScopeDispose(() => {
    window.clearTimeout(listenAgain)
    events.close()
  })

  /** Does something as this person; what went wrong is shown. */
  async function act(what: Act): Promise<boolean> {
    problem.value = ''
    try {
      await api.act(personId.value, lineId.value, what)
      return true
    }
    catch (error) {
      say(error)
      return false
    }
  }

  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    problem.value = ''
    try { return await work() }
    catch (error) { say(error); return undefined }
  }

  async function addPerson(given: { name: string, phone?: string, instagram?: string }) {
    const added = await attempt(() => api.addPerson(given))
    if (!added) return false
    people.value = [added.person, ...people.value.filter(one => one.id !== added.person.id)]
    choose(added.person.id)
    return true
  }

  return { world, people, person, personId, line, lineId, lines, thread, messages, unseen, wire, faults, quiet, notices, typingUntil, connected, problem, quoted, editing, choose, act, attempt, addPerson }
}

export type Phone = ReturnType<typeof usePhone>
export const phoneKey: InjectionKey<Phone> = Symbol('phone')

/** The phone of the page around. */
export function useThisPhone(): Phone {
  const phone = inject(phoneKey)
  if (!phone) throw new Error('There is no phone around.')
  return phone
}
