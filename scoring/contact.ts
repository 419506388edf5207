/** Pauses up to this, milliseconds, do not end a contact: two pictures and a line about them are one, for whoever writes and for whoever reads. */
const pauseMs = 10 * 60_000

/** Whether something at `at` belongs to the contact whose newest moment is `newest`, both in milliseconds. In which order they became known does not matter. */
export function isOneContact(newest: number, at: number): boolean {
  return Math.abs(at - newest) <= pauseMs
}
