import type { QueueName } from '#contracts'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { queueNames } from '#contracts'

function isQueue(name: unknown): name is QueueName {
  return (queueNames as readonly unknown[]).includes(name)
}

/** What the address says is open, and how to open something else. Going back is the browser's own back, also as a gesture. */
export function useInboxRoute() {
  const route = useRoute()
  const router = useRouter()
  const queue = computed<QueueName>(() => isQueue(route.params.queue) ? route.params.queue : 'ready')
  const conversationId = computed(() => typeof route.params.conversationId === 'string' && route.params.conversationId !== '' ? route.params.conversationId : null)
  const contextOpen = computed(() => route.query.context === '1')
  const place = (to: { queue?: QueueName, conversationId?: string | null, context?: boolean }) => ({
    name: 'inbox',
    params: { queue: to.queue ?? queue.value, conversationId: to.conversationId === undefined ? conversationId.value ?? '' : to.conversationId ?? '' },
    query: to.context ? { context: '1' } : {},
  })
  return {
    queue,
    conversationId,
    contextOpen,
    place,
    openQueue: (name: QueueName) => router.push(place({ queue: name })),
    open: (id: string, options: { replace?: boolean } = {}) => options.replace ? router.replace(place({ conversationId: id })) : router.push(place({ conversationId: id })),
    closeConversation: () => router.push(place({ conversationId: null })),
    openContext: () => router.push(place({ context: true })),
    closeContext: () => window.history.state?.back && !String(window.history.state.back).includes('context=1') ? router.back() : router.replace(place({})),
  }
}
