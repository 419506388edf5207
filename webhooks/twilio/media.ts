import type { Media } from '#contracts'
import type { ChannelContext, MediaDownload } from '../channel.ts'
import type { MediaHosts } from '../shared/download.ts'
import { MediaError } from '../errors.ts'
import { download as fetchFile } from '../shared/download.ts'
import { apiUrl, basicAuth } from './client.ts'

const apiHost = 'api.twilio.com'

/** The API answers with a redirect to where the file lies. */
const hosts: MediaHosts = {
  exact: [apiHost, 'mms.twiliocdn.com', 'media.twiliocdn.com'],
  prefixes: ['https://s3-external-1.amazonaws.com/media.twiliocdn.com/'],
}

/**
 * Fetches a file of an event with the account's credentials, which go to the API and no further.
 * @throws MediaError
 */
export async function download(media: Media, context: ChannelContext, options: { maxBytes: number, timeoutMs?: number }): Promise<MediaDownload> {
  if (media.url === undefined) throw new MediaError('no_address', 'The file has no address.')
  const { accountId, accessToken } = context.config
  if (!accountId || !accessToken) throw new MediaError('not_configured', 'The channel has no account SID and auth token.')
  return fetchFile(media.url, { ...options, hosts, apiUrl: apiUrl(context), authorization: { header: basicAuth(context), hosts: [apiHost] } }, context)
}
