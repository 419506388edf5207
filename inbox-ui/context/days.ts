const dayMs = 86_400_000

/** Days that one can look back to, today included. */
export const daysBack = 90

/** The calendar day at a place as `2026-11-22`; the reader's own place without one, or where it is none. */
export function dayAt(at: number, timeZone: string | null): string {
  try { return new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...(timeZone ? { timeZone } : {}) }).format(at) }
  catch { return dayAt(at, null) }
}

/** A day so many days before another one. */
export function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) - days * dayMs).toISOString().slice(0, 10)
}

/** Whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T12:00:00Z`) - Date.parse(`${from}T12:00:00Z`)) / dayMs)
}
