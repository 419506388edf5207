import type { Bubble } from '../../state/message.ts'
import type { Line } from './world.ts'
import { useI18n } from 'vue-i18n'
import { withoutMarks } from '#contracts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const kinds: Record<Bubble['kind'], string> = {
  text: '', enquiry: '', image: 'gist.image', video: 'gist.video', sticker: 'gist.sticker', voice: 'gist.voice', document: 'gist.document', location: 'gist.location', contacts: 'gist.contacts', order: 'gist.order',
  button: '', list: '', story_reply: '', story_mention: 'gist.story_mention', share: 'gist.share', comment: '', template: '', products: 'gist.products',
}

/** Times, prices and messages in the reader's language. Digits are Latin in all of them, as on a price tag. */
export function useWords() {
  const { t, locale } = useI18n({ useScope: 'global' })
  const tag = () => `${locale.value === 'en' ? 'en-GB' : locale.value}-u-nu-latn`
  return {
    t,
    clock: (atMs: number) => new Date(atMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }),
    longDay: (atMs: number) => new Date(atMs).toLocaleDateString(tag(), { weekday: 'long', day: 'numeric', month: 'long' }),
    /** A day as a heading between messages. */
    dayOf(atMs: number, nowMs: number): string {
      const day = new Date(atMs)
      const days = Math.round((new Date(nowMs).setHours(0, 0, 0, 0) - new Date(atMs).setHours(0, 0, 0, 0)) / dayMs)
      if (days === 0) return t('time.today')
      if (days === 1) return t('time.yesterday')
      return day.toLocaleDateString(tag(), { day: 'numeric', month: 'long', ...(day.getFullYear() === new Date(nowMs).getFullYear() ? {} : { year: 'numeric' }) })
    },
    /** How long somebody has been quiet, in a word or two. */
    quietFor(lastAt: number | null, nowMs: number): string {
      if (lastAt === null) return t('time.never')
      const ago = nowMs - lastAt
      if (ago < hourMs) return t('time.minutes', { n: Math.max(1, Math.round(ago / 60_000)) })
      if (ago < dayMs) return t('time.hours', { n: Math.round(ago / hourMs) })
      return t('time.quiet', { n: Math.round(ago / dayMs) })
    },
    money: (amount: number | null, currency: string) => amount === null ? t('price.onRequest') : new Intl.NumberFormat(currency === 'INR' ? 'en-IN' : 'en', { style: 'currency', currency, maximumFractionDigits: 0 }).format(amount),
    /** One line that stands for a message. Only WhatsApp has marks around words; elsewhere a star is a star. */
    gist: (bubble: Bubble, line: Line['kind'] | undefined) => bubble.text === undefined ? kinds[bubble.kind] && t(kinds[bubble.kind]) : line === 'whatsapp' ? withoutMarks(bubble.text) : bubble.text,
  }
}

export const initials = (name: string) => name.split(/\s+/).filter(Boolean).map(word => word.charAt(0)).slice(0, 2).join('').toUpperCase()

/** A hue of one's own, made of the name. */
export function hueOf(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 360
  return sum
}
