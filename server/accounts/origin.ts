import type { IncomingHttpHeaders } from 'node:http'
import type { Config } from '../platform/config.ts'

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]'])
const loopbackAddresses = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/** Headers that a proxy adds: a request with one of them did not begin on this machine, whatever the socket says. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via', 'cf-connecting-ip', 'true-client-ip']

/** Whether a page that sends this may act here. A browser names the page's origin with everything that changes something; a program may name none. */
export function isOwnOrigin(config: Pick<Config, 'publicUrl' | 'publicUrlGiven' | 'production'>, headers: IncomingHttpHeaders): boolean {
  const origin = headers.origin
  if (origin === undefined) return headers['sec-fetch-site'] !== 'cross-site'
  const page = parse(origin)
  if (!page) return false
  if (page.origin === new URL(config.publicUrl).origin) return true
  // The interface's own development server stands on another port of this machine.
  if (!config.production && loopbackNames.has(page.hostname) && isLoopbackHost(headers.host)) return true
  return !config.publicUrlGiven && page.host === headers.host
}

/** Whether a request began on this machine: from a loopback address, to a loopback name, and not through a proxy. */
export function isFromThisMachine(remoteAddress: string | undefined, headers: IncomingHttpHeaders): boolean {
  if (remoteAddress === undefined || !loopbackAddresses.has(remoteAddress)) return false
  if (proxyHeaders.some(name => headers[name] !== undefined)) return false
  // A foreign name that was made to point here would be a page of somebody else's.
  return isLoopbackHost(headers.host)
}

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && loopbackNames.has(parse(`http://${host}`)?.hostname ?? '')
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null
}
