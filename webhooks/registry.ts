import type { ChannelName, ProviderName } from '#contracts'
import type { Channel } from './channel.ts'
import { instagram } from './instagram/index.ts'
import { twilio } from './twilio/index.ts'
import { whatsappCloud } from './whatsapp-cloud/index.ts'

/** Every channel that Loupe speaks. Adding one is its folder and a line here. */
export const channels: readonly Channel[] = [
  whatsappCloud,
  instagram,
  twilio,
]

/** The adapter of a configured channel, by `definition.id`. */
export function channelById(id: string): Channel | undefined {
  return channels.find(channel => channel.definition.id === id)
}

/** The adapter that carries a network through a provider, as an event names them. */
export function channelFor(network: ChannelName, provider: ProviderName): Channel | undefined {
  return channels.find(channel => channel.definition.provider === provider && channel.definition.networks[network] !== undefined)
}

/** The adapter whose bodies the command line calls by this name. */
export function channelByBodyName(name: string): Channel | undefined {
  return channels.find(channel => channel.definition.bodyName === name)
}
