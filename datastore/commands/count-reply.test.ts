import { deserialize, Double, Int32 } from 'bson'
import { describe, expect, it } from 'vitest'
import { countReply } from './count-reply.ts'

describe('the reply to a command that answers counts', () => {
  it('has them as int32, in their order, and ok as a double', () => {
    const reply = countReply({ n: new Int32(3), nModified: new Int32(-1) })
    expect(reply && Object.entries(deserialize(reply, { promoteValues: false }))).toEqual([['n', new Int32(3)], ['nModified', new Int32(-1)], ['ok', new Double(1)]])
  })

  it('is ok alone when nothing is answered', () => {
    expect(deserialize(countReply({})!)).toEqual({ ok: 1 })
  })

  it('is left to others when anything else is answered, or too much', () => {
    expect(countReply({ n: new Int32(1), upserted: [] })).toBeUndefined()
    expect(countReply({ n: 1 })).toBeUndefined()
    expect(countReply(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`count${i}`, new Int32(i)])))).toBeUndefined()
  })
})
