import type { Attachment } from '#contracts'
import type { Upload } from '../api/upload.ts'
import { describe, expect, it } from 'vitest'
import { makeUploads } from './uploads.ts'

const spoken = { blob: new Blob(['sound'], { type: 'audio/ogg' }), name: 'voice.ogg', waveform: [1] }

/** What a window keeps over a reload. */
function windowStorage() {
  const kept = new Map<string, string>()
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => { kept.set(key, value) }, removeItem: (key: string) => { kept.delete(key) } }
}

/** Uploads that arrive when they are told to, and the addresses that are held. */
function tray(storage = windowStorage(), at = 0) {
  const arrive: (() => void)[] = []
  const held = new Set<string>()
  let cancelled = 0
  const upload = (_file: Blob, filename: string): Upload => ({
    done: new Promise(resolve => arrive.push(() => resolve({ id: filename, kind: 'voice' } as Attachment))),
    cancel: () => { cancelled++ },
  })
  const addresses = {
    createObjectURL: () => {
      const address = `blob:${held.size}`
      held.add(address)
      return address
    },
    revokeObjectURL: (address: string) => { held.delete(address) },
  }
  return { uploads: makeUploads({ api: { upload }, storage, addresses, now: () => at }), storage, arrive, held, cancelled: () => cancelled }
}

describe('what waits beside the words', () => {
  it('waits for the conversation that it was made for, and arrives while another one is open', async () => {
    const { uploads, arrive } = tray()
    uploads.add('priya', [spoken])
    expect(uploads.of('rohan')).toEqual([])
    arrive[0]!()
    await expect.poll(() => uploads.of('priya')[0]?.attachment?.id).toBe('voice.ogg')
  })

  it('goes along when its conversation becomes part of another one, and is whole there', async () => {
    const { uploads, arrive } = tray()
    uploads.add('priya', [spoken])
    uploads.move('priya', 'priya shah')
    arrive[0]!()
    await expect.poll(() => uploads.of('priya shah')[0]?.attachment?.id).toBe('voice.ogg')
    expect(uploads.of('priya')).toEqual([])
  })

  it('of a recording that ended after its conversation became part of another one stands there, until the two are two again', () => {
    const { uploads } = tray()
    uploads.move('priya', 'priya shah')
    uploads.move('priya shah', 'priya s')
    uploads.add('priya', [spoken])
    expect([uploads.of('priya').length, uploads.of('priya s').length]).toEqual([0, 1])
    uploads.open('priya')
    uploads.add('priya', [spoken])
    expect([uploads.of('priya').length, uploads.of('priya s').length]).toEqual([1, 1])
  })

  it('is let go of with its memory, and on its way stopped, when its conversation is done with', () => {
    const { uploads, held, cancelled } = tray()
    uploads.add('priya', [spoken])
    uploads.add('rohan', [spoken])
    uploads.clear('priya')
    expect([uploads.of('priya').length, uploads.of('rohan').length, held.size, cancelled()]).toEqual([0, 1, 1, 1])
  })

  it('is found by whoever made it and by nobody else', () => {
    const { uploads } = tray()
    uploads.begin('asha')
    uploads.add('priya', [spoken])
    uploads.begin('asha')
    expect(uploads.of('priya')).toHaveLength(1)
    uploads.begin('dana')
    expect(uploads.of('priya')).toEqual([])
  })

  it('outlives a reload once the server has it, and is asked about before that', async () => {
    const { uploads, arrive, storage } = tray()
    uploads.begin('asha')
    uploads.add('priya', [spoken, { ...spoken, name: 'second.ogg' }])
    arrive[0]!()
    await expect.poll(() => uploads.of('priya')[0]?.attachment?.id).toBe('voice.ogg')
    expect(uploads.unfinished()).toBe(true)
    const { uploads: after } = tray(storage, 3_600_000)
    after.begin('asha')
    expect(after.of('priya').map(({ name, attachment, preview }) => [name, attachment?.id, preview])).toEqual([['voice.ogg', 'voice.ogg', '/api/v1/media/voice.ogg']])
    expect(after.unfinished()).toBe(false)
  })

  it('is found after a reload neither when it was sent, nor by somebody else, nor when the server no longer has it', async () => {
    const { uploads, arrive, storage } = tray()
    uploads.begin('asha')
    uploads.add('priya', [spoken])
    uploads.add('rohan', [spoken])
    for (const there of arrive) there()
    await expect.poll(() => uploads.unfinished()).toBe(false)
    uploads.clear('priya')
    const found = (who: string, hours: number) => {
      const { uploads } = tray(storage, hours * 3_600_000)
      uploads.begin(who)
      return ['priya', 'rohan'].map(id => uploads.of(id).length)
    }
    expect([found('dana', 1), found('asha', 1), found('asha', 40), found('asha', 1)]).toEqual([[0, 0], [0, 1], [0, 0], [0, 0]])
  })

  it('is no more than one can look over', () => {
    const { uploads } = tray()
    expect(uploads.add('priya', Array.from({ length: 31 }, () => spoken))).toEqual({ tooLarge: [], tooMany: true })
    expect(uploads.of('priya')).toHaveLength(30)
  })
})
