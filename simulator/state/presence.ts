/** Which chats are open on which pages: an open chat reads what arrives, a closed one leaves it at delivered. */
export class Presence {
  readonly #open = new Map<string, { personId: string, lineId: string }>()

  /** A page shows a chat; null when its phone is locked or gone. */
  show(pageId: string, chat: { personId: string, lineId: string } | null): void {
    if (chat) this.#open.set(pageId, chat)
    else this.#open.delete(pageId)
  }

  isOpen(personId: string, lineId: string): boolean {
    for (const chat of this.#open.values()) {
      if (chat.personId === personId && chat.lineId === lineId) return true
    }
    return false
  }
}
