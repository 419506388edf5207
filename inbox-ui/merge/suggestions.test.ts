import type { MergeSuggestionView, MergesView } from '#contracts'
import { QueryClient } from '@tanstack/vue-query'
import { describe, expect, it } from 'vitest'
import { keys } from '../api/keys.ts'
import { takeSuggestionOff } from './suggestions.ts'

const suggestion = (id: string) => ({ id }) as MergeSuggestionView
const key = keys.merges('zoya')

function pageWith(...ids: string[]) {
  const queries = new QueryClient()
  const set = (...now: string[]) => queries.setQueryData<MergesView>(key, { suggestions: now.map(suggestion), merged: [] })
  set(...ids)
  return { queries, set, shown: () => queries.getQueryData<MergesView>(key)!.suggestions.map(({ id }) => id) }
}

describe('a suggestion that somebody decides', () => {
  it('leaves the page at once, and comes back when the server refuses', () => {
    const page = pageWith('neha', 'asha')
    const putBack = takeSuggestionOff(page.queries, 'zoya', suggestion('neha'))
    expect(page.shown()).toEqual(['asha'])
    putBack()
    expect(page.shown()).toEqual(['neha', 'asha'])
  })

  it('comes back among what was suggested meanwhile, which stays', () => {
    const page = pageWith('neha')
    const putBack = takeSuggestionOff(page.queries, 'zoya', suggestion('neha'))
    page.set('rhea')
    putBack()
    expect(page.shown()).toEqual(['neha', 'rhea'])
  })

  it('is not brought back by an answer that was on its way', async () => {
    const page = pageWith('neha')
    let answer: (view: MergesView) => void = () => {}
    const asked = page.queries.fetchQuery({ queryKey: key, queryFn: () => new Promise<MergesView>((resolve) => { answer = resolve }) }).catch(() => {})
    await new Promise(resolve => setTimeout(resolve))
    takeSuggestionOff(page.queries, 'zoya', suggestion('neha'))
    answer({ suggestions: [suggestion('neha')], merged: [] })
    await asked
    expect(page.shown()).toEqual([])
  })
})
