import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-address.ts'

describe('an address that providers can reach', () => {
  it.each(['https://inbox.example', 'https://inbox.example:8443', 'http://8.8.8.8', 'https://[2001:4860:4860::8888]'])('is %s', url => expect(isPublicAddress(url)).toBe(true))

  it.each([
    'http://localhost:8080', 'http://127.0.0.1:8080', 'http://127.9.9.9', 'http://[::1]:8080', 'http://0.0.0.0', 'http://10.1.2.3', 'http://172.20.0.4', 'http://192.168.1.20',
    'http://169.254.169.254', 'http://100.100.1.1', 'http://[fd00::1]', 'http://[fe80::1]', 'http://inbox', 'http://inbox.local', 'http://inbox.lan', 'http://a.localhost', 'nonsense',
  ])('is not %s', url => expect(isPublicAddress(url)).toBe(false))
})
