import { describe, expect, it } from 'vitest'
import { DatastoreError } from '#datastore'
import { ConfigError } from './config.ts'
import { startProblem } from './start-problem.ts'

const error = (fields: object) => Object.assign(new Error('what happened'), fields)
const lineOf = (thrown: unknown) => startProblem(thrown, { host: '10.0.0.1', port: 443 })?.problems

describe('what keeps Loupe from starting', () => {
  it('names the variable that can be changed', () => {
    expect(lineOf(error({ syscall: 'listen', code: 'EADDRINUSE' }))).toEqual(['PORT 443 is in use by another program; choose another'])
    expect(lineOf(error({ syscall: 'listen', code: 'EACCES' }))).toEqual(['PORT 443 may not be used by this account; choose one above 1023'])
    expect(lineOf(error({ syscall: 'getaddrinfo', code: 'ENOTFOUND' }))).toEqual(['HOST 10.0.0.1 is not an address of this machine'])
    expect(lineOf(error({ syscall: 'mkdir', code: 'EROFS', path: '/data' }))).toEqual(['DATA_DIR cannot be used: /data: the disk can only be read; choose another directory'])
    expect(lineOf(error({ name: 'MongooseServerSelectionError' }))).toEqual(['MONGODB_URI leads to no server that answers: what happened'])
    expect(lineOf(error({ name: 'MongoServerError', code: 40_573 }))).toEqual([expect.stringMatching(/^MONGODB_URI leads to a MongoDB that is no replica set/)])
  })

  it('repeats what the store says of itself', () => {
    expect(lineOf(new DatastoreError('DataCorruptionDetected', 'page 7 is damaged'))).toEqual(['page 7 is damaged'])
  })

  it('leaves an error that nobody foresaw to its stack', () => {
    for (const unforeseen of [error({}), error({ name: 'MongoServerError', code: 2 }), new DatastoreError('InternalError', 'no'), new ConfigError(['PORT is not valid']), 'text']) expect(startProblem(unforeseen)).toBeNull()
  })
})
