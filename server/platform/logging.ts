import type { Logger, LoggerOptions } from 'pino'
import { pino } from 'pino'
import { ConfigError } from './config.ts'
import { LoupeError } from './errors.ts'

/** Fields that would carry a person's words, their address or a token, wherever they stand up to three levels deep. */
const privateFields = ['text', 'caption', 'body', 'preview', 'phone', 'email', 'address', 'wire', 'name', 'password', 'token', 'accessToken', 'appSecret', 'verifyToken', 'secret', 'authorization', 'cookie', 'csrf']

const redact = {
  paths: privateFields.flatMap(field => [field, `*.${field}`, `*.*.${field}`]),
  censor: '…',
}

/** A logger whose lines never hold message text, addresses or tokens. `destination` takes the lines in a test. */
export function createLogger(level: string, destination?: { write: (line: string) => void }): Logger {
  const options: LoggerOptions = { level, base: null, redact, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError, error: describeError } }
  return destination ? pino(options, destination) : pino(options)
}

/**
 * An error as it may be logged. Sentences of our own are kept; any other message may quote what a customer wrote (a duplicate key names the
 * phone number), so that quoted parts and long numbers are taken out of it.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const ours = error instanceof LoupeError || error instanceof ConfigError
  const code = (error as { code?: unknown }).code
  return {
    type: error.name,
    message: ours ? error.message : scrub(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: error.stack?.split('\n').filter(line => /^\s+at /.test(line)).slice(0, 12).map(line => line.trim()),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}

function scrub(message: string): string {
  return message
    .slice(0, 500)
    .replace(/"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?/g, '"…"')
    .replace(/\S+@\S+/g, '…@…')
    .replace(/\+?\d[\d\s().-]{4,}\d/g, '#')
}
