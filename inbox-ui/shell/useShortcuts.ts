import type { App } from 'vue'
import type { ShortcutId } from './shortcuts.ts'
import { onScopeDispose } from 'vue'
import { shared } from '../lib/shared.ts'
import { shortcutFor } from './shortcuts.ts'

/** Answers a key; `false` means that it was not for this one and the next may have it. */
export type Handler = () => boolean | void

export type ShortcutRegistry = {
  bind: (id: ShortcutId, handler: Handler) => () => void
  run: (id: ShortcutId) => boolean
}

/** The handler bound last is asked first: what opened last has the keys. */
export function makeShortcuts(): ShortcutRegistry {
  const bound = new Map<ShortcutId, Handler[]>()
  return {
    bind(id, handler) {
      bound.set(id, [handler, ...bound.get(id) ?? []])
      return () => bound.set(id, (bound.get(id) ?? []).filter(h => h !== handler))
    },
    run: id => (bound.get(id) ?? []).some(handler => handler() !== false),
  }
}

const registry = shared<ShortcutRegistry>('shortcuts')

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
}

/** Listens on the page. While someone writes, only ⌘K passes; while a dialog or menu is open, it has the keys. */
export function provideShortcuts(app: App): void {
  const made = makeShortcuts()
  registry.provide(app, made)
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return
    const id = shortcutFor(event)
    if (!id) return
    if (id !== 'palette') {
      if (isWriting(event.target)) return
      if (document.querySelector('[role="dialog"], [role="menu"]')) return
      // Enter on a button or link presses it.
      if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('button, a, [role="option"]')) return
    }
    if (made.run(id)) event.preventDefault()
  })
}

export const useShortcutRegistry = registry.use

export function useShortcut(id: ShortcutId, handler: Handler): void {
  onScopeDispose(registry.use().bind(id, handler))
}
