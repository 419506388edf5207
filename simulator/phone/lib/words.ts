import type { Bubble } from '../../state/message.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export const clock = (atMs: number) => new Date(atMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })

/** A day as a heading between messages. */
export function dayOf(atMs: number, nowMs: number): string {
  const day = new Date(atMs)
  const days = Math.round((new Date(nowMs).setHours(0, 0, 0, 0) - new Date(atMs).setHours(0, 0, 0, 0)) / dayMs)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  return day.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', ...(day.getFullYear() === new Date(nowMs).getFullYear() ? {} : { year: 'numeric' }) })
}

/** How long somebody has been quiet, in a word or two. */
export function quietFor(lastAt: number | null, nowMs: number): string {
  if (lastAt === null) return 'never wrote'
  const ago = nowMs - lastAt
  if (ago < hourMs) return `${Math.max(1, Math.round(ago / 60_000))} min ago`
  if (ago < dayMs) return `${Math.round(ago / hourMs)} h ago`
  return `quiet ${Math.round(ago / dayMs)} d`
}

export const money = (amount: number | null, currency: string) => amount === null ? 'on request' : new Intl.NumberFormat(currency === 'INR' ? 'en-IN' : 'en', { style: 'currency', currency, maximumFractionDigits: 0 }).format(amount)

const codes: Record<Bubble['kind'], string> = {
  text: '', enquiry: '', image: 'Photo', video: 'Video', sticker: 'Sticker', voice: 'Voice note', document: 'Document', location: 'Location', contacts: 'Contact', order: 'Order',
  button: '', list: '', story_reply: '', story_mention: 'Mentioned the house in a story', share: 'Shared a post', comment: '', template: '', products: 'Pieces',
}

/** One line that stands for a message. */
export const gist = (bubble: Bubble) => bubble.text ?? codes[bubble.kind]

export const initials = (name: string) => name.split(/\s+/).filter(Boolean).map(word => word.charAt(0)).slice(0, 2).join('').toUpperCase()

/** A hue of one's own, made of the name. */
export function hueOf(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 360
  return sum
}
