import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 25 ms. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes passwords and checks them. */
export interface Passwords {
  /** argon2id in PHC form, with a salt of its own. */
  hash: (password: string) => Promise<string>
  /** Whether a password is the hashed one. Without a hash it takes as long and is never right, so that time does not tell who has an account. */
  verify: (hashed: string | null | undefined, password: string) => Promise<boolean>
}

export function createPasswords(): Passwords {
  let decoy: Promise<string> | null = null
  return {
    hash: password => hash(password, cost),
    async verify(hashed, password) {
      if (hashed) return verify(hashed, password)
      decoy ??= hash(randomBytes(32), cost)
      await verify(await decoy, password)
      return false
    },
  }
}
