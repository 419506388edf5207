import { Buffer } from 'node:buffer'
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** What is kept of a password: enough to check a proof and to prove in turn that the server knows it, not enough to sign in with (RFC 5802, section 3). */
export interface Credential { iterations: number, salt: Buffer, storedKey: Buffer, serverKey: Buffer }

/** What the client opens with (RFC 5802, section 7): who it says it is, its nonce, and the text that both sides sign. */
export interface ClientFirst { user: string, nonce: string, bare: string, header: string }

/** MongoDB's count for SCRAM-SHA-256; RFC 7677 asks for at least 4,096. */
export const ITERATIONS = 15_000
/** MongoDB's length: with it, salt and counter fill one block of SHA-256. */
export const SALT_BYTES = 28
const NONCE_BYTES = 24
const DIGEST_BYTES = 32
const derive = promisify(pbkdf2)

/** Derives what is kept of a password. @param prepared the password after SASLprep */
export async function credentialFor(prepared: string, salt: Buffer = randomBytes(SALT_BYTES), iterations = ITERATIONS): Promise<Credential> {
  const salted = await derive(prepared, salt, iterations, DIGEST_BYTES, 'sha256')
  return { iterations, salt, storedKey: sha256(hmac(salted, 'Client Key')), serverKey: hmac(salted, 'Server Key') }
}

/** Reads the client's first message; undefined for one that is not one, or that asks for channel binding or another's rights. */
export function readClientFirst(payload: Buffer): ClientFirst | undefined {
  const match = /^([ny],,)(n=([^,]*),r=([\x21-\x2B\x2D-\x7E]+))$/.exec(payload.toString('utf8'))
  return match ? { header: match[1]!, bare: match[2]!, user: decodeName(match[3]!), nonce: match[4]! } : undefined
}

/** Commas and equals signs of a name are written as `=2C` and `=3D`. */
function decodeName(text: string): string {
  return text.replace(/=2C|=3D/g, escape => escape === '=2C' ? ',' : '=')
}

/** The server's first message: both nonces, the salt and the count. */
export function serverFirst(first: ClientFirst, credential: Pick<Credential, 'salt' | 'iterations'>, nonce = randomBytes(NONCE_BYTES).toString('base64')): string {
  return `r=${first.nonce}${nonce},s=${credential.salt.toString('base64')},i=${credential.iterations}`
}

/**
 * Checks the client's proof and answers with the server's own.
 * @returns the server's final message, or undefined when the proof is wrong in whatever way
 */
export function serverFinal(first: ClientFirst, sent: string, credential: Credential, payload: Buffer): string | undefined {
  const match = /^(c=([^,]*),r=([^,]*)),p=([A-Za-z0-9+/=]+)$/.exec(payload.toString('utf8'))
  if (!match)
    return undefined
  const nonce = sent.slice('r='.length, sent.indexOf(',s='))
  const proof = Buffer.from(match[4]!, 'base64')
  if (match[2] !== Buffer.from(first.header).toString('base64') || match[3] !== nonce || proof.length !== DIGEST_BYTES)
    return undefined
  const signed = `${first.bare},${sent},${match[1]!}`
  const signature = hmac(credential.storedKey, signed)
  const clientKey = Buffer.from(proof.map((byte, i) => byte ^ signature[i]!))
  if (!timingSafeEqual(sha256(clientKey), credential.storedKey))
    return undefined
  return `v=${hmac(credential.serverKey, signed).toString('base64')}`
}

/** Numbers for a name that nobody has: the same each time, so that they do not tell that nobody has it. */
export function pretendedCredential(secret: Buffer, name: string): Credential {
  const salt = hmac(secret, name).subarray(0, SALT_BYTES)
  return { iterations: ITERATIONS, salt, storedKey: randomBytes(DIGEST_BYTES), serverKey: randomBytes(DIGEST_BYTES) }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
