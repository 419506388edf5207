import type { Customer, MergeSides } from '../../models/index.ts'
import { describe, expect, it } from 'vitest'
import { aConversation, aCustomer, aLane, testDay } from '../../conversations/testing/people.ts'
import { joinedCustomer, joinedRow } from './join.ts'
import { separatedCustomer, separatedRow } from './separate.ts'

const winner = aCustomer({ _id: 'w', name: 'Priya', nameSource: 'profile', city: null, tags: ['Gold'], keyDates: [{ kind: 'birthday', date: '1990-01-02' }] })
const loser = aCustomer({ _id: 'l', name: 'Priya Shah', nameSource: 'advisor', city: 'Dubai', tags: ['Gold', 'VIP'], keyDates: [{ kind: 'birthday', date: '1990-01-02' }, { kind: 'wedding', date: '2027-02-03' }], optedOutAt: testDay })
const rows = {
  winner: aConversation({ _id: 'cw', customerId: 'w', lanes: [aLane({ id: 'a' })], storeIds: ['mumbai'], unread: 1 }),
  loser: aConversation({ _id: 'cl', customerId: 'l', channel: 'instagram', lanes: [aLane({ id: 'b', channel: 'instagram', storeId: 'dubai' })], storeIds: ['dubai'], storeId: 'dubai', ownerId: 'bilal', unread: 2, lastInboundAt: new Date(testDay.getTime() + 1) }),
}
const before: MergeSides = { winner: { customer: winner, conversation: rows.winner }, loser: { customer: loser, conversation: rows.loser } }
const joined = joinedCustomer(winner, loser)

describe('a customer who is made two again', () => {
  it('is as before where nobody has said anything since', () => expect(separatedCustomer(joined, before)).toEqual(winner))

  it('keeps a name, a city and tags that were given since, and what both had', () => {
    const since: Customer = { ...joined, name: 'Priya Mehta', nameSource: 'advisor', city: 'Pune', tags: [...joined.tags, 'Wedding'] }
    expect(separatedCustomer(since, before)).toMatchObject({ name: 'Priya Mehta', city: 'Pune', tags: ['Gold', 'Wedding'], optedOutAt: null })
  })

  it('keeps asking not to be written to when that was said since', () => {
    const later = new Date(testDay.getTime() + 1)
    expect(separatedCustomer({ ...joined, optedOutAt: later }, before).optedOutAt).toEqual(later)
  })
})

describe('a row that is made two again', () => {
  it('has its own lanes, stores, owner and unread messages', () => {
    expect(separatedRow(joinedRow(rows.winner, rows.loser, 'm'), before, 'm')).toMatchObject({ lanes: [{ id: 'a' }], storeIds: ['mumbai'], storeId: 'mumbai', channel: 'whatsapp', ownerId: null, unread: 1, absorbed: [] })
  })

  it('keeps an owner whom somebody chose since, and lanes of a third person', () => {
    const row = { ...joinedRow(rows.winner, rows.loser, 'm'), ownerId: 'asha' }
    const third = { ...row, lanes: [...row.lanes, aLane({ id: 'c', storeId: 'singapore' })], storeIds: [...row.storeIds, 'singapore'] }
    expect(separatedRow(third, before, 'm')).toMatchObject({ ownerId: 'asha', lanes: [{ id: 'a' }, { id: 'c' }], storeIds: ['mumbai', 'singapore'] })
  })
})
