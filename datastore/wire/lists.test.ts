import { Buffer } from 'node:buffer'
import { serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { decodeBody } from './lists.ts'

const bytesOf = (document: object): Buffer => Buffer.from(serialize(document))

describe('the body of a command', () => {
  it('gives the documents of its list as their bytes, wherever the list stands', () => {
    const documents = [{ _id: 1, text: 'a' }, { _id: 2 }]
    for (const body of [{ insert: 'c', documents, ordered: false, $db: 'd' }, { insert: 'c', $db: 'd', ordered: false, documents }]) {
      const sequences = new Map<string, Buffer[]>()
      expect(decodeBody(bytesOf(body), sequences)).toEqual({ insert: 'c', ordered: false, $db: 'd' })
      expect(sequences.get('documents')).toEqual(documents.map(bytesOf))
    }
  })

  it('keeps an empty list as one', () => {
    const sequences = new Map<string, Buffer[]>()
    decodeBody(bytesOf({ update: 'c', updates: [] }), sequences)
    expect(sequences.get('updates')).toEqual([])
  })

  it('is left as it is when the list holds anything else, or is that of another command', () => {
    for (const body of [{ insert: 'c', documents: [{ _id: 1 }, 7] }, { insert: 'c', documents: 'none' }, { find: 'c', documents: [{ _id: 1 }] }, {}]) {
      const sequences = new Map<string, Buffer[]>()
      expect(decodeBody(bytesOf(body), sequences)).toEqual(body)
      expect(sequences.size).toBe(0)
    }
  })

  it('is left as it is when the list came in a section of its own', () => {
    const sequences = new Map([['documents', [bytesOf({ _id: 3 })]]])
    const body = { insert: 'c', documents: [{ _id: 1 }] }
    expect(decodeBody(bytesOf(body), sequences)).toEqual(body)
  })
})
