import type { Fixture } from '../../../datastore/testing/fixture.ts'
import { betterAuth } from 'better-auth'
import { mongodbAdapter } from 'better-auth/adapters/mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../../../datastore/testing/fixture.ts'

/** Not a secret: the store and its sessions end with the test. */
const SECRET = 'only for the length of this test, and long enough'
const ANNA = { email: 'anna@example.com', password: 'a long enough password', name: 'Anna' }

function authOn(fixture: Fixture) {
  return betterAuth({
    database: mongodbAdapter(fixture.client.db('auth')),
    emailAndPassword: { enabled: true },
    secret: SECRET,
    baseURL: 'http://localhost:3000',
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
}

let fixture: Fixture
let auth: ReturnType<typeof authOn>
beforeAll(async () => {
  fixture = await startFixture()
  auth = authOn(fixture)
})
afterAll(() => fixture.close())

/** Signs in. @returns the headers a browser would send afterwards */
async function signedIn(password = ANNA.password): Promise<Headers> {
  const { headers } = await auth.api.signInEmail({ body: { email: ANNA.email, password }, returnHeaders: true })
  return new Headers({ cookie: headers.getSetCookie().map(cookie => cookie.split(';')[0]).join('; ') })
}

describe('better-auth on the store', () => {
  it('signs a user up once', async () => {
    const { user } = await auth.api.signUpEmail({ body: ANNA })
    expect(user).toMatchObject({ email: ANNA.email, name: 'Anna', emailVerified: false })
    await expect(auth.api.signUpEmail({ body: ANNA })).rejects.toMatchObject({ status: 'UNPROCESSABLE_ENTITY' })
    expect(await fixture.client.db('auth').collection('user').countDocuments({ email: ANNA.email })).toBe(1)
  })

  it('signs in with the right password only', async () => {
    await expect(signedIn('a wrong password')).rejects.toMatchObject({ status: 'UNAUTHORIZED' })
    const session = await auth.api.getSession({ headers: await signedIn() })
    expect(session?.user).toMatchObject({ email: ANNA.email })
    expect(session?.session.expiresAt).toBeInstanceOf(Date)
  })

  it('lists a user\'s sessions and ends them', async () => {
    const [here, there] = [await signedIn(), await signedIn()]
    const sessions = await auth.api.listSessions({ headers: here })
    expect(sessions.length).toBeGreaterThanOrEqual(2)
    await auth.api.revokeOtherSessions({ headers: here })
    expect(await auth.api.getSession({ headers: there })).toBeNull()
    expect(await auth.api.listSessions({ headers: here })).toHaveLength(1)
    await auth.api.signOut({ headers: here })
    expect(await auth.api.getSession({ headers: here })).toBeNull()
  })

  it('changes what a user is called and the password', async () => {
    const headers = await signedIn()
    await auth.api.updateUser({ headers, body: { name: 'Anna B.' } })
    await auth.api.changePassword({ headers, body: { currentPassword: ANNA.password, newPassword: 'another long password' } })
    const session = await auth.api.getSession({ headers: await signedIn('another long password') })
    expect(session?.user.name).toBe('Anna B.')
    expect(await auth.api.listUserAccounts({ headers })).toMatchObject([{ providerId: 'credential' }])
  })
})
