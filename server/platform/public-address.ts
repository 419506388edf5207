import type { Channel } from '../models/index.ts'
import type { Context } from './context.ts'
import { BlockList, isIP } from 'node:net'
import { channelById } from '#webhooks'
import { channelSettings } from './channels.ts'

/** Networks that nobody outside a house, a provider's data centre or this machine can reach (RFC 6890). */
const ours = new BlockList()
for (const [network, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.168.0.0', 16]] as const) ours.addSubnet(network, bits)
for (const [network, bits] of [['::', 127], ['fc00::', 7], ['fe80::', 10]] as const) ours.addSubnet(network, bits, 'ipv6')

/** Whether an address is one that the internet can reach, as far as its host tells: a name with a dot that is no local one, or an IP address that is not private. */
export function isPublicAddress(url: string): boolean {
  if (!URL.canParse(url)) return false
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const version = isIP(host)
  if (version !== 0) return !ours.check(host, version === 6 ? 'ipv6' : 'ipv4')
  return host.includes('.') && !/\.(?:local|localhost|internal|lan|home\.arpa)$/.test(host)
}

/** Why files cannot leave through a channel. */
export type FileProblem = 'no_public_url'

/**
 * Why the provider of a channel cannot take our files, or null. One that fetches them from us needs an address of ours that it can reach; a provider that is
 * itself only to be reached from here, as a simulator is, reaches us too.
 */
export function fileProblem(ctx: Context, channel: Parameters<typeof channelSettings>[1] & Pick<Channel, 'channel'>): FileProblem | null {
  if (channelById(channel.adapter)?.definition.networks[channel.channel]?.mediaBy !== 'url') return null
  if (isPublicAddress(ctx.config.publicUrl)) return null
  const { apiUrl } = channelSettings(ctx, channel)
  return apiUrl !== undefined && !isPublicAddress(apiUrl) ? null : 'no_public_url'
}
