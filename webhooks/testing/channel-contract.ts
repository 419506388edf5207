import type { Arbitrary } from 'fast-check'
import type { Channel, WebhookRequest } from '../channel.ts'
import type { Sample } from './samples.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InboundEvent } from '#contracts'
import { NotThisProviderError } from '../errors.ts'
import { customerAddress, eventKey, isCustomerMessage, opensWindow, senderKeys } from '../event-keys.ts'
import { channelById, channelFor } from '../registry.ts'
import { mutated } from './hostile.ts'

/** What a channel shows of itself so that the tests that all channels share can run against it. */
export type ChannelSpecimen = {
  channel: Channel
  samples: readonly Sample[]
  /** A sample's body as bytes of the provider's format. */
  encode: (body: Record<string, unknown>) => Buffer
  contentType: string
  /** A request as the provider would sign it. */
  sign: (rawBody: Buffer, secret: string) => WebhookRequest
  publicUrl: string
  /** A body of another provider, and one that is none at all. */
  foreign: readonly Buffer[]
  /** One customer's message with this id, and a body of many such where the provider batches. */
  textBody: (ids: readonly string[]) => Buffer
  /** How many messages fit one body. */
  batch: number
  /** Bodies in which what another body holds stands between two messages of a customer with these ids, at each level where a provider batches; absent where it does not. */
  amid?: (body: Record<string, unknown>, before: string, after: string) => Buffer[]
  /** A message that we sent, as the provider tells us of it; absent where it does not. */
  ownMessage?: Buffer
  /** Bodies that have the provider's envelope and anything at all inside. */
  hostile: Arbitrary<Buffer>
}

const secret = 'a secret of thirty-two characters'

/** The tests that every channel passes. */
export function channelContract(specimen: ChannelSpecimen): void {
  const { channel, encode, samples } = specimen
  const parse = (body: Buffer): InboundEvent[] => channel.parse(body, specimen.contentType)

  describe(`${channel.definition.id} keeps the contract of channels`, () => {
    it('stands in the registry under its id and its networks', () => {
      expect(channelById(channel.definition.id)).toBe(channel)
      for (const network of Object.keys(channel.definition.networks) as (keyof typeof channel.definition.networks)[])
        expect(channelFor(network, channel.definition.provider)).toBe(channel)
    })

    describe('finds in each recorded body what is in it', () => {
      it.each(samples.map(sample => [sample.case, sample] as const))('%s', (_, sample) => {
        const events = parse(encode(sample.body))
        expect(events).toMatchObject(sample.events)
        expect(events).toHaveLength(sample.events.length)
      })
    })

    it('makes events that the contract allows, each with its own key', () => {
      for (const sample of samples) {
        const events = parse(encode(sample.body))
        for (const event of events) expect(InboundEvent.safeParse(event).error).toBeUndefined()
        expect(new Set(events.map(eventKey)).size).toBe(events.length)
      }
    })

    it('makes the same events of the same body every time', () => {
      for (const sample of samples) expect(parse(encode(sample.body))).toEqual(parse(encode(sample.body)))
    })

    it('gives ids back as they came', () => {
      for (const id of ['wamid.HBgM+/=', '00123', '98765432109876543210', 'ಕನ್ನಡ', '__proto__', 'a'.repeat(2000)]) {
        const events = parse(specimen.textBody([id]))
        expect(events.map(event => event.id)).toEqual([id])
        expect(eventKey(events[0] ?? expect.fail('no event')).length).toBeLessThan(300)
      }
    })

    it('reads a full batch, in order and without losing one', () => {
      const ids = Array.from({ length: specimen.batch }, (_, index) => `id-${index}`)
      expect(parse(specimen.textBody(ids)).map(event => event.id)).toEqual(ids)
    })

    it('keeps one sender\'s events under one key', () => {
      const keysOf = (id: string): string[] => parse(specimen.textBody([id])).flatMap(senderKeys)
      expect(keysOf('a')).not.toHaveLength(0)
      expect(keysOf('a')).toEqual(keysOf('b'))
    })

    it('knows its own messages and never takes them for a customer\'s', () => {
      if (specimen.ownMessage === undefined) return
      const theirs = customerAddress(parse(specimen.textBody(['a']))[0] ?? expect.fail('no event'))
      const events = parse(specimen.ownMessage)
      expect(events).not.toHaveLength(0)
      for (const event of events) {
        expect(isCustomerMessage(event)).toBe(false)
        expect(opensWindow(event)).toBe(false)
        expect(customerAddress(event)).toBe(theirs)
      }
    })

    it('refuses a body that is not the provider\'s, and says why', () => {
      for (const body of [...specimen.foreign, Buffer.alloc(0), Buffer.from('{'), Buffer.from('null'), Buffer.from('[]'), Buffer.from([0xFF, 0xFE, 0x00])]) {
        expect(() => parse(body)).toThrow(NotThisProviderError)
      }
    })

    const survives = (body: Buffer): void => {
      let events: InboundEvent[] = []
      try {
        events = parse(body)
      }
      catch (error) {
        expect(error).toBeInstanceOf(NotThisProviderError)
      }
      for (const event of events) {
        expect(InboundEvent.safeParse(event).error).toBeUndefined()
        expect(() => JSON.stringify(event)).not.toThrow()
      }
    }

    it('survives whatever stands inside its envelope', () => {
      fc.assert(fc.property(specimen.hostile, survives), { numRuns: 150 })
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    })

    it('survives recorded bodies in which anything has become something else', () => {
      fc.assert(fc.property(mutated(samples.map(sample => sample.body)), body => survives(encode(body))), { numRuns: 300 })
    })

    it('loses no neighbour of what has become something else', () => {
      const { amid } = specimen
      if (amid === undefined) return
      fc.assert(fc.property(mutated(samples.map(sample => sample.body)), (body) => {
        for (const bytes of amid(body, 'before', 'after')) {
          const ids = parse(bytes).map(event => event.id)
          expect([ids[0], ids.at(-1)]).toEqual(['before', 'after'])
        }
      }), { numRuns: 300 })
    })

    it('survives bytes of any kind', () => {
      fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          parse(Buffer.from(bytes))
        }
        catch (error) {
          expect(error).toBeInstanceOf(NotThisProviderError)
        }
      }), { numRuns: 200 })
    })
  })

  describe(`${channel.definition.id} trusts signed deliveries only`, () => {
    const body = specimen.textBody(['a'])
    const trust = { secrets: [secret], publicUrl: specimen.publicUrl }
    const signed = specimen.sign(body, secret)

    it('takes what is signed with its secret', () => {
      expect(channel.verify(signed, trust)).toMatchObject({ ok: true })
    })

    it('takes what is signed with any of several secrets', () => {
      expect(channel.verify(signed, { ...trust, secrets: ['an older one', secret] })).toMatchObject({ ok: true })
    })

    it('refuses another secret, a changed body and a missing signature', () => {
      expect(channel.verify(specimen.sign(body, 'another'), trust)).toEqual({ ok: false, reason: 'bad_signature' })
      expect(channel.verify({ ...signed, rawBody: specimen.textBody(['b']) }, trust)).toEqual({ ok: false, reason: 'bad_signature' })
      expect(channel.verify({ ...signed, headers: {} }, trust)).toEqual({ ok: false, reason: 'no_signature' })
    })

    it('never passes without a secret, not even what is signed with none', () => {
      for (const secrets of [[], ['']]) {
        expect(channel.verify(signed, { ...trust, secrets })).toEqual({ ok: false, reason: 'no_secret' })
        expect(channel.verify(specimen.sign(body, ''), { ...trust, secrets })).toEqual({ ok: false, reason: 'no_secret' })
      }
    })

    it('refuses signatures of any form without failing', () => {
      fc.assert(fc.property(fc.string({ maxLength: 120 }), (value) => {
        const headers = Object.fromEntries(Object.keys(signed.headers).map(name => [name, value]))
        expect(channel.verify({ ...signed, headers }, trust).ok).toBe(false)
      }))
    })
  })
}
