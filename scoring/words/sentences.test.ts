import type { Language } from './index.ts'
import { describe, expect, it } from 'vitest'
import { actionInWords, reasonInWords, signalInWords, words } from './index.ts'

type Params = Record<string, string | number>
const seen = (language: Language, signal: string, times: number, days: number) => reasonInWords({ code: 'signal_seen', params: { signal, times, days } }, language)
const reason = (language: Language, code: string, params: Params) => reasonInWords({ code, params }, language)
const advice = (language: Language, code: string, params: Params) => actionInWords({ reason: { code, params } }, language)

describe('an advisor reads in English', () => {
  it.each([
    [seen('en', 'voice', 1, 0), 'Sent a voice note today'],
    [seen('en', 'voice', 3, 1), 'Sent a voice note 3 times, last yesterday'],
    [seen('en', 'wishlist', 1, 34), 'Put a piece on the wish list 5 weeks ago'],
    [seen('en', 'story_reply', 2, 10), 'Replied to a story twice, last 10 days ago'],
    [seen('en', 'hold_placed', 1, 4), 'A piece was put aside for them 4 days ago'],
    [reason('en', 'signal_against', { signal: 'appointment_missed', days: 3 }), 'Missed their appointment 3 days ago'],
    [reason('en', 'silence_within_rhythm', { days: 9, usual: 21 }), 'Quiet for 9 days, which is usual for them (about every 3 weeks)'],
    [reason('en', 'in_touch_now', { usual: 14 }), 'In touch in the last hours; usually about every 2 weeks'],
    [reason('en', 'silence_beyond_rhythm', { days: 90, usual: 12 }), 'Quiet for 3 months, longer than their usual 12 days'],
    [reason('en', 'piece_again', { piece: 'Halo R-240', times: 10, days: 55 }), 'Looked at Halo R-240 10 times in 8 weeks'],
    [reason('en', 'touches_unanswered', { n: 1 }), 'Has not answered our last message'],
    [reason('en', 'touches_unanswered', { n: 3 }), 'Has not answered, though we wrote 3 times'],
    [reason('en', 'came_before', { times: 1, days: 400 }), 'Has visited or bought before, 13 months ago'],
    [reason('en', 'comes_often', { visits: 7, days: 30 }), 'In touch 7 times in 4 weeks'],
    [reason('en', 'amount_named', { amount: 420_000 }), 'A sum of 420,000 has come up'],
    [reason('en', 'never_heard', {}), 'Has never written to us'],
    [advice('en', 'top_tenth', { percent: 38 }), 'Likelier than most to visit or buy within a month (38%)'],
    [advice('en', 'strong_signal', { signal: 'appointment_booked' }), 'Booked an appointment: a strong sign'],
    [advice('en', 'just_came', { days: 1 }), 'They were with us yesterday: care now, no selling'],
    [advice('en', 'appointment_stands', { days: 0 }), 'They have an appointment in less than a day: prepare for it'],
  ])('%s', (said, wanted) => expect(said).toBe(wanted))
})

describe('an advisor reads in Hindi', () => {
  it.each([
    [seen('hi', 'voice', 1, 0), 'आज वॉइस नोट भेजा'],
    [seen('hi', 'voice', 3, 1), '3 बार वॉइस नोट भेजा, पिछली बार कल'],
    [seen('hi', 'walk_in', 1, 35), '5 हफ़्ते पहले स्टोर में आना हुआ'],
    [reason('hi', 'silence_within_rhythm', { days: 9, usual: 21 }), '9 दिन की चुप्पी, जो इनके लिए आम है (लगभग हर 3 हफ़्ते में बात)'],
    [reason('hi', 'touches_unanswered', { n: 1 }), 'हमारे पिछले संदेश का जवाब नहीं आया'],
    [advice('hi', 'complaint_open', {}), 'पहले इनकी शिकायत सुलझाएँ'],
  ])('%s', (said, wanted) => expect(said).toBe(wanted))
})

describe('an advisor reads in Arabic', () => {
  it.each([
    [seen('ar', 'voice', 1, 0), 'وصلتنا رسالة صوتية اليوم'],
    [seen('ar', 'voice', 2, 1), 'وصلتنا رسالة صوتية مرتين، آخرها أمس'],
    [seen('ar', 'price_asked', 3, 14), 'وصلنا سؤال عن السعر 3 مرات، آخرها قبل أسبوعين'],
    [reason('ar', 'walked_in', { days: 92 }), 'تمّت زيارة المتجر قبل 3 أشهر'],
    [reason('ar', 'silence_beyond_rhythm', { days: 11, usual: 2 }), 'صمت منذ 11 يومًا، أطول من المعتاد وهو يومين'],
    [advice('ar', 'enough_touches', { n: 3 }), 'كتبنا 3 مرات دون رد: امنحوا الأمر وقتًا'],
  ])('%s', (said, wanted) => expect(said).toBe(wanted))
})

describe('an advisor reads in Bahasa Indonesia', () => {
  it.each([
    [seen('id', 'voice', 1, 0), 'Mengirim pesan suara hari ini'],
    [seen('id', 'voice', 3, 1), 'Mengirim pesan suara 3 kali, terakhir kemarin'],
    [reason('id', 'silence_within_rhythm', { days: 9, usual: 21 }), 'Diam 9 hari, biasa baginya (kira-kira tiap 3 minggu)'],
    [advice('id', 'answer_first', {}), 'Pesan terakhir darinya: balaslah'],
  ])('%s', (said, wanted) => expect(said).toBe(wanted))
})

describe('in every language', () => {
  const languages = Object.keys(words) as Language[]

  it.each(languages)('what a signal was can be said with a day behind or before it, in %s', (language) => {
    for (const type of Object.keys(words[language].signals)) {
      const text = signalInWords(type, language)
      expect(text, type).not.toMatch(/[.:;,،؛]$/)
      expect(seen(language, type, 1, 0), type).toContain(words[language].today)
      expect(seen(language, type, 1, 0), type).toContain(text)
    }
  })

  it('nobody is called he or she where the language has a way round it', () => {
    const said = (language: Language) => [...Object.values(words[language].signals), ...Object.values(words[language].reasons), ...Object.values(words[language].actions)].map(sentence => typeof sentence === 'string' ? sentence : `${sentence.once} ${sentence.other}`).join('\n')
    expect(said('en')).not.toMatch(/\b(?:he|she|him|his|hers?)\b/i)
    expect(said('ar')).not.toMatch(/العميلة?(?!\p{L})|الزبونة?(?!\p{L})/u)
    expect(said('hi')).not.toMatch(/(?:गया|गयी|गई|आया|आयी|आई) (?:था|थी|है)/)
  })
})
