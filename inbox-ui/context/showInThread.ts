import type { InjectionKey } from 'vue'

/** Brings an entry of the open thread into sight, by its id and time. */
export const showInThread: InjectionKey<(entryId: string, at: string) => void> = Symbol('show-in-thread')
