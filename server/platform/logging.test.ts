import { describe, expect, it } from 'vitest'
import { LoupeError } from './errors.ts'
import { createLogger, describeError } from './logging.ts'

function lineOf(write: (log: ReturnType<typeof createLogger>) => void): string {
  let line = ''
  write(createLogger('trace', { write: (text) => { line += text } }))
  return line
}

describe('a log line', () => {
  it('never holds words, numbers or tokens, however deep they stand', () => {
    const line = lineOf(log => log.info({ text: 'hello', message: { text: 'hello', phone: '+919876543210' }, outer: { inner: { token: 'EAAG', email: 'a@b.example' } } }, 'received'))
    expect(line).not.toMatch(/hello|9876543210|EAAG|a@b/)
    expect(line).toContain('received')
  })

  it('shows an error of ours with its sentence', () => {
    expect(describeError(new LoupeError('conflict', 'Somebody was faster.'))).toMatchObject({ type: 'LoupeError', code: 'conflict', message: 'Somebody was faster.' })
  })

  it('takes what may be a person\'s out of any other error, its stack included', () => {
    const error = new Error('E11000 duplicate key error dup key: { _id: "phone:+919876543210" } for priya@example.com at +91 98765 43210')
    const line = lineOf(log => log.error({ err: error }, 'failed'))
    expect(line).not.toMatch(/98765|priya/)
    expect(line).toContain('E11000')
    expect(line).toContain('logging.test')
  })

  it('keeps the cause of an error', () => {
    expect(describeError(new Error('outer', { cause: new Error('inner') }))).toMatchObject({ cause: { message: 'inner' } })
  })
})
