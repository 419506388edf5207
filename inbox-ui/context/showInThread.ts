import type { InjectionKey } from 'vue'

/** Brings an entry of the open thread into sight, by its id. */
export const showInThread: InjectionKey<(entryId: string) => void> = Symbol('show-in-thread')
