import type { Page } from 'playwright-core'
import type { ConversationPage, MessageEntry, ThreadPage } from '#contracts'

/** A message's id as the store gives them. */
const idOf = (n: number) => `d${n.toString(16).padStart(23, '0')}`

/**
 * Answers a page's list of conversations with many more than the demo house has: the demo house's own rows first, then rows like
 * them. Everything else goes to the product. The rows are made in the page, which need not wait for hundreds of megabytes to
 * come from here.
 *
 * @param page whose requests are answered, from its next load on
 * @param count rows beside the house's own
 * @param perPage rows of an answer after the first
 */
export async function serveManyConversations(page: Page, count: number, perPage: number): Promise<void> {
  await page.addInitScript(({ count, perPage }) => {
    const ask = window.fetch.bind(window)
    const idOf = (kind: string, n: number) => kind + n.toString(16).padStart(23, '0')
    let own: ConversationPage['items'] = []
    window.fetch = async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input, location.href)
      if (url.pathname !== '/api/v1/conversations') return ask(input, init)
      const cursor = url.searchParams.get('cursor')
      if (!cursor?.startsWith('many:')) {
        const first = await (await ask(input, init)).json() as ConversationPage
        own = first.items
        return Response.json({ ...first, nextCursor: 'many:0' })
      }
      const from = Number(cursor.slice(5))
      const oldest = Date.parse(own.at(-1)!.lastAt)
      const items = Array.from({ length: Math.min(perPage, count - from) }, (_, i) => {
        const n = from + i
        return { ...own[n % own.length]!, id: idOf('f', n), customerId: idOf('e', n), name: `Person ${n}`, lastAt: new Date(oldest - (n + 1) * 60_000).toISOString(), unread: 0, waitingSince: null }
      })
      return Response.json({ items, nextCursor: from + items.length < count ? `many:${from + items.length}` : null, revision: 1 } satisfies ConversationPage)
    }
  }, { count, perPage })
}

/**
 * Answers a conversation's thread with many messages, said over years, some short and some long.
 *
 * @param page whose requests are answered
 * @param conversationId the thread's
 * @param count messages; the newest is `message ${count - 1}`
 * @param perPage messages of an answer after the first
 */
export async function serveManyMessages(page: Page, conversationId: string, count: number, perPage: number): Promise<void> {
  const end = Date.now() - 3_600_000
  let like: MessageEntry | undefined
  // The last forty are the customer's alone.
  const isOurs = (n: number) => n % 3 === 0 && n < count - 40
  const message = (n: number, like: MessageEntry): MessageEntry => ({
    ...like,
    id: idOf(n),
    clientId: null,
    at: new Date(end - (count - n) * 3 * 3_600_000).toISOString(),
    direction: isOurs(n) ? 'out' : 'in',
    author: isOurs(n) ? { kind: 'advisor', id: null, name: 'Meera' } : { kind: 'customer', id: null, name: null },
    status: isOurs(n) ? 'read' : null,
    kind: 'text',
    text: `message ${n} ${'and so on '.repeat(n * 7 % 40)}`,
    attachments: [],
    pieces: [],
    replyTo: n === count - 2 ? { id: idOf(count - 1500), preview: `message ${count - 1500}`, mine: false } : null,
    reactions: n % 11 === 0 ? [{ emoji: '❤️', mine: false }] : [],
    failure: null,
    undoUntil: null,
  })
  await page.route(url => url.pathname === `/api/v1/conversations/${conversationId}/thread`, async (route) => {
    const query = new URL(route.request().url()).searchParams
    const cursor = query.get('cursor')
    if (query.has('since')) return route.fulfill({ json: { items: [], nextCursor: null, revision: 1 } satisfies ThreadPage })
    if (!like) {
      const response = await route.fetch({ url: route.request().url().replace(/\?.*/, '?limit=50') })
      like = (await response.json() as ThreadPage).items.find(entry => entry.type === 'message')!
    }
    const model = like
    const to = cursor === null ? count : Number(cursor)
    const from = Math.max(0, to - (cursor === null ? Number(query.get('limit')) : perPage))
    await route.fulfill({ json: { items: Array.from({ length: to - from }, (_, i) => message(from + i, model)), nextCursor: from > 0 ? String(from) : null, revision: 1 } satisfies ThreadPage })
  })
}
