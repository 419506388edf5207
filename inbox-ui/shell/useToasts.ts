import type { App, Ref } from 'vue'
import { ref } from 'vue'
import { shared } from '../lib/shared.ts'

export type Toast = { id: number, group?: string, text: string, tone: 'plain' | 'danger', action?: { label: string, run: () => void } }

export type Toasts = {
  list: Readonly<Ref<Toast[]>>
  /** Shows a line for `ms` milliseconds (default 6,000). A second toast with the same `group` replaces the first. */
  say: (text: string, options?: { tone?: Toast['tone'], action?: Toast['action'], ms?: number, group?: string }) => number
  drop: (id: number) => void
}

/** At most three at once: who sees more reads none. */
const most = 3

export function makeToasts(timer: (run: () => void, ms: number) => unknown = setTimeout): Toasts {
  const list = ref<Toast[]>([])
  let last = 0
  const drop = (id: number) => { list.value = list.value.filter(toast => toast.id !== id) }
  return {
    list,
    drop,
    say(text, options = {}) {
      const id = ++last
      const others = list.value.filter(toast => options.group === undefined || toast.group !== options.group)
      list.value = [...others, { id, text, tone: options.tone ?? 'plain', ...(options.group ? { group: options.group } : {}), ...(options.action ? { action: options.action } : {}) }].slice(-most)
      timer(() => drop(id), options.ms ?? 6000)
      return id
    },
  }
}

const toasts = shared<Toasts>('toasts')
export const provideToasts = (app: App, value = makeToasts()): void => toasts.provide(app, value)
export const useToasts = toasts.use
