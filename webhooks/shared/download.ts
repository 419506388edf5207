import type { ChannelContext, MediaDownload } from '../channel.ts'
import { MediaError } from '../errors.ts'

/** The hosts from which a provider hands out files. */
export type MediaHosts = {
  /** Hosts by their full name. */
  exact: readonly string[]
  /** Domains whose every host belongs to the provider: `.example.com` allows `a.example.com`. */
  below?: readonly string[]
  /** Addresses on a host that others share, by their beginning. */
  prefixes?: readonly string[]
}

export type DownloadOptions = {
  hosts: MediaHosts
  /** The configured address of the provider's API; its origin counts as the provider's, plain http included, so that a simulator works. */
  apiUrl: string
  /** `Authorization` for hosts that ask for it, and never for others. */
  authorization?: { header: string, hosts: readonly string[] }
  maxBytes: number
  timeoutMs?: number
}

const mostRedirects = 4
const defaultTimeoutMs = 30_000

/**
 * Fetches a file from the provider's own hosts. Every redirect is checked again, and the token goes only where it belongs.
 * @throws MediaError
 */
export async function download(address: string, options: DownloadOptions, context: ChannelContext): Promise<MediaDownload> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs)
  const signal = context.signal === undefined ? timeout : AbortSignal.any([context.signal, timeout])
  let url = allowed(address, options)
  for (let redirects = 0; ; redirects++) {
    const response = await get(url, options, context, signal, timeout)
    if (response.status < 300 || response.status >= 400) return accept(response, options.maxBytes)
    const location = response.headers.get('location')
    await response.body?.cancel()
    if (location === null || redirects >= mostRedirects) throw new MediaError('refused', 'The provider redirects without end.')
    if (!URL.canParse(location, url.href)) throw new MediaError('not_allowed', 'The provider redirects to something that is no address.')
    url = allowed(new URL(location, url).href, options)
  }
}

/** The address, if it is one that files may be fetched from. */
function allowed(address: string, options: DownloadOptions): URL {
  if (!URL.canParse(address)) throw new MediaError('not_allowed', 'The file has no valid address.')
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') throw new MediaError('not_allowed', 'The file\'s address holds credentials.')
  if (isApi(url, options)) return url
  const { hosts } = options
  const known = hosts.exact.includes(url.hostname)
    || hosts.below?.some(domain => url.hostname.endsWith(domain)) === true
    || hosts.prefixes?.some(prefix => url.href.startsWith(prefix)) === true
  if (url.protocol !== 'https:' || url.port !== '' || !known) throw new MediaError('not_allowed', `Files are not fetched from ${url.host}.`)
  return url
}

function isApi(url: URL, options: DownloadOptions): boolean {
  return URL.canParse(options.apiUrl) && url.origin === new URL(options.apiUrl).origin
}

async function get(url: URL, options: DownloadOptions, context: ChannelContext, signal: AbortSignal, timeout: AbortSignal): Promise<Response> {
  const { authorization } = options
  const sendsToken = authorization !== undefined && (authorization.hosts.includes(url.hostname) || isApi(url, options))
  try {
    return await context.fetch(url.href, { redirect: 'manual', signal, headers: sendsToken ? { authorization: authorization.header } : {} })
  }
  catch (cause) {
    if (timeout.aborted) throw new MediaError('timeout', 'The file did not come in time.', { retry: true, cause })
    throw new MediaError('network', 'The provider could not be reached.', { retry: true, cause })
  }
}

async function accept(response: Response, maxBytes: number): Promise<MediaDownload> {
  if (!response.ok || response.body === null) {
    await response.body?.cancel()
    throw refusal(response.status)
  }
  const header = response.headers.get('content-length')
  const size = header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined
  if (size !== undefined && size > maxBytes) {
    await response.body.cancel()
    throw new MediaError('too_large', `The file has ${size} bytes; ${maxBytes} are allowed.`)
  }
  const mime = response.headers.get('content-type') ?? 'application/octet-stream'
  return { body: response.body.pipeThrough(atMost(maxBytes)), mime, ...size === undefined ? {} : { size } }
}

function refusal(status: number): MediaError {
  if (status === 401 || status === 403) return new MediaError('unauthorized', `The provider refused the file (${status}).`)
  if (status === 404 || status === 410) return new MediaError('gone', `The provider no longer has the file (${status}).`)
  return new MediaError('refused', `The provider did not give the file (${status}).`, { retry: status === 429 || status >= 500 })
}

/** Lets bytes through until the bound is passed, whatever the provider said the size was. */
function atMost(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let seen = 0
  return new TransformStream({
    transform(chunk, controller) {
      seen += chunk.byteLength
      if (seen > maxBytes) controller.error(new MediaError('too_large', `The file is larger than ${maxBytes} bytes.`))
      else controller.enqueue(chunk)
    },
  })
}
