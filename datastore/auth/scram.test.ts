import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { credentialFor, pretendedCredential, readClientFirst, serverFinal, serverFirst } from './scram.ts'

// The example exchange of RFC 7677, section 3: user "user", password "pencil".
const CLIENT_FIRST = Buffer.from('n,,n=user,r=rOprNGfwEbeRWgbNEkqO')
const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
const SERVER_NONCE = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
const SERVER_FIRST = `r=rOprNGfwEbeRWgbNEkqO${SERVER_NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`
const CLIENT_FINAL = `c=biws,r=rOprNGfwEbeRWgbNEkqO${SERVER_NONCE},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`

describe('a SCRAM-SHA-256 exchange', () => {
  it('goes as in the example of RFC 7677', async () => {
    const credential = await credentialFor('pencil', SALT, 4096)
    const first = readClientFirst(CLIENT_FIRST)!
    expect(first.user).toBe('user')
    const sent = serverFirst(first, credential, SERVER_NONCE)
    expect(sent).toBe(SERVER_FIRST)
    expect(serverFinal(first, sent, credential, Buffer.from(CLIENT_FINAL))).toBe('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
  })

  it('is refused with another proof, nonce, channel binding or password', async () => {
    const credential = await credentialFor('pencil', SALT, 4096)
    const other = await credentialFor('crayon', SALT, 4096)
    const first = readClientFirst(CLIENT_FIRST)!
    const sent = serverFirst(first, credential, SERVER_NONCE)
    expect(serverFinal(first, sent, other, Buffer.from(CLIENT_FINAL))).toBeUndefined()
    for (const wrong of [CLIENT_FINAL.replace('p=dH', 'p=eH'), CLIENT_FINAL.replace('%hvY', '%hvZ'), CLIENT_FINAL.replace('biws', 'eSws'), CLIENT_FINAL.replace(',p=', ',m=x,p='), '', 'p='])
      expect(serverFinal(first, sent, credential, Buffer.from(wrong)), wrong).toBeUndefined()
  })

  it('takes commas and equals signs in names, and refuses what is not a first message', () => {
    expect(readClientFirst(Buffer.from('n,,n=a=2Cb=3Dc,r=abc'))?.user).toBe('a,b=c')
    for (const wrong of ['', 'n,,r=abc', 'p=tls-unique,,n=a,r=abc', 'n,a=other,n=a,r=abc', 'n,,n=a,r=', 'n,,n=a,r=ab c'])
      expect(readClientFirst(Buffer.from(wrong)), wrong).toBeUndefined()
  })

  it('begins for a name that nobody has with a salt that stays the same', () => {
    const secret = Buffer.alloc(32, 7)
    expect(pretendedCredential(secret, 'admin.nobody').salt).toEqual(pretendedCredential(secret, 'admin.nobody').salt)
    expect(pretendedCredential(secret, 'admin.nobody').salt).not.toEqual(pretendedCredential(secret, 'admin.other').salt)
  })
})
