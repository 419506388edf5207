import { describe, expect, it } from 'vitest'
import { contentOf } from './compose.ts'

const nothing = { media: null, network: null, pieces: [], catalogId: null, template: null, target: null }
const template = (body: string, params: string[]) => ({ _id: 't', name: 'kept', language: 'en', category: 'utility', body, params, accountId: null })
const content = (params: string[]) => ({ clientId: 'client-1', laneId: 'l', content: { kind: 'template' as const, name: 'kept', language: 'en', params } })

describe('a template that leaves', () => {
  it('names its parameters where its places are named', () => {
    const { outbound } = contentOf(content(['Priya', 'halo ring']), { ...nothing, template: template('Dear {{name}}, your {{piece}} is kept.', ['name', 'piece']) }, 'c')
    expect(outbound).toMatchObject({ params: ['Priya', 'halo ring'], paramNames: ['name', 'piece'], preview: 'Dear Priya, your halo ring is kept.' })
  })

  it('leaves them without names where its places are counted', () => {
    const { outbound } = contentOf(content(['Priya']), { ...nothing, template: template('Dear {{1}}', ['name']) }, 'c')
    expect(outbound).toMatchObject({ preview: 'Dear Priya' })
    expect(outbound).not.toHaveProperty('paramNames')
  })

  it('is not sent with an empty field', () => {
    expect(() => contentOf(content([' ']), { ...nothing, template: template('Dear {{1}}', ['name']) }, 'c')).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})
