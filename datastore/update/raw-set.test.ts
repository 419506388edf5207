import type { Fields } from '../bson/decode.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../bson/encode.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { applyUpdate, parseUpdate, upsertedFields } from './apply.ts'
import { decodeStatement, RawSet } from './raw-set.ts'

const application = { now: new Date(0), matched: -1 }
const statement = (u: Fields): Fields => decodeStatement(encodeDocument({ q: { _id: 1 }, u, multi: false }))

const name = fc.constantFrom('a', 'b', 'c', 'long name', 'ä')
const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 }), fc.record({ x: fc.integer(), y: fc.string() }), fc.date({ noInvalidDate: true }))
const fields = fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true })

describe('a $set of whole fields', () => {
  it('does to any document what it does when it is read field by field', () => {
    fc.assert(fc.property(fields, fields.filter(set => Object.keys(set).length > 0), (before, set) => {
      const document = new StoredDocument(encodeDocument({ _id: 1, ...before }))
      const { u } = statement({ $set: set })
      expect(u).toBeInstanceOf(RawSet)
      const raw = applyUpdate(document, parseUpdate(u), application)
      const read = applyUpdate(document, parseUpdate({ $set: set }), application)
      expect(raw.bytes.equals(read.bytes)).toBe(true)
    }))
  })

  it('changes nothing when the document says so already', () => {
    const document = new StoredDocument(encodeDocument({ _id: 1, a: 'same' }))
    expect(applyUpdate(document, parseUpdate(statement({ $set: { a: 'same' } }).u), application)).toBe(document)
  })

  it('can be upserted', () => {
    expect(upsertedFields({ _id: 1 }, parseUpdate(statement({ $set: { b: 2, a: 1 } }).u), application)).toMatchObject({ _id: 1 })
  })

  it('is read as an ordinary update when it is more than that', () => {
    for (const update of [{ $set: { 'a.b': 1 } }, { $set: { _id: 2 } }, { $set: { 1: 'position' } }, { $set: { a: 1 }, $unset: { b: '' } }, { $inc: { a: 1 } }, { $set: {}, $inc: { n: 1 } }, { a: 1 }, { $set: { $a: 1 } }])
      expect(statement(update).u).not.toBeInstanceOf(RawSet)
  })

  it('leaves the rest of its statement as it is', () => {
    expect(statement({ $set: { a: 1 } })).toMatchObject({ q: { _id: expect.anything() as unknown }, multi: false })
  })

  it('replaces fields of an unusual document as any update does', () => {
    const document = new StoredDocument(encodeDocument({ _id: 1, 2: 'two', a: 1 }))
    const raw = applyUpdate(document, parseUpdate(statement({ $set: { a: 5 } }).u), application)
    expect(raw.bytes.equals(applyUpdate(document, parseUpdate({ $set: { a: 5 } }), application).bytes)).toBe(true)
  })
})
