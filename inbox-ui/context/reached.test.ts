import { describe, expect, it } from 'vitest'
import { reachedBy } from './reached.ts'

const since = '2026-01-01T00:00:00Z'
const address = (kind: string, value: string, channel: 'whatsapp' | 'instagram' | 'web' | null = null) => ({ kind, value, channel, since })
const said = (...addresses: ReturnType<typeof address>[]) => reachedBy(addresses).map(way => [way.channel ?? way.kind, way.value])

describe('ways to reach a person', () => {
  it('name an account and never its id', () => {
    expect(said(address('user', '•• 5429', 'instagram'), address('username', '@zoya.sheikh', 'instagram'))).toEqual([['instagram', '@zoya.sheikh']])
    expect(said(address('user', '•• 5429', 'instagram'))).toEqual([['instagram', null]])
  })

  it('leave out an id beside the number that it belongs to', () => {
    expect(said(address('phone', '+91 •• 4410'), address('user', '•• 9318', 'whatsapp'))).toEqual([['phone', '+91 •• 4410']])
    expect(said(address('user', '•• 9318', 'whatsapp'))).toEqual([['whatsapp', null]])
  })

  it('keep what people know somebody by, once each', () => {
    expect(said(address('email', 'p••@••'), address('card', '•• 0042'), address('visitor', '•• aaaa', 'web'), address('visitor', '•• bbbb', 'web'))).toEqual([['email', 'p••@••'], ['card', '•• 0042'], ['web', null]])
  })
})
