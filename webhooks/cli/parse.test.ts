import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: 'A', changes: [{ field: 'messages', value: { metadata: { phone_number_id: '350' }, messages: ['a', 'b'].map(id => ({ from: '91984', id, timestamp: '1790000000', type: 'text', text: { body: id } })) } }] }] })

async function run(args: readonly string[], input = ''): Promise<{ code: number | null, out: unknown[], err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./parse.ts', import.meta.url)), ...args], { cwd: fileURLToPath(new URL('../..', import.meta.url)) })
  child.stdin.end(input)
  const closed = new Promise<number | null>(resolve => child.on('close', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { code, err, out: out.split('\n').filter(line => line !== '').map((line): unknown => JSON.parse(line)) }
}

describe('webhooks:parse', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loupe-parse-'))
    await writeFile(join(folder, 'good.json'), body)
    await writeFile(join(folder, 'bad.json'), '{"a":1}')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('prints one line for each event, in body order', async () => {
    const { code, out } = await run(['whatsapp'], body)
    expect(code).toBe(0)
    expect(out).toMatchObject([{ kind: 'text', id: 'a', from: '91984', to: '350' }, { kind: 'text', id: 'b' }])
  })

  it('exits with 1 and a reason for a body that is not one', async () => {
    const { code, out, err } = await run(['instagram'], body)
    expect(code).toBe(1)
    expect(out).toEqual([])
    expect(err).toContain('instagram')
  })

  it('names the file on each line, and goes on after one that is no body', async () => {
    const [good, bad] = [join(folder, 'good.json'), join(folder, 'bad.json')]
    const { code, out } = await run(['whatsapp', bad, good])
    expect(code).toBe(0)
    expect(out).toMatchObject([{ file: bad, error: expect.any(String) as unknown }, { file: good, id: 'a' }, { file: good, id: 'b' }])
  })

  it('tells an unknown provider\'s name from a body', async () => {
    const { code, err } = await run(['pigeon'], body)
    expect(code).toBe(1)
    expect(err).toContain('whatsapp|instagram|twilio')
  })
})
