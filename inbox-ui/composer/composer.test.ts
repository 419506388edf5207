import type { DraftView, GateView, LaneView, MessageEntry, SendBody } from '#contracts'
import { QueryClient } from '@tanstack/vue-query'
import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { ApiFailure } from '../api/http.ts'
import { moveWords } from '../realtime/lost.ts'
import { gateWords } from './gateWords.ts'
import { heardOn, isNamedAsChannel, laneOpen, replyLane } from './lanes.ts'
import { localEntry, makeOutbox } from './outbox.ts'
import { kindOf, tooLarge } from './uploads.ts'
import { keepForLater, newerDraft, useDraft } from './useDraft.ts'

const body = (clientId: string, over: Partial<SendBody> = {}): SendBody => ({ clientId, laneId: 'l', content: { kind: 'text', text: 'Hello' }, ...over })
function memory() {
  const held = new Map<string, string>()
  return { getItem: (k: string) => held.get(k) ?? null, setItem: (k: string, v: string) => { held.set(k, v) }, removeItem: (k: string) => { held.delete(k) } }
}
const takeBack = vi.fn(() => Promise.resolve())
const arrived = (b: SendBody): MessageEntry => ({ ...localEntry(b, { text: 'Hello' }, 0), id: 'm1', revision: 4, status: 'queued' })

describe('the outbox', () => {
  it('keeps what was written without a connection and sends it when there is one, once', async () => {
    const send = vi.fn().mockRejectedValueOnce(new ApiFailure('offline', '', 0)).mockImplementation((_id, b) => Promise.resolve(arrived(b)))
    const storage = memory()
    const outbox = makeOutbox({ api: { send, takeBack }, queries: new QueryClient(), storage })
    outbox.begin('me')
    expect(await outbox.send('cv', body('client-0001'), { text: 'Hello' })).toBe(false)
    expect(outbox.pending.value[0]?.entry.status).toBe('queued')

    const afterReload = makeOutbox({ api: { send, takeBack }, queries: new QueryClient(), storage })
    afterReload.begin('me')
    await Promise.all([afterReload.flush(), afterReload.flush()])
    expect(send).toHaveBeenCalledTimes(2)
    expect(send.mock.calls[1]?.[1].clientId).toBe('client-0001')
    expect(afterReload.pending.value).toEqual([])
  })
  it('says honestly what was refused and offers to send it again', async () => {
    const send = vi.fn().mockRejectedValueOnce(new ApiFailure('invalid', '', 422)).mockImplementation((_id, b) => Promise.resolve(arrived(b)))
    const outbox = makeOutbox({ api: { send, takeBack }, queries: new QueryClient(), storage: memory() })
    await outbox.send('cv', body('client-0002'), {})
    expect(outbox.pending.value[0]?.entry).toMatchObject({ status: 'failed', failure: { code: 'invalid', canRetry: true } })
    await outbox.flush()
    expect(send).toHaveBeenCalledTimes(1)
    expect(await outbox.resend('client-0002')).toBe(true)
  })
  it('follows a conversation that became part of another one', async () => {
    const send = vi.fn().mockRejectedValueOnce(new ApiFailure('not_found', '', 404, { mergedInto: 'cw' })).mockImplementation((_id, b) => Promise.resolve(arrived(b)))
    const outbox = makeOutbox({ api: { send, takeBack }, queries: new QueryClient(), storage: memory() })
    expect(await outbox.send('cv', body('client-0005'), {})).toBe(true)
    expect(send.mock.calls.map(call => call[0] as string)).toEqual(['cv', 'cw'])
    expect(outbox.pending.value).toEqual([])
  })
  it('does not offer to repeat what the gate refuses', async () => {
    const outbox = makeOutbox({ api: { takeBack, send: vi.fn().mockRejectedValue(new ApiFailure('gate_asks', '', 409)) }, queries: new QueryClient(), storage: memory() })
    await outbox.send('cv', body('client-0003'), {})
    expect(outbox.pending.value[0]?.entry.failure?.canRetry).toBe(false)
  })
  it('lets nothing that was written later overtake, whatever the connection does', async () => {
    const answers: (() => void)[] = []
    const send = vi.fn((_id: string, b: SendBody) => new Promise<MessageEntry>((resolve) => { answers.push(() => resolve(arrived(b))) }))
    const outbox = makeOutbox({ api: { send, takeBack }, queries: new QueryClient(), storage: memory() })
    const first = outbox.send('cv', body('client-0011'), {})
    const second = outbox.send('cv', body('client-0012'), {})
    const other = outbox.send('cw', body('client-0013'), {})
    await vi.waitFor(() => expect(send.mock.calls.map(call => call[1].clientId)).toEqual(['client-0011', 'client-0013']))
    expect(outbox.pending.value).toHaveLength(3)
    answers[0]!()
    expect(await first).toBe(true)
    await vi.waitFor(() => expect(send).toHaveBeenCalledTimes(3))
    answers[1]!()
    answers[2]!()
    expect(await Promise.all([second, other])).toEqual([true, true])
  })
  it('sends what waited before what is new when the connection is back', async () => {
    const send = vi.fn().mockRejectedValueOnce(new ApiFailure('offline', '', 0)).mockImplementation((_id, b) => Promise.resolve(arrived(b)))
    const outbox = makeOutbox({ api: { send, takeBack }, queries: new QueryClient(), storage: memory() })
    expect(await outbox.send('cv', body('client-0021'), {})).toBe(false)
    expect(await outbox.send('cv', body('client-0022'), {})).toBe(true)
    expect(send.mock.calls.map(call => (call[1] as SendBody).clientId)).toEqual(['client-0021', 'client-0021', 'client-0022'])
  })
  it('of two windows keeps the words of both, and sends what a closed one left behind', async () => {
    const storage = memory()
    const offline = vi.fn().mockRejectedValue(new ApiFailure('offline', '', 0))
    const send = vi.fn((_id: string, b: SendBody) => Promise.resolve(arrived(b)))
    const closing = makeOutbox({ api: { send: offline, takeBack }, queries: new QueryClient(), storage })
    const staying = makeOutbox({ api: { send, takeBack }, queries: new QueryClient(), storage })
    closing.begin('me')
    staying.begin('me')
    await closing.send('cv', body('client-0031'), { text: 'Hello' })
    await staying.send('cw', body('client-0032'), {})
    expect(storage.getItem('loupe.outbox.me')).toContain('client-0031')
    await staying.flush()
    expect(send.mock.calls.map(call => call[1].clientId)).toEqual(['client-0032', 'client-0031'])
    expect(storage.getItem('loupe.outbox.me')).toBeNull()
  })
  it('takes back what was let go while it was on its way', async () => {
    let answer = () => {}
    const send = vi.fn((_id: string, b: SendBody) => new Promise<MessageEntry>((resolve) => { answer = () => resolve(arrived(b)) }))
    const back = vi.fn(() => Promise.resolve())
    const outbox = makeOutbox({ api: { send, takeBack: back }, queries: new QueryClient(), storage: memory() })
    const sending = outbox.send('cv', body('client-0041', { sendAt: '2026-12-01T10:00:00.000Z' }), {})
    await vi.waitFor(() => expect(send).toHaveBeenCalled())
    outbox.discard('client-0041')
    answer()
    await sending
    expect(back).toHaveBeenCalledWith('cv', 'm1')
  })
  it('shows one person\'s unsent words to nobody else', () => {
    const storage = memory()
    storage.setItem('loupe.outbox.other', JSON.stringify([{ conversationId: 'cv', body: body('client-0004'), entry: localEntry(body('client-0004'), {}, 0) }]))
    const outbox = makeOutbox({ api: { takeBack, send: vi.fn() }, queries: new QueryClient(), storage })
    outbox.begin('me')
    expect(outbox.pending.value).toEqual([])
  })
})

describe('lanes', () => {
  const lane = (id: string, over: Partial<LaneView> = {}): LaneView => ({ id, channelId: 'c', channel: 'whatsapp', label: id, storeId: null, address: '', windowClosesAt: null, lastInboundAt: null, state: 'open', ...over })
  it('answer where the customer wrote last', () => {
    expect(replyLane([lane('a', { lastInboundAt: '2026-01-01' }), lane('b', { lastInboundAt: '2026-02-01' }), lane('c')], null)?.id).toBe('b')
  })
  it('follow what the customer writes at once, and never back', () => {
    const view = { lanes: [lane('a', { lastInboundAt: '2026-01-01' }), lane('b', { lastInboundAt: '2026-02-01' })] }
    const heard = heardOn(view, { laneId: 'a', at: '2026-03-01' })
    expect(replyLane(heard.lanes, null)?.id).toBe('a')
    expect(heardOn(heard, { laneId: 'b', at: '2026-01-15' })).toBe(heard)
    expect(heardOn(heard, { laneId: 'c', at: '2026-04-01' })).toBe(heard)
  })
  it('never choose one that is blocked', () => expect(replyLane([lane('a', { state: 'blocked', lastInboundAt: '2026-01-01' }), lane('b')], 'a')?.id).toBe('b'))
  it('close with their window', () => {
    expect(laneOpen(lane('a', { windowClosesAt: '2026-01-01T00:00:00Z' }), Date.parse('2026-01-01T00:00:01Z'))).toBe(false)
    expect(laneOpen(lane('a'), 0)).toBe(true)
  })
})

describe('drafts', () => {
  it('go on with what was written last, here or elsewhere', () => {
    const remote = { text: 'there', laneId: null, updatedAt: '2026-11-22T10:00:00Z' }
    expect(newerDraft({ text: 'here', at: Date.parse('2026-11-22T11:00:00Z') }, remote)).toBe('here')
    expect(newerDraft({ text: 'here', at: Date.parse('2026-11-22T09:00:00Z') }, remote)).toBe('there')
    expect(newerDraft(null, { text: '', laneId: null, updatedAt: null })).toBe('')
  })
})

describe('a lane', () => {
  const lane = (more: Partial<LaneView>): LaneView => ({ id: 'l', channelId: 'c', channel: 'instagram', label: 'Instagram', storeId: null, address: '', windowClosesAt: null, lastInboundAt: null, state: 'closed', ...more })
  const gate: GateView = { verdict: 'closed', reasons: [{ code: 'window_closed', params: {} }], touchesThisMonth: 0, windowClosesAt: null }
  const words = (of: LaneView) => gateWords(gate, of, 0, key => key, () => true).rest

  it('that only they can open again does not promise a template', () => {
    expect(words(lane({}))).toBe('Gate.window_closed.')
    expect(words(lane({ templates: false }))).toBe('Gate.window_closed_theirs.')
  })
  it('without a name of its own is called as its channel, in the reader\'s language', () => expect([lane({}), lane({ label: 'Bandra' })].map(isNamedAsChannel)).toEqual([true, false]))
})

describe('files', () => {
  it('send as a picture only what phones show as one', () => expect(['image/jpeg', 'image/svg+xml', 'video/mp4', 'audio/ogg', 'application/pdf'].map(kindOf)).toEqual(['image', 'document', 'video', 'audio', 'document']))
  it('stop what no channel takes', () => expect([tooLarge('image', 6_000_000), tooLarge('document', 6_000_000)]).toEqual([true, false]))
})

describe('a draft that is being saved', () => {
  const setUp = async (storage = memory()) => {
    const saves: { text: string, done: () => void }[] = []
    const saveDraft = vi.fn((_id: string, { text }: { text: string }) => new Promise<DraftView>((resolve) => { saves.push({ text, done: () => resolve({ text, laneId: null, updatedAt: null }) }) }))
    const scope = effectScope()
    const draft = scope.run(() => useDraft({ api: { draft: () => Promise.resolve({ text: '', laneId: null, updatedAt: null }), saveDraft }, conversationId: 'cv', laneId: ref(null), remote: ref(undefined), storage }))!
    await nextTick()
    return { draft, saves, scope }
  }
  it('does not come back after the words were sent', async () => {
    vi.useFakeTimers()
    const { draft, saves, scope } = await setUp()
    draft.text.value = 'Of course'
    await vi.advanceTimersByTimeAsync(1000)
    expect(saves.map(save => save.text)).toEqual(['Of course'])
    draft.clear()
    await vi.advanceTimersByTimeAsync(1000)
    // The empty draft waits until the other one has arrived; overtaken, that would be the last word.
    expect(saves).toHaveLength(1)
    saves[0]!.done()
    await vi.advanceTimersByTimeAsync(1)
    expect(saves.map(save => save.text)).toEqual(['Of course', ''])
    scope.stop()
    vi.useRealTimers()
  })
  it('takes in words that come back when nobody is there any more', async () => {
    const storage = memory()
    keepForLater('cv', 'two', storage, () => 1)
    keepForLater('cv', 'one', storage, () => 2)
    const { draft, scope } = await setUp(storage)
    expect(draft.text.value).toBe('one\ntwo')
    scope.stop()
  })
  it('is not saved where its words have gone with the conversation', async () => {
    const storage = memory()
    const { draft, saves, scope } = await setUp(storage)
    draft.text.value = 'For Saturday'
    await nextTick()
    moveWords(storage, 'cv', 'other', 1)
    scope.stop()
    await nextTick()
    expect(saves).toEqual([])
  })
})
