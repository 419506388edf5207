import type { App, ShallowRef } from 'vue'
import { shallowRef } from 'vue'
import { shared } from '../lib/shared.ts'

/** Conversations that this person has just sent away: a list that holds its order lets these go at once. */
const leaving = shared<ShallowRef<string[]>>('leaving')
export const provideLeaving = (app: App): void => leaving.provide(app, shallowRef<string[]>([]))
export const useLeaving = leaving.use
