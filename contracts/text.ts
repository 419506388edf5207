import { z } from 'zod'

/** Halves of pairs cannot be stored as UTF-8, and other control characters than tab and line break are written by nobody and shown by nothing. */
// eslint-disable-next-line no-control-regex -- these are the characters that are taken out
const unwritten = /[\p{Surrogate}\u0000-\u0008\v\f\u000E-\u001F\u007F-\u009F]/gu
/** Characters that turn the direction of what follows them: within a name they would turn what stands beside it. Joiners are none of them; Indic names need those. */
const directions = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/** What somebody wrote, as it can be stored and sent: its lines as they are, nothing that nobody can write. */
export function plainText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(unwritten, '')
}

/** A name or a label: one line, no directions of its own, single spaces. */
export function plainLine(text: string): string {
  return text.normalize('NFC').replace(/\p{Surrogate}/gu, '').replace(/\p{Cc}/gu, ' ').replace(directions, ' ').replace(/\s+/g, ' ').trim()
}

/** Whether a reader sees anything of it. */
const shows = (text: string): boolean => /[^\p{C}\p{Z}\p{M}]/u.test(text)

/** What somebody wrote, at least one visible character and at most `most` UTF-16 units. */
export const Prose = (most: number) => z.string().overwrite(text => plainText(text).trim()).min(1).max(most).refine(shows, 'has nothing to be read')

/** A name or a label, at least one visible character and at most `most` UTF-16 units. */
export const Line = (most: number) => z.string().overwrite(plainLine).min(1).max(most).refine(shows, 'has nothing to be read')

/** As `Prose`, and may be empty; spaces at its ends stay, because somebody is still writing it. */
export const Unfinished = (most: number) => z.string().overwrite(plainText).max(most)
