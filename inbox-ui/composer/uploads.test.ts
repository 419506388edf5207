import type { Attachment } from '#contracts'
import type { Upload } from '../api/upload.ts'
import { describe, expect, it } from 'vitest'
import { makeUploads } from './uploads.ts'

const spoken = { blob: new Blob(['sound'], { type: 'audio/ogg' }), name: 'voice.ogg', waveform: [1] }

/** Uploads that arrive when they are told to, and the addresses that are held. */
function tray() {
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
  return { uploads: makeUploads({ upload }, addresses), arrive, held, cancelled: () => cancelled }
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

  it('is no more than one can look over', () => {
    const { uploads } = tray()
    expect(uploads.add('priya', Array.from({ length: 31 }, () => spoken))).toEqual({ tooLarge: [], tooMany: true })
    expect(uploads.of('priya')).toHaveLength(30)
  })
})
