import type { InjectionKey, Ref } from 'vue'
import type { CustomerView, LaneView, ThreadEntry } from '#contracts'
import type { MessageActions } from './useMessageActions.ts'
import { inject } from 'vue'

/** What every part of a thread may need of it. */
export type ThreadContext = {
  /** Of who reads it. */
  meId: Readonly<Ref<string | null>>
  lanes: Readonly<Ref<LaneView[]>>
  customer: Readonly<Ref<CustomerView | null>>
  entries: Readonly<Ref<ThreadEntry[]>>
  actions: MessageActions
  /** Brings a message or a signal into sight. */
  jump: (entryId: string) => void
}

export const threadContext: InjectionKey<ThreadContext> = Symbol('thread')

export function useThreadContext(): ThreadContext {
  const context = inject(threadContext)
  if (!context) throw new Error('Used outside a thread')
  return context
}
