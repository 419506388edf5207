/**
 * Builds what `npm start` runs: the server as one bundle, the threads that learn and that keep the store beside it, the interface and the simulator's phone.
 * With --if-stale it does nothing when no source has changed since the last build.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

const root = new URL('..', import.meta.url).pathname
const stampFile = join(root, 'dist/.stamp')
const sources = ['contracts', 'webhooks', 'scoring', 'bot', 'templates', 'datastore', 'server', 'inbox-ui', 'simulator', 'scripts/build.mjs', 'package-lock.json', 'tsconfig.json']

function* files(path) {
  if (!existsSync(path)) return
  if (!statSync(path).isDirectory()) { yield path; return }
  for (const name of readdirSync(path).sort())
    yield* files(join(path, name))
}

function stamp() {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const file of files(join(root, source))) {
      if (/\.test\.ts$/.test(file)) continue
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file))
    }
  }
  return hash.digest('hex')
}

/** No code is shared between entries: each finds its neighbours by where it lies itself. */
const nodeBuild = { absWorkingDir: root, outdir: 'dist', bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external', sourcemap: true, logLevel: 'warning' }

/** Whether a source has changed since the last build, or nothing was built yet. */
export function isStale(wanted = stamp()) {
  return !existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== wanted
}

export async function build({ ifStale = false, quiet = false } = {}) {
  const wanted = stamp()
  if (ifStale && !isStale(wanted)) return false
  if (!quiet) process.stdout.write('Building Loupe …\n')
  // A half-finished build must look stale, so the stamp goes first and comes back last.
  rmSync(stampFile, { force: true })
  const esbuild = await import('esbuild')
  const { build: viteBuild } = await import('vite')
  const apps = ['inbox-ui', 'simulator/phone'].filter(app => existsSync(join(root, app, 'vite.config.ts')))
  await Promise.all([
    esbuild.build({ ...nodeBuild, entryPoints: { 'server/main': 'server/main.ts', 'server/learning': 'server/learning/thread.ts', 'datastore/worker': 'datastore/worker.ts' } }),
    esbuild.build({ ...nodeBuild, entryPoints: { 'simulator/main': 'simulator/main.ts', 'simulator/spawn': 'simulator/spawn.ts' } }),
    (async () => {
      for (const app of apps)
        await viteBuild({ root: join(root, app), configFile: join(root, app, 'vite.config.ts'), logLevel: 'warn' })
    })(),
  ])
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stampFile, wanted)
  return true
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  build({ ifStale: process.argv.includes('--if-stale') }).catch((error) => {
    console.error(error)
    process.exit(1)
  })
}
