import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diskRefusal, makeDirectory } from './directory.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'directory-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function refusalOf(dir: string): string | undefined {
  try {
    makeDirectory(dir)
    return undefined
  }
  catch (error) {
    return diskRefusal(error)
  }
}

describe('making a directory for data', () => {
  it('makes what is missing above it too, for its owner alone, and may be done again', () => {
    const dir = join(root, 'a', 'daten – डेटा 100%', 'c')
    for (let time = 0; time < 2; time++)
      makeDirectory(dir)
    for (const made of [dir, join(dir, '..'), join(root, 'a')])
      expect(statSync(made).mode & 0o777).toBe(0o700)
  })

  it('goes through a link to a directory, and refuses one that leads nowhere', () => {
    symlinkSync(root, join(root, 'link'))
    makeDirectory(join(root, 'link', 'data'))
    expect(existsSync(join(root, 'data'))).toBe(true)
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'))
    expect(refusalOf(join(root, 'dangling', 'data'))).toBe(`${join(root, 'dangling')}: it is not a directory; choose another place`)
  })

  it('says which part is in the way of it, and what can be done', () => {
    const file = join(root, 'file')
    writeFileSync(file, '')
    expect(refusalOf(file)).toBe(`${file}: it is not a directory; choose another place`)
    expect(refusalOf(join(file, 'data', 'store'))).toBe(`${file}: it is not a directory; choose another place`)
    expect(refusalOf(join(root, 'n'.repeat(300)))).toMatch(/: it is longer than a path may be; choose a shorter one$/)
  })

  it.runIf(existsSync('/proc/self'))('ends at once where a file system takes no new names', () => {
    expect(refusalOf('/proc/nothing/here')).toBe('/proc/nothing: files cannot be made there; choose another directory')
  })

  it.runIf(process.getuid?.() === 0)('says of another user\'s directory that this account may not use it', () => {
    const script = `import(${JSON.stringify(new URL('./directory.ts', import.meta.url).href)}).then(({ diskRefusal, makeDirectory }) => {
      process.setgid(65534); process.setgroups([]); process.setuid(65534)
      try { makeDirectory(${JSON.stringify(join(root, 'data'))}) }
      catch (error) { process.stdout.write(diskRefusal(error)) }
    })`
    expect(execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), '-e', script], { encoding: 'utf8' })).toMatch(/data: this account may not use it; give it the right to, or choose another directory$/)
  })
})

describe('a refusal of the disk', () => {
  it('tells of a full disk also where no file is named', () => {
    expect(diskRefusal(Object.assign(new Error('what'), { code: 'ENOSPC', syscall: 'write' }))).toBe('the disk is full; make room, or choose another directory')
  })

  it('tells of a directory in the place of a file', () => {
    let error: unknown
    try { openSync(root, 'a') }
    catch (caught) { error = caught }
    expect(diskRefusal(error)).toBe(`${root}: it is a directory where a file belongs; move it away`)
  })

  it('is no other error\'s', () => {
    for (const other of [new Error('what'), Object.assign(new Error('what'), { code: 18 }), Object.assign(new Error('what'), { code: 'ECONNREFUSED' }), Object.assign(new Error('what'), { code: 'ENOENT', syscall: 'connect' }), 'text'])
      expect(diskRefusal(other)).toBeUndefined()
  })
})
