import { Buffer } from 'node:buffer'
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/** Keeps provider tokens unreadable in the database. */
export interface Secrets {
  /** Encrypts `plain`. `purpose` is bound to the result: it opens under the same purpose only, so that a token cannot be moved to another place. */
  seal: (plain: string, purpose: string) => string
  /** Gives back what was sealed. Throws SealError for anything that was not sealed with this house's secret and this purpose. */
  open: (sealed: string, purpose: string) => string
}

/** A sealed value is damaged, or was sealed with another secret or for another purpose. */
export class SealError extends Error {
  readonly code = 'seal'

  constructor() {
    super('A stored secret cannot be opened: LOUPE_SECRET is not the one that it was sealed with.')
    this.name = 'SealError'
  }
}

const version = 'v1'
const ivBytes = 12
const tagBytes = 16

/** AES-256-GCM under a key that HKDF-SHA256 (RFC 5869) makes from the house's secret; a fresh 96-bit nonce each time (NIST SP 800-38D). */
export function createSecrets(secret: string): Secrets {
  const key = derive(secret, 'loupe sealed values', 32)
  return {
    seal(plain, purpose) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `${version}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open(sealed, purpose) {
      const [head, packed = ''] = sealed.split('.', 2)
      const bytes = Buffer.from(packed, 'base64url')
      if (head !== version || bytes.length < ivBytes + tagBytes) throw new SealError()
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
          .setAAD(Buffer.from(purpose))
          .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
        return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8')
      }
      catch {
        throw new SealError()
      }
    },
  }
}

/** `length` bytes that follow from the secret and a purpose; one purpose says nothing of another. */
export function derive(secret: string, purpose: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'loupe', purpose, length))
}

/** A token for a browser or a machine: 32 random bytes as base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a token. It carries 256 random bits, so that one round of SHA-256 is enough. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Compares two texts without telling by the time it takes where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest()
  const right = createHash('sha256').update(b).digest()
  return timingSafeEqual(left, right)
}
