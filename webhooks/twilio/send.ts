import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js'
import type { ChannelName } from '#contracts'
import type { ChannelContext, ChannelHealth, OutboundMessage, Recipient, SendReceipt } from '../channel.ts'
import { healthOf } from '../shared/health.ts'
import { compact } from '../shared/json.ts'
import { checkMedia, noMessageId, noRecipient, notSupported, senderOf } from '../shared/outbound.ts'
import { twilioClient } from './client.ts'
import { definition, statusPath } from './definition.ts'

const whatsappPrefix = 'whatsapp:'

/**
 * Sends one message by WhatsApp or SMS. A template's name is its Content SID.
 * @throws SendError
 */
export async function send(message: OutboundMessage, context: ChannelContext): Promise<SendReceipt> {
  const { channel } = message
  const from = senderOf(message.from, context.config.senderId)
  const options: MessageListInstanceCreateOptions = compact({
    to: addressee(channel, message.to),
    ...from.startsWith('MG') ? { messagingServiceSid: from } : { from: address(channel, from) },
    ...bodyOf(message),
    statusCallback: context.publicUrl === undefined ? undefined : `${context.publicUrl.replace(/\/+$/, '')}${statusPath}`,
  })
  const client = await twilioClient(context)
  const sent = await client.messages.create(options)
  if (!sent.sid) throw noMessageId()
  return { providerMessageId: sent.sid }
}

/** An address in Twilio's spelling: `whatsapp:` before what belongs there, and a plus before a number. */
function address(channel: ChannelName, value: string): string {
  const bare = value.startsWith(whatsappPrefix) ? value.slice(whatsappPrefix.length) : value
  const spelt = /^\d{7,15}$/.test(bare) && channel === 'whatsapp' ? `+${bare}` : bare
  return channel === 'whatsapp' ? `${whatsappPrefix}${spelt}` : spelt
}

function addressee(channel: ChannelName, to: Recipient): string {
  if (to.phone !== undefined) return address(channel, /^\d{7,15}$/.test(to.phone) ? `+${to.phone}` : to.phone)
  if (to.userId !== undefined && channel === 'whatsapp') return address(channel, to.userId)
  throw noRecipient()
}

function bodyOf({ channel, content, ...message }: OutboundMessage): Partial<MessageListInstanceCreateOptions> {
  switch (content.kind) {
    case 'text':
      return { body: content.text }
    case 'media': {
      const capabilities = definition.networks[channel]
      if (capabilities === undefined) throw notSupported(`messages by ${channel}`)
      checkMedia(content, { channel, content, ...message }, capabilities)
      if (content.media.url === undefined) throw notSupported('a file without a public address')
      return { mediaUrl: [content.media.url], body: content.caption }
    }
    case 'template':
      return {
        contentSid: content.name,
        contentVariables: JSON.stringify(Object.fromEntries(content.params.map((value, index) => [content.paramNames?.[index] ?? String(index + 1), value]))),
      }
    case 'product':
      throw notSupported('pieces of a catalogue')
    case 'reaction':
      throw notSupported('reactions')
  }
}

/** Shows that an answer is being written, and with it that the message was read. WhatsApp only. Source: Twilio, WhatsApp typing indicators. */
export async function typing(target: { messageId: string }, context: ChannelContext): Promise<void> {
  const client = await twilioClient(context)
  await client.request({ method: 'post', uri: 'https://messaging.twilio.com/v2/Indicators/Typing.json', data: { messageId: target.messageId, channel: 'whatsapp' } })
}

/** Whether account and token work, and what the account is called. */
export function check(context: ChannelContext): Promise<ChannelHealth> {
  return healthOf(async () => {
    const client = await twilioClient(context)
    const found = await client.api.v2010.accounts(context.config.accountId ?? '').fetch()
    return found.friendlyName
  })
}
