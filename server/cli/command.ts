import process from 'node:process'
import { diskRefusal } from '#datastore'
import { ConfigError } from '../platform/config.ts'
import { startProblem } from '../platform/start-problem.ts'

interface Command<Asked extends object> {
  /** What it is for and how it is called. */
  usage: string
  /** What was asked for; a sentence to print when it was not asked for well. */
  read: (args: string[]) => Asked | string
  /** Does it. What it throws is told in a line, without its stack. */
  work: (asked: Asked) => Promise<void>
}

/** Runs a command as a process: `--help` prints its usage, arguments that are not understood end it with 2, and what failed with 1 and a line that says why. */
export async function runCommand<Asked extends object>({ usage, read, work }: Command<Asked>): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${usage}\n`)
    return
  }
  const asked = read(args)
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n`)
    process.exitCode = 2
    return
  }
  try { await work(asked) }
  catch (error) {
    process.stderr.write(`${problemsOf(error).join('\n')}\n`)
    process.exitCode = 1
  }
}

function problemsOf(error: unknown): readonly string[] {
  // The place may be one that was named as an argument, and not DATA_DIR.
  const refusal = diskRefusal(error)
  if (refusal !== undefined) return [refusal]
  const known = error instanceof ConfigError ? error : startProblem(error)
  return known?.problems ?? [error instanceof Error ? error.message : String(error)]
}
