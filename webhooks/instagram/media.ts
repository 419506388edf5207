import type { Media } from '#contracts'
import type { ChannelContext, MediaDownload } from '../channel.ts'
import type { MediaHosts } from '../shared/download.ts'
import { MediaError } from '../errors.ts'
import { download as fetchFile } from '../shared/download.ts'
import { apiUrl } from './send.ts'

/** Meta's file hosts carry the name of a place (`scontent-fra3-1.cdninstagram.com`), so their domains are allowed as a whole. */
const hosts: MediaHosts = { exact: ['lookaside.fbsbx.com', 'lookaside.instagram.com'], below: ['.cdninstagram.com', '.fbcdn.net'] }

/**
 * Fetches a file of an event. Addresses are signed and want no token.
 * @throws MediaError; also for stories, which must not be stored.
 */
export async function download(media: Media, context: ChannelContext, options: { maxBytes: number, timeoutMs?: number }): Promise<MediaDownload> {
  if (media.transient === true) throw new MediaError('not_allowed', 'Stories must not be stored.')
  if (media.url === undefined) throw new MediaError('no_address', 'The file has no address.')
  return fetchFile(media.url, { ...options, hosts, apiUrl: apiUrl(context) }, context)
}
