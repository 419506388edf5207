import type { Assignee } from './patch-rules.ts'
import { describe, expect, it } from 'vitest'
import { patched } from './patch-rules.ts'
import { aConversation, minutesAfter, testDay } from './testing/people.ts'

const now = testDay.getTime()
const asha: Assignee = { _id: 'asha', name: 'Asha', role: 'advisor', storeIds: ['mumbai'], active: true }
const conversation = aConversation({ _id: 'c', storeIds: ['mumbai'] })

describe('assigning', () => {
  it('gives a conversation to somebody of its store, and takes it back', () => {
    expect(patched(conversation, { ownerId: 'asha' }, asha, now)).toEqual({ ownerId: 'asha' })
    expect(patched(conversation, { ownerId: null }, null, now)).toEqual({ ownerId: null })
  })

  it('gives it to an administrator, and to anybody while no store has it', () => {
    expect(patched(conversation, { ownerId: 'asha' }, { ...asha, role: 'administrator', storeIds: [] }, now)).toEqual({ ownerId: 'asha' })
    expect(patched(aConversation({ _id: 'c', storeIds: [] }), { ownerId: 'asha' }, { ...asha, storeIds: ['dubai'] }, now)).toEqual({ ownerId: 'asha' })
  })

  it.each([
    ['nobody', null, 'no such colleague'],
    ['somebody who left', { ...asha, active: false }, 'Asha no longer works here'],
    ['somebody of another store', { ...asha, storeIds: ['dubai'] }, 'Asha does not work in a store'],
  ])('refuses %s, with a sentence', (_who, assignee, sentence) => {
    expect(() => patched(conversation, { ownerId: 'asha' }, assignee, now)).toThrow(expect.objectContaining({ code: 'conflict', message: expect.stringContaining(sentence) }))
  })

  it('leaves it with whoever has it already, even when they could not take it now', () => {
    expect(patched({ ...conversation, ownerId: 'asha' }, { ownerId: 'asha' }, { ...asha, active: false }, now)).toEqual({ ownerId: 'asha' })
  })
})

describe('putting off and closing', () => {
  it('snoozes until a time that is to come, and opens what was closed', () => {
    expect(patched({ ...conversation, state: 'closed' }, { snoozedUntil: '2026-03-03T09:00:00+05:30' }, null, now)).toEqual({ snoozedUntil: new Date('2026-03-03T03:30:00Z'), state: 'open' })
  })

  it.each([['now', minutesAfter(0)], ['the past', minutesAfter(-60)], ['more than a year from now', minutesAfter(367 * 24 * 60)]])('refuses %s', (_when, until) => {
    expect(() => patched(conversation, { snoozedUntil: until.toISOString() }, null, now)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  it('takes the snooze away when it closes', () => {
    expect(patched({ ...conversation, snoozedUntil: minutesAfter(60) }, { state: 'closed' }, null, now)).toEqual({ state: 'closed', snoozedUntil: null })
  })

  it('changes nothing that was not asked for', () => {
    expect(patched(conversation, {}, null, now)).toEqual({})
  })
})
