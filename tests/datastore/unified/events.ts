import type { MongoClient } from 'mongodb'
import type { ExpectedEvents, Fields } from './format.ts'
import type { MatchContext } from './match.ts'
import { isFields } from './bson-types.ts'
import { match } from './match.ts'
import { mismatch } from './mismatch.ts'

export type EventKind = 'command' | 'cmap' | 'sdam'

/** The driver's event behind each of the format's, and whose monitor it belongs to. */
const EVENTS: Record<string, { kind: EventKind, driver: string }> = {
  commandStartedEvent: { kind: 'command', driver: 'commandStarted' },
  commandSucceededEvent: { kind: 'command', driver: 'commandSucceeded' },
  commandFailedEvent: { kind: 'command', driver: 'commandFailed' },
  poolCreatedEvent: { kind: 'cmap', driver: 'connectionPoolCreated' },
  poolReadyEvent: { kind: 'cmap', driver: 'connectionPoolReady' },
  poolClearedEvent: { kind: 'cmap', driver: 'connectionPoolCleared' },
  poolClosedEvent: { kind: 'cmap', driver: 'connectionPoolClosed' },
  connectionCreatedEvent: { kind: 'cmap', driver: 'connectionCreated' },
  connectionReadyEvent: { kind: 'cmap', driver: 'connectionReady' },
  connectionClosedEvent: { kind: 'cmap', driver: 'connectionClosed' },
  connectionCheckOutStartedEvent: { kind: 'cmap', driver: 'connectionCheckOutStarted' },
  connectionCheckOutFailedEvent: { kind: 'cmap', driver: 'connectionCheckOutFailed' },
  connectionCheckedOutEvent: { kind: 'cmap', driver: 'connectionCheckedOut' },
  connectionCheckedInEvent: { kind: 'cmap', driver: 'connectionCheckedIn' },
  serverDescriptionChangedEvent: { kind: 'sdam', driver: 'serverDescriptionChanged' },
  serverHeartbeatStartedEvent: { kind: 'sdam', driver: 'serverHeartbeatStarted' },
  serverHeartbeatSucceededEvent: { kind: 'sdam', driver: 'serverHeartbeatSucceeded' },
  serverHeartbeatFailedEvent: { kind: 'sdam', driver: 'serverHeartbeatFailed' },
  topologyDescriptionChangedEvent: { kind: 'sdam', driver: 'topologyDescriptionChanged' },
  topologyOpeningEvent: { kind: 'sdam', driver: 'topologyOpening' },
  topologyClosedEvent: { kind: 'sdam', driver: 'topologyClosed' },
}

/** Commands that the driver redacts, as the command monitoring specification lists them. */
const SENSITIVE = new Set(['authenticate', 'saslStart', 'saslContinue', 'getnonce', 'createUser', 'updateUser', 'copydbgetnonce', 'copydbsaslstart', 'copydb'])
const HELLOS = new Set(['hello', 'ismaster', 'isMaster'])

interface Observed { name: string, kind: EventKind, event: Fields }

/** What a client entity observes. */
export interface Observation { observeEvents?: string[], ignoreCommandMonitoringEvents?: string[], observeSensitiveCommands?: boolean }

/** The events that a client's driver told of, in their order. */
export class EventLog {
  readonly observed: Observed[] = []
  checkedOut = 0
  private ended = false

  constructor(client: MongoClient, { observeEvents = [], ignoreCommandMonitoringEvents = [], observeSensitiveCommands = false }: Observation) {
    const ignored = new Set(['configureFailPoint', ...ignoreCommandMonitoringEvents])
    client.on('connectionCheckedOut', () => this.checkedOut++)
    client.on('connectionCheckedIn', () => this.checkedOut--)
    for (const name of observeEvents) {
      const { kind, driver } = EVENTS[name] ?? mismatch('observeEvents', `${name} is not an event`)
      // The driver types its events by name; here the name comes from the case.
      client.on(driver as 'commandStarted', (event) => {
        const { commandName } = event
        if (this.ended || (kind === 'command' && (ignored.has(commandName) || (!observeSensitiveCommands && isSensitive(commandName, event)))))
          return
        this.observed.push({ name, kind, event: event as unknown as Fields })
      })
    }
  }

  /** Takes no more events. */
  end(): void {
    this.ended = true
  }

  /** The commands that were sent, in their order. */
  get commands(): Fields[] {
    return this.observed.flatMap(({ name, event }) => name === 'commandStartedEvent' && isFields(event.command) ? [event.command] : [])
  }

  /** How many of the events match one that is expected. */
  countMatching(expected: Fields, context: MatchContext): number {
    return this.observed.filter((observed) => {
      try {
        matchEvent(expected, observed, context, '')
        return true
      }
      catch {
        return false
      }
    }).length
  }

  /** @throws Mismatch when the events of one kind are not the expected ones */
  check({ events, eventType = 'command', ignoreExtraEvents = false }: ExpectedEvents, context: MatchContext): void {
    const observed = this.observed.filter(({ kind }) => kind === eventType)
    if (ignoreExtraEvents ? observed.length < events.length : observed.length !== events.length)
      mismatch('events', `expected ${events.length}, found ${observed.length}: ${observed.map(({ name, event }) => `${name} ${String(event.commandName ?? '')}`.trim()).join(', ')}`)
    events.forEach((expected, i) => matchEvent(expected, observed[i]!, context, `events[${i}]`))
  }
}

/** A hello is sensitive when it tries to sign in; the driver then leaves its body out. */
function isSensitive(command: string, event: unknown): boolean {
  if (SENSITIVE.has(command))
    return true
  const { command: sent, reply } = event as { command?: unknown, reply?: unknown }
  const body = sent ?? reply
  return HELLOS.has(command) && isFields(body) && Object.keys(body).length === 0
}

function matchEvent(expected: Fields, observed: Observed, context: MatchContext, place: string): void {
  const [name = ''] = Object.keys(expected)
  if (name !== observed.name)
    mismatch(place, `expected ${name}, found ${observed.name}`)
  const wanted = expected[name]
  if (!isFields(wanted))
    return mismatch(place, 'an expected event is a document')
  for (const [field, value] of Object.entries(wanted)) {
    const at = `${place}.${field}`
    const found = observed.event[field]
    if (field === 'hasServiceId' || field === 'hasServerConnectionId')
      match(value, isSet(observed.event[field === 'hasServiceId' ? 'serviceId' : 'serverConnectionId']), context, { place: at })
    else if (field === 'previousDescription' || field === 'newDescription')
      match(isFields(value) ? value.type : undefined, (found as { type?: unknown } | undefined)?.type, context, { place: at })
    else
      match(value, found, context, { root: field === 'command' || field === 'reply', place: at })
  }
}

function isSet(id: unknown): boolean {
  return id !== undefined && id !== null && id !== 0n && id !== 0
}
