/** An id for something this client makes: unique, in the letters that the API takes. */
export function newClientId(): string {
  // randomUUID is missing where the page is not served securely, as on a phone in the shop's own network.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}
