import type { App, Ref } from 'vue'
import { ref } from 'vue'
import { shared } from './shared.ts'

const clock = shared<Readonly<Ref<number>>>('clock')

/** One clock for all components: ticks every twenty seconds and when the page comes back to sight. */
export function provideClock(app: App): void {
  const now = ref(Date.now())
  const tick = () => { now.value = Date.now() }
  setInterval(tick, 20_000)
  document.addEventListener('visibilitychange', tick)
  clock.provide(app, now)
}

export const useClock = clock.use
