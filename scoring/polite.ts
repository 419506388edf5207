/** Courtesies of the four interface languages and of those who write them in Latin letters. Whole messages only: 'thanks, what is the price?' is no courtesy. */
const courtesies = new Set([
  ...['ok', 'okay', 'okey', 'k', 'kk', 'thanks', 'thank you', 'thank u', 'thanks a lot', 'thank you so much', 'many thanks', 'thx', 'ty', 'noted', 'sure', 'great', 'nice', 'good', 'fine', 'welcome', 'you are welcome', 'cool', 'perfect', 'hmm', 'ok thanks', 'ok thank you', 'okay thanks', 'good morning', 'good night', 'good evening', 'have a nice day'],
  ...['धन्यवाद', 'शुक्रिया', 'ठीक है', 'ठीक', 'अच्छा', 'जी', 'हाँ जी', 'नमस्ते', 'dhanyavaad', 'dhanyawad', 'shukriya', 'theek hai', 'thik hai', 'accha', 'acha', 'ji', 'haan ji', 'namaste', 'namaskar'],
  ...['شكرا', 'شكرًا', 'شكراً', 'شكرا لك', 'شكرا جزيلا', 'تمام', 'حسنا', 'طيب', 'اوكي', 'أوكي', 'ان شاء الله', 'إن شاء الله', 'الله يعطيك العافية', 'shukran', 'tamam', 'inshallah'],
  ...['terima kasih', 'makasih', 'makasi', 'trims', 'baik', 'oke', 'ok makasih', 'siap', 'sip', 'ya', 'iya', 'baik terima kasih', 'oke terima kasih'],
])

/**
 * Whether a message is a courtesy and nothing else: known words of thanks or assent, or emoji alone. It reads no more into it than that: anything
 * longer or unknown is substance, and so is a message with media.
 */
export function isPolite(text: string): boolean {
  const bare = text.normalize('NFC').toLowerCase().replaceAll(/[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{FE0F}\u{200D}]/gu, ' ').replaceAll(/[\p{P}\p{S}]/gu, ' ').replaceAll(/\s+/g, ' ').trim()
  if (bare === '') return text.trim() !== '' && !/\?|؟/.test(text)
  return courtesies.has(bare) && !/\?|؟/.test(text)
}
