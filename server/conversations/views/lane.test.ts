import type { Channel } from '../../models/index.ts'
import { describe, expect, it } from 'vitest'
import { channels } from '#webhooks'
import { aLane, anAddress, minutesAfter, testDay } from '../testing/people.ts'
import { laneView } from './lane.ts'

const address = anAddress('p')
const around = { channels: new Map<string, Channel>(), addresses: new Map([[address._id, address]]), fileProblems: new Map(), whole: false, now: testDay.getTime() }

describe('a lane', () => {
  it('shows where it leads, masked unless the reader may see it whole', () => {
    expect(laneView(aLane(), around).address).toBe('+91 •• 4410')
    expect(laneView(aLane(), { ...around, whole: true }).address).toBe('+919876544410')
    expect(laneView(aLane({ addressKey: 'gone' }), around).address).toBe('•• 4410')
  })

  it('is open while its window is, and closed after or before there was one', () => {
    expect(laneView(aLane(), around).state).toBe('open')
    expect(laneView(aLane({ windowClosesAt: minutesAfter(-1) }), around).state).toBe('closed')
    expect(laneView(aLane({ windowClosesAt: null }), around).state).toBe('closed')
  })

  it('says in what a voice note may be recorded, and why no file can leave', () => {
    const [voiced] = channels.flatMap(({ definition }) => Object.entries(definition.networks).flatMap(([network, can]) => can.media.voice ? [{ adapter: definition.id, network, voice: can.media.voice.mimes }] : []))
    const channel = { _id: 'c', adapter: voiced!.adapter, label: 'One' } as Channel
    const lane = aLane({ channelId: 'c', channel: voiced!.network as Channel['channel'] })
    expect(laneView(lane, { ...around, channels: new Map([['c', channel]]), fileProblems: new Map([['c', 'no_public_url']]) }).files).toEqual({ voice: voiced!.voice, problem: 'no_public_url' })
    expect(laneView(lane, around).files).toEqual({ voice: [], problem: null })
  })

  it('is blocked when the customer blocked us, whatever its window', () => {
    expect(laneView(aLane({ blocked: true }), around).state).toBe('blocked')
  })

  it('is always open on a network that has no window', () => {
    const windowless = channels.flatMap(({ definition }) => Object.entries(definition.networks).filter(([, can]) => can.windowHours === null).map(([network]) => ({ adapter: definition.id, network })))
    expect(windowless.length).toBeGreaterThan(0)
    for (const { adapter, network } of windowless) {
      const known = new Map([['sms', { _id: 'sms', adapter, label: 'Text' } as Channel]])
      expect(laneView(aLane({ channelId: 'sms', channel: network as Channel['channel'], windowClosesAt: null }), { ...around, channels: known })).toMatchObject({ state: 'open', label: 'Text' })
    }
  })
})
