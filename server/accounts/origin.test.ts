import { describe, expect, it } from 'vitest'
import { isFromThisMachine, isOwnOrigin } from './origin.ts'

describe('the page that a request comes from', () => {
  const production = { publicUrl: 'https://inbox.example', publicUrlGiven: true, production: true }
  const local = { publicUrl: 'http://127.0.0.1:8080', publicUrlGiven: false, production: false }

  it('is ours when it is the public address', () => {
    expect(isOwnOrigin(production, { origin: 'https://inbox.example', host: 'inbox.example' })).toBe(true)
    for (const origin of ['https://evil.example', 'http://inbox.example', 'https://inbox.example.evil.example', 'null'])
      expect(isOwnOrigin(production, { origin, host: 'inbox.example' })).toBe(false)
  })

  it('may be another port of this machine while developing, never in production', () => {
    expect(isOwnOrigin(local, { origin: 'http://localhost:5173', host: '127.0.0.1:8080' })).toBe(true)
    expect(isOwnOrigin(production, { origin: 'http://localhost:5173', host: '127.0.0.1:8080' })).toBe(false)
    expect(isOwnOrigin(local, { origin: 'http://localhost:5173', host: 'evil.example' })).toBe(false)
  })

  it('may be absent for a program, but not when a browser says that it is foreign', () => {
    expect(isOwnOrigin(production, {})).toBe(true)
    expect(isOwnOrigin(production, { 'sec-fetch-site': 'cross-site' })).toBe(false)
  })
})

describe('whether a request began on this machine', () => {
  it('is told by its address and the name that it asked for', () => {
    expect(isFromThisMachine('127.0.0.1', { host: 'localhost:8080' })).toBe(true)
    expect(isFromThisMachine('::1', { host: '[::1]:8080' })).toBe(true)
    expect(isFromThisMachine('192.168.1.5', { host: 'localhost:8080' })).toBe(false)
    expect(isFromThisMachine(undefined, { host: 'localhost:8080' })).toBe(false)
  })

  it('is denied when a proxy passed it on, or a foreign name was made to point here', () => {
    expect(isFromThisMachine('127.0.0.1', { 'host': 'localhost:8080', 'x-forwarded-for': '203.0.113.7' })).toBe(false)
    expect(isFromThisMachine('127.0.0.1', { host: 'localhost:8080', forwarded: 'for=203.0.113.7' })).toBe(false)
    expect(isFromThisMachine('127.0.0.1', { host: 'evil.example:8080' })).toBe(false)
    expect(isFromThisMachine('127.0.0.1', {})).toBe(false)
  })
})
