import type { Media } from '#contracts'
import type { ChannelContext, MediaDownload } from '../channel.ts'
import type { MediaHosts } from '../shared/download.ts'
import { MediaError, SendError } from '../errors.ts'
import { graphCall } from '../meta/graph.ts'
import { download as fetchFile } from '../shared/download.ts'
import { text } from '../shared/json.ts'
import { graphErrors } from './errors.ts'
import { apiUrl } from './send.ts'

const hosts: MediaHosts = { exact: ['lookaside.fbsbx.com', 'graph.facebook.com', 'mmg.whatsapp.net'] }

/**
 * Fetches a file of an event: its id gives an address for five minutes, which wants the token as well. Ids of webhooks work for seven days.
 * @throws MediaError
 */
export async function download(media: Media, context: ChannelContext, options: { maxBytes: number, timeoutMs?: number }): Promise<MediaDownload> {
  const token = context.config.accessToken
  if (token === undefined || token === '') throw new MediaError('not_configured', 'The channel has no access token.')
  const file = media.id === undefined ? undefined : await lookUp(media.id, context)
  const address = file?.url ?? media.url
  if (address === undefined) throw new MediaError('no_address', 'The file has no address.')
  const found = await fetchFile(address, {
    ...options,
    hosts,
    apiUrl: apiUrl(context),
    authorization: { header: `Bearer ${token}`, hosts: hosts.exact },
  }, context)
  return { ...found, mime: file?.mime ?? found.mime }
}

async function lookUp(id: string, context: ChannelContext): Promise<{ url: string | undefined, mime: string | undefined }> {
  try {
    const answer = await graphCall(context, apiUrl(context), { path: encodeURIComponent(id), method: 'GET' }, graphErrors)
    return { url: text(answer, 'url'), mime: text(answer, 'mime_type') }
  }
  catch (error) {
    if (!(error instanceof SendError)) throw error
    if (error.code === '190') throw new MediaError('unauthorized', error.message, { cause: error })
    const retry = error.class === 'retry' || error.class === 'slow'
    throw new MediaError(retry ? 'network' : 'gone', error.message, { retry, cause: error })
  }
}
