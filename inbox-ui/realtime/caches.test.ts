import type { ConversationView, MergesView } from '#contracts'
import { QueryClient, QueryObserver } from '@tanstack/vue-query'
import { afterEach, describe, expect, it } from 'vitest'
import { keys } from '../api/keys.ts'
import { catchUp, renewPerson } from './caches.ts'

const stop: (() => void)[] = []
afterEach(() => stop.splice(0).forEach(end => end()))

/** A page that shows somebody, and the order in which it asks for what it shows. */
function pageOf(id: string) {
  const queries = new QueryClient()
  const asked: string[] = []
  let lane = 'first'
  const show = <T>(queryKey: readonly unknown[], name: string, data: T) => {
    queries.setQueryData(queryKey, data)
    const observer = new QueryObserver(queries, { queryKey, staleTime: Infinity, queryFn: async () => {
      await new Promise(resolve => setTimeout(resolve, 5))
      asked.push(name)
      return data
    } })
    stop.push(observer.subscribe(() => {}))
    return observer
  }
  const gate = show(keys.gate(id, lane), 'gate of the lane that left', {})
  const person = show(keys.conversation(id), 'person', { row: { id } } as ConversationView)
  show(keys.merges('zoya'), 'suggestions', { suggestions: [], merged: [] } as MergesView)
  // As the composer does: the lane it asks the gate for is one that the conversation has.
  stop.push(person.subscribe(({ isFetching }) => {
    if (isFetching || asked.length === 0 || lane === 'second') return
    lane = 'second'
    gate.setOptions({ queryKey: keys.gate(id, lane), queryFn: async () => { asked.push('gate of the lane that is left'); return {} } })
  }))
  return { queries, asked }
}

describe('what is known of a person', () => {
  it('is asked for anew, the gate only once the lanes are known', async () => {
    const { queries, asked } = pageOf('a')
    await renewPerson(queries, 'a')
    expect(asked).toEqual(expect.arrayContaining(['person', 'suggestions', 'gate of the lane that is left']))
    expect(asked).not.toContain('gate of the lane that left')
  })

  it('is asked for anew after a pause, with who may be the same person', async () => {
    const { queries, asked } = pageOf('a')
    const api = { changes: async () => ({ rows: [], gone: [], revision: 7, tooMany: false }) }
    expect(await catchUp({ api: api as never, queries, meId: 'me', since: 3, openIds: ['a'], now: 0, onLost: () => {} })).toBe(7)
    await expect.poll(() => asked).toContain('suggestions')
    expect(asked).toContain('person')
  })

  it('that nobody shows is asked for when somebody does', async () => {
    const queries = new QueryClient()
    queries.setQueryData<MergesView>(keys.merges('zoya'), { suggestions: [], merged: [] })
    await renewPerson(queries, 'a')
    expect(queries.getQueryState(keys.merges('zoya'))?.isInvalidated).toBe(true)
  })
})
