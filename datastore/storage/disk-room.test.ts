import { describe, expect, it } from 'vitest'
import { DiskRoom } from './disk-room.ts'

const MB = 1024 * 1024

describe('on a disk that fills up', () => {
  it('growing is refused first, then every write, until there is room again', () => {
    let free = 1000 * MB
    let now = 0
    const room = new DiskRoom(() => ({ total: 100_000 * MB, free }), () => now += 100)
    room.mayGrow()
    free = 60 * MB
    expect(() => room.mayGrow()).toThrow(expect.objectContaining({ code: 14031, codeName: 'OutOfDiskSpace' }) as Error)
    room.mayWrite()
    free = 10 * MB
    expect(() => room.mayWrite()).toThrow(/10\.0 MB are free/)
    free = 1000 * MB
    room.mayGrow()
  })

  it('a small disk is not reserved as a whole', () => {
    const room = new DiskRoom(() => ({ total: 16 * MB, free: 5 * MB }))
    room.mayGrow()
  })

  it('is measured now and then only', () => {
    let measured = 0
    const room = new DiskRoom(() => {
      measured++
      return { total: 1e12, free: 1e12 }
    }, () => 1000)
    for (let i = 0; i < 100; i++)
      room.mayGrow()
    expect(measured).toBe(1)
  })
})
