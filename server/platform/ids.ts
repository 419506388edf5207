/**
 * Makes ids of 24 hexadecimal digits that grow with time: 11 for the millisecond, 5 that count within it, 8 of chance.
 * @param now milliseconds since the epoch
 * @param random a number in 0…1, as `Math.random` gives it
 */
export function createIds(now: () => number, random: () => number): () => string {
  let last = 0
  let count = 0
  return () => {
    const time = Math.max(now(), last)
    count = time === last ? count + 1 : 0
    // More than a million in one millisecond borrow from the next one.
    last = count > 0xFFFFF ? time + 1 : time
    if (last !== time) count = 0
    const chance = Math.floor(random() * 0x100000000)
    return hex(last, 11) + hex(count, 5) + hex(chance, 8)
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0').slice(-digits)
}
