import { expect, it } from 'vitest'
import { isPolite } from './polite.ts'

it.each(['Thanks!', 'ok 👍', '🙏🙏', 'Thank you so much', 'धन्यवाद', 'theek hai', 'شكرا', 'Terima kasih 😊'])('takes %s as a courtesy', (text) => {
  expect(isPolite(text)).toBe(true)
})

it.each(['thanks, what is the price?', 'ok I will come tomorrow', '?', '12', '', 'price', 'ya boleh lihat fotonya', 'ok?'])('takes %j as substance', (text) => {
  expect(isPolite(text)).toBe(false)
})
