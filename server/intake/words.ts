/** What words can tell of a message, each in English, Hindi in Latin letters, Arabic and Bahasa. The text itself goes no further. */
export const intents = ['price_asked', 'question', 'locator', 'directions', 'appointment_asked', 'complaint', 'opt_out', 'opt_in'] as const
export type Intent = (typeof intents)[number]

const longestRead = 1000

const anywhere = (...words: string[]) => new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{M}\\p{N}])`, 'u')
/** Arabic joins its article, prepositions and pronouns to the word, so that a stem may stand inside one. */
const stem = (...stems: string[]) => new RegExp(`(?<![\\p{L}\\p{M}])(?:و|ف|ب|ل|ال|بال|لل)?(?:${stems.join('|')})`, 'u')
const whole = (...words: string[]) => new RegExp(`^(?:${words.join('|')})$`, 'u')

/** One pattern that matches is enough. Conservative where a mistake costs: a complaint and an opt-out must be said outright. */
const patterns: Record<Intent, RegExp[]> = {
  price_asked: [
    anywhere('price', 'prices', 'pricing', 'cost', 'costs', 'how much', 'rate', 'mrp', 'quote', 'quotation', 'best price', 'discount'),
    anywhere('kitne ka', 'kitne ki', 'kitna hai', 'kitne hai', 'kya rate', 'kya bhav', 'bhaav', 'bhav', 'daam', 'kimat', 'keemat', 'kitna padega', 'kitne me', 'kitne mein'),
    stem('سعر', 'السعر', 'كم ثمن', 'بكم', 'كم سعر', 'كم تكلفة', 'تكلفة', 'كم يكلف', 'كم القيمة', 'خصم'),
    anywhere('harga', 'harganya', 'berapa', 'brp', 'diskon', 'biaya'),
  ],
  question: [
    /[?؟]/,
    anywhere('do you have', 'is it available', 'is this available', 'available', 'can i see', 'can you show', 'show me', 'which', 'what size', 'how many', 'how long'),
    anywhere('kya', 'hai kya', 'milega', 'milegi', 'dikhao', 'dikhaiye', 'dikha do', 'kaunsa', 'konsa', 'kaisa'),
    stem('هل عندكم', 'هل لديكم', 'هل يوجد', 'متوفر', 'متى', 'كيف', 'ممكن اشوف', 'اريد ان ارى'),
    anywhere('apakah', 'ada stok', 'ready', 'bisa lihat', 'boleh lihat', 'ukuran berapa', 'tersedia', 'kapan'),
  ],
  locator: [
    anywhere('store near', 'nearest store', 'nearest branch', 'where are you located', 'where is your (?:store|shop|showroom|boutique)', 'where is the (?:store|shop|showroom|boutique)', 'your address', 'store address', 'shop address', 'location of (?:the|your) (?:store|shop|showroom)', 'opening hours', 'what time do you (?:open|close)', 'which branch'),
    anywhere('dukan kahan', 'dukaan kahan', 'shop kahan', 'store kahan', 'showroom kahan', 'aapka address', 'apka address', 'kahan hai aap', 'kab khulta', 'kab tak khula'),
    stem('اين المحل', 'أين المحل', 'وين المحل', 'موقعكم', 'عنوانكم', 'اين موقعكم', 'أين موقعكم', 'وين موقعكم', 'اقرب فرع', 'أقرب فرع', 'ساعات العمل', 'اوقات الدوام'),
    anywhere('alamat toko', 'di mana toko', 'dimana toko', 'lokasi toko', 'toko terdekat', 'cabang terdekat', 'jam buka', 'alamatnya'),
  ],
  directions: [
    anywhere('directions', 'how do i get (?:there|to you)', 'how to reach', 'send (?:me )?(?:the |your )?location', 'share (?:the |your )?location', 'google maps?', 'parking'),
    anywhere('kaise pahunch\\w*', 'kaise aau', 'kaise aana', 'location bhej\\w*', 'rasta'),
    stem('كيف اوصل', 'كيف أصل', 'كيف اجي', 'ارسل اللوكيشن', 'ارسل الموقع', 'أرسل الموقع', 'لوكيشن', 'خرائط'),
    anywhere('rute ke', 'arah ke', 'kirim lokasi', 'share lokasi', 'shareloc', 'sharelok', 'bagaimana ke sana', 'parkir'),
  ],
  appointment_asked: [
    anywhere('appointment', 'book a (?:visit|slot|time|viewing)', 'schedule a (?:visit|call|viewing)', 'can i (?:come|visit|drop by|come by)', 'can we (?:come|visit)', 'want to visit', 'would like to visit', 'planning to visit', 'video call'),
    anywhere('appointment chahiye', 'milne aa', 'aa sakte', 'aa sakti', 'aa sakta', 'dekhne aana', 'store aana', 'kal aaun', 'visit karna'),
    stem('موعد', 'احجز', 'أحجز', 'حجز موعد', 'ممكن ازوركم', 'ممكن أزوركم', 'اقدر ازوركم', 'زيارة المحل'),
    anywhere('janji temu', 'buat janji', 'bikin janji', 'booking jadwal', 'mau datang', 'boleh datang', 'bisa datang', 'mau ke toko', 'kunjungan'),
  ],
  complaint: [
    anywhere('complaint', 'complain', 'not happy with', 'unhappy with', 'very disappointed', 'so disappointed', 'terrible service', 'worst service', 'pathetic service', 'bad service', 'want (?:a|my) refund', 'damaged', 'broken', 'defective', 'cheated', 'fraud', 'legal action', 'unacceptable', 'still waiting for my (?:order|repair|refund)'),
    anywhere('shikayat', 'bahut kharab', 'kharab service', 'bekar service', 'dhoka', 'toot gaya', 'toot gayi', 'paise wapas', 'thagi'),
    stem('شكوى', 'اشتكي', 'أشتكي', 'خدمة سيئة', 'سيئة جدا', 'استرجاع المبلغ', 'استرداد المبلغ', 'مكسور', 'غش', 'احتيال', 'غير مقبول'),
    anywhere('komplain', 'keluhan', 'kecewa', 'rusak', 'penipuan', 'menipu', 'uang kembali', 'refund', 'pelayanan buruk', 'tidak puas'),
  ],
  opt_out: [
    whole('stop', 'stop all', 'stopall', 'unsubscribe', 'unsub', 'opt out', 'optout', 'end', 'quit', 'remove me', 'stop messaging me', 'stop messages', 'stop sending messages', 'do not message me', 'don t message me', 'please stop', 'stop please'),
    whole('band karo', 'band kar do', 'msg band karo', 'message band karo', 'message mat karo', 'msg mat karo', 'mat bhejo', 'message mat bhejo', 'mujhe message mat karo'),
    whole('(?:ارجوك )?توقف', 'توقفوا', 'الغاء', 'إلغاء', 'الغاء الاشتراك', 'إلغاء الاشتراك', 'ايقاف', 'إيقاف', 'اوقف الرسائل', 'أوقف الرسائل', 'لا ترسل', 'لا ترسلوا', 'لا ترسل لي'),
    whole('berhenti', 'henti', 'setop', 'stop kirim', 'stop wa', 'batal langganan', 'berhenti langganan', 'jangan kirim lagi', 'jangan kirim pesan', 'jangan wa lagi'),
  ],
  opt_in: [
    whole('start', 'unstop', 'subscribe', 'opt in', 'optin', 'resume'),
    whole('shuru karo', 'chalu karo', 'phir se bhejo'),
    whole('ابدأ', 'ابدا', 'اشتراك', 'اشترك'),
    whole('mulai', 'langganan', 'berlangganan'),
  ],
}

/** A courtesy and nothing else. */
const courtesies = new RegExp(`^(?:(?:${[
  'thanks?', 'thank you', 'thank u', 'thanku', 'ty', 'thx', 'many thanks', 'so much', 'very much', 'a lot', 'ok', 'okay', 'k', 'kk', 'sure', 'great', 'noted', 'nice', 'lovely', 'cool', 'perfect', 'got it', 'alright', 'fine', 'welcome', 'you too', 'same to you', 'good night', 'good morning', 'good evening', 'bye', 'hi', 'hello', 'hey', 'yes', 'no', 'dear', 'sir', 'madam', 'mam', 'ma am',
  'dhanyavad', 'dhanyawad', 'dhanyavaad', 'shukriya', 'theek hai', 'thik hai', 'theek', 'thik', 'accha', 'acha', 'achha', 'ji', 'haan ji', 'ha ji', 'haan', 'namaste', 'namaskar', 'bahut',
  'شكرا', 'شكرا لك', 'شكرا لكم', 'شكراً', 'مشكور', 'مشكورين', 'تمام', 'اوكي', 'طيب', 'حسنا', 'جزيلا', 'يعطيك العافية', 'مرحبا', 'السلام عليكم', 'وعليكم السلام', 'اهلا', 'نعم', 'جزاك الله خيرا',
  'terima kasih', 'terimakasih', 'makasih', 'mksh', 'trims', 'oke', 'baik', 'siap', 'sip', 'ya', 'halo', 'banyak', 'kak', 'min', 'selamat pagi', 'selamat malam',
].join('|')})(?: |$))+$`, 'u')

function plain(text: string): string {
  return text.slice(0, longestRead).normalize('NFKC').toLowerCase().replace(/[\u064B-\u0652\u0640]/g, '')
}

const words = (text: string) => text.replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim()

/** What a message asks for or says outright. A text that is only a courtesy says nothing. */
export function intentsOf(text: string): Intent[] {
  const lower = plain(text)
  const bare = words(lower)
  if (bare === '') return /[?؟]/.test(lower) ? ['question'] : []
  const found = intents.filter(intent => patterns[intent].some(pattern => pattern.test(bare) || (intent === 'question' && pattern.test(lower))))
  return found.includes('price_asked') && !bare.includes('which') ? found.filter(intent => intent !== 'question') : found
}

/** Whether a text is a courtesy without substance: thanks, a greeting, a nod, an emoji. */
export function isPolite(text: string): boolean {
  const bare = words(plain(text))
  return bare === '' ? !/[?؟\p{N}]/u.test(text) : bare.length <= 80 && courtesies.test(bare)
}
