import { registerSW } from 'virtual:pwa-register'

/** Keeps the shell for when there is no connection. A new version takes over when the page is next hidden, never under someone's hands. */
export function start(): void {
  const update = registerSW({
    onNeedRefresh() {
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'hidden') void update(true)
      }, { once: true })
    },
  })
}
