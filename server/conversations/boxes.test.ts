import type { Actor } from '../accounts/index.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maySee } from '../accounts/index.ts'
import { box, boxesOf, tagBox } from './boxes.ts'
import { listPlan } from './list-plan.ts'
import { listScopes } from './scopes.ts'
import { aConversation, minutesAfter, testDay } from './testing/people.ts'

const now = testDay.getTime()
const boxes = (fields: Parameters<typeof aConversation>[0]) => boxesOf(aConversation(fields), now)

describe('the lists that a conversation stands in', () => {
  it('are those of the house, of its stores and of its owner', () => {
    expect(boxes({ _id: 'c', storeIds: ['mumbai', 'dubai'], ownerId: 'asha', nextAction: 'nurture' })).toEqual(['all|all', 'store:mumbai|all', 'store:dubai|all', 'owner:asha|all'])
  })

  it('are open to everybody as long as no store has it', () => {
    expect(boxes({ _id: 'c', storeIds: [], ownerId: 'asha' })).toContain('unplaced|all')
  })

  it('follow from what is to be done', () => {
    const queues = (fields: object) => boxes({ _id: 'c', storeIds: ['mumbai'], ownerId: 'asha', ...fields }).filter(name => name.startsWith('all|')).map(name => name.slice(4))
    expect(queues({ mark: 'ready' })).toEqual(['all', 'ready'])
    expect(queues({ nextAction: 'ready', waitingSince: testDay })).toEqual(['all', 'ready', 'answer'])
    expect(queues({ nextAction: 'involve', waitingSince: testDay })).toEqual(['all', 'answer'])
    expect(queues({ nextAction: 'involve' })).toEqual(['all', 'warming'])
    expect(queues({ mark: 'warming' })).toEqual(['all', 'warming'])
    expect(queues({ mark: 'let_be', nextAction: 'nurture' })).toEqual(['all', 'let_be'])
    expect(queues({ mark: 'steady', nextAction: 'wait' })).toEqual(['all', 'let_be'])
    expect(queues({ mark: 'steady', nextAction: 'nurture' })).toEqual(['all'])
    expect(queues({ mark: 'let_be', waitingSince: testDay })).toEqual(['all', 'answer'])
    expect(queues({ ownerId: null, nextAction: 'nurture' })).toEqual(['all', 'unassigned'])
    expect(queues({ snoozedUntil: minutesAfter(1), mark: 'ready' })).toEqual(['snoozed'])
    expect(queues({ snoozedUntil: minutesAfter(-1), nextAction: 'nurture' })).toEqual(['all'])
    expect(queues({ state: 'closed', snoozedUntil: minutesAfter(1), waitingSince: testDay })).toEqual(['closed'])
  })

  it('name its tags together with where it stands', () => {
    expect(boxes({ _id: 'c', tags: ['VIP'] })).toContain(tagBox('store:mumbai', 'all', 'VIP'))
    expect(boxes({ _id: 'c', tags: ['VIP'], state: 'closed' })).toContain(tagBox('all', 'closed', 'VIP'))
  })

  it('are none for what was merged into another', () => {
    expect(boxes({ _id: 'c', mergedInto: 'd', tags: ['VIP'] })).toEqual([])
  })
})

const stores = ['mumbai', 'dubai', 'singapore']
const someone: fc.Arbitrary<Actor> = fc.oneof(
  fc.record({ kind: fc.constant('advisor' as const), id: fc.constantFrom('asha', 'bilal'), name: fc.constant('X'), role: fc.constantFrom('advisor' as const, 'manager' as const, 'administrator' as const), storeIds: fc.subarray(stores), sessionId: fc.constant('s') }),
  fc.constant<Actor>({ kind: 'key', id: 'k', name: 'K', scopes: ['read:conversations'] }),
)
const standing = fc.record({ storeIds: fc.subarray(stores), ownerId: fc.constantFrom(null, 'asha', 'bilal') })

describe('the scopes of a list', () => {
  it('hold exactly what its reader may see', () => {
    fc.assert(fc.property(someone, standing, (actor, where) => {
      const stands = boxes({ _id: 'c', ...where })
      expect(listScopes(actor).some(scope => stands.includes(box(scope, 'all')))).toBe(maySee(actor, where))
    }))
  })

  it('are never widened by narrowing', () => {
    fc.assert(fc.property(someone, fc.record({ storeId: fc.constantFrom('mumbai', 'nowhere', undefined), ownerId: fc.constantFrom('asha', 'bilal', undefined), tag: fc.constantFrom('VIP', undefined), queue: fc.constantFrom('all' as const, 'mine' as const, 'ready' as const, 'warming' as const) }), (actor, filter) => {
      const own = new Set<string>(listScopes(actor))
      const plan = listPlan(actor, filter)
      for (const name of plan.boxes) {
        const scope = name.split('|')[0]!
        const allowed = own.has('all') || own.has(scope) || scope === `owner:${actor.id}` || JSON.stringify(plan.rest).includes('$or')
        expect(allowed).toBe(true)
      }
    }))
  })
})
