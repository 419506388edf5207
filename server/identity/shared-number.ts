import type { InboundEvent } from '#contracts'
import { findPhoneNumbersInText, isSupportedCountry } from 'libphonenumber-js/max'
import { wirePhoneKey, withAsciiDigits, writtenPhoneKey } from './phone.ts'

/** A phone number that somebody gave in a thread. `certain`: it is their own; `possible`: it may be, or it may be somebody else's. */
export interface SharedNumber {
  key: string
  certainty: 'certain' | 'possible'
}

export interface Sharing {
  /** Region in which a number without a country code is read. */
  region: string | null
  /** Phone keys of the house's own numbers: quoting one says nothing of who writes. */
  ownNumbers: ReadonlySet<string>
  /** Names under which the sender is known. */
  names: readonly string[]
}

const longestText = 500

/** Somebody else, in English, Hindi and Urdu in Latin letters, Arabic, Bahasa. */
const others = wordList(
  'his|her|hers|their|theirs|him|them|husband|wife|mother|father|mom|mum|mummy|dad|daddy|papa|brother|sister|son|daughter|friend|cousin|uncle|aunt|aunty|fianc[eé]e?|partner|colleague|secretary|assistant|driver|manager|jeweller|jeweler|tailor|office|boss|someone|other person',
  'pati|patni|biwi|bivi|shauhar|maa|mata|pitaji?|papa|bhai|bhaiya|behen|behan|bahen|didi|beta|beti|dost|saas|sasur|bhabhi|chacha|mama|uska|uski|uske|unka|unki|unke|inka|iska|iski',
  'زوجي|زوجتي|زوجها|زوجته|أمي|امي|والدتي|أبي|ابي|والدي|أخي|اخي|أختي|اختي|ابني|ابنتي|بنتي|صديقي|صديقتي|رقمه|رقمها|رقمهم|خطيبي|خطيبتي|مديري|السائق',
  'suami|istri|isteri|ibu|bapak|ayah|mama|kakak|adik|anak|teman|kawan|saudara|sopir|supir|dia|nomornya|nomernya|pacar|tunangan|atasan',
)

/** The house or the number itself is asked about, or the number is not theirs any more. */
const about = wordList(
  'your|yours|store|shop|showroom|branch|is this|is it|whose|old number|not my|wrong number|landline of',
  'aapka|aapki|apka|apki|tumhara|dukan|dukaan|kya ye|kya yeh|kiska|purana|galat number|mera nahi',
  'رقمكم|رقمك|محلكم|المحل|متجركم|الفرع|هل هذا|القديم|ليس رقمي|مو رقمي',
  'kalian|anda|toko|cabang|apakah|apa ini|nomor lama|bukan nomor|punya siapa',
)

/** The number is said to be the sender's own. */
const own = [
  /\b(?:my|mine)\b.{1,30}\b(?:number|no|num|nr|whatsapp|whats app|wa|phone|mobile|cell|contact|tel)\b/,
  /\b(?:i am|i'm|im) (?:on|at|reachable)\b/,
  /\b(?:call|reach|text|message|msg|ping|whatsapp|contact|dm) me\b/,
  /\bmer[aei]\b.{1,30}\b(?:number|no|nambar|mobile|phone|whatsapp|contact)\b/,
  /\b(?:mujhe|mujhko|mujhse)\b/,
  /\b(?:number|no|nambar|whatsapp) (?:hai )?mer[aei]\b/,
  /(?:رقمي|رقم هاتفي|رقم جوالي|جوالي|موبايلي|تلفوني|هاتفي|واتسابي|واتس اب الخاص بي|رقمى)/,
  /(?:اتصل بي|اتصلوا بي|كلمني|كلموني|راسلني|راسلوني|تواصل معي|تواصلوا معي)/,
  /\b(?:nomor|nomer|no|nomor hp|no hp|wa|whatsapp|telepon|telp|hp|kontak)\b.{1,12}\b(?:saya|ku|aku|gue|gw)\b/,
  /\b(?:nomorku|nomerku|waku|hpku)\b/,
  /\b(?:hubungi|telepon|telpon|kontak|wa|chat|whatsapp) (?:saya|aku|ke saya)\b/,
]

/** What may stand around a number that is given and nothing else: labels and courtesies. */
const filler = wordList(
  'hi|hello|hey|yes|ok|okay|sure|please|pls|thanks|thank you|here|it is|its|this is|the|number|no|num|nr|phone|ph|mobile|mob|cell|tel|whatsapp|wa|contact|call|on|at|and|is|india|dubai|uae',
  'ji|haan|ha|namaste|hai|hain|ye|yeh|lo|lijiye|par|pe|karo|kariye|kijiye|dhanyavad|shukriya|nambar',
  'نعم|مرحبا|اهلا|السلام عليكم|شكرا|تفضل|تفضلي|هذا|هو|رقم|الرقم|واتس|واتساب|جوال|هاتف|على|لو سمحت',
  'ya|halo|hai|ini|nomor|nomer|hp|telp|silakan|terima kasih|makasih|di|ke',
)

function wordList(...languages: string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{M}])(?:${languages.join('|')})(?![\\p{L}\\p{M}])`, 'giu')
}

const has = (words: RegExp, text: string) => text.search(words) >= 0

interface Found { key: string, start: number, end: number }

function numbersIn(text: string, region: string | null): Found[] {
  const options = region && isSupportedCountry(region) ? { defaultCountry: region } : {}
  return findPhoneNumbersInText(text, options).flatMap(({ number, startsAt, endsAt }) => {
    const key = number.isValid() ? wirePhoneKey(number.number) : null
    return key ? [{ key, start: startsAt, end: endsAt }] : []
  })
}

/** Numbers that come as one word without a plus, as a network writes them. */
function wholeInternational(text: string): Found[] {
  const match = /(?<![\p{L}\p{N}+])\d{11,15}(?![\p{L}\p{N}])/u.exec(text)
  const key = match ? writtenPhoneKey(`+${match[0]}`, null) : null
  return match && key ? [{ key, start: match.index, end: match.index + match[0].length }] : []
}

function ofText(written: string, { region, ownNumbers }: Sharing): SharedNumber[] {
  const text = withAsciiDigits(written.slice(0, longestText).normalize('NFKC'))
  const found = numbersIn(text, region)
  const numbers = found.length > 0 ? found : wholeInternational(text)
  const keys = [...new Set(numbers.map(number => number.key))].filter(key => !ownNumbers.has(key))
  const [only] = keys
  if (only === undefined) return []
  if (keys.length > 1 || numbers.length > 1) return keys.slice(0, 5).map(key => ({ key, certainty: 'possible' }))
  const number = numbers.find(one => one.key === only)!
  const rest = `${text.slice(0, number.start)} ${text.slice(number.end)}`.toLowerCase()
  if (has(others, rest) || has(about, rest)) return [{ key: only, certainty: 'possible' }]
  const bare = !/[\p{L}\p{N}]/u.test(rest.replace(filler, ' '))
  const claimed = own.some(pattern => pattern.test(rest))
  const asked = /[?؟]/.test(rest)
  return [{ key: only, certainty: (bare || claimed) && !asked ? 'certain' : 'possible' }]
}

const plain = (name: string) => name.normalize('NFKC').toLowerCase().replace(/^@/, '').replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ').trim()

/** A contact card is one's own when it bears one's own name, or the network says that it is the sender's. */
function ofCards(event: InboundEvent, { region, ownNumbers, names }: Sharing): SharedNumber[] {
  const cards = event.contacts ?? []
  const own = new Set(names.map(plain).filter(name => name.length > 2))
  return cards.slice(0, 5).flatMap((card) => {
    const keys = [...new Set(card.phones.slice(0, 5).flatMap(phone => writtenPhoneKey(phone, region) ?? wirePhoneIfInternational(phone) ?? []))].filter(key => !ownNumbers.has(key))
    const isOwn = cards.length === 1 && keys.length === 1 && (own.has(plain(card.name)) || (card.userId !== undefined && card.userId === event.identity?.userId))
    return keys.map(key => ({ key, certainty: isOwn ? 'certain' as const : 'possible' as const }))
  })
}

function wirePhoneIfInternational(phone: string): string | null {
  return phone.trim().startsWith('+') ? wirePhoneKey(phone) : null
}

/**
 * Phone numbers that a customer's own message gives, and whether each is surely their own. Sure is one number alone, or one that is called one's own in so
 * many words, or a card under one's own name. A number beside another person, in a question, among several, or of the house is not.
 */
export function sharedNumbers(event: InboundEvent, sharing: Sharing): SharedNumber[] {
  if (event.contacts?.length) return ofCards(event, sharing)
  if (event.kind !== 'text' && event.kind !== 'story_reply') return []
  const text = event.text ?? ''
  if (!/\p{Nd}(?:.{0,3}\p{Nd}){6}/u.test(text) || event.forwarded) return []
  return ofText(text, sharing)
}
