import type { Ref } from 'vue'
import { onLongPress, useEventListener } from '@vueuse/core'

/** Long enough not to be a tap, and no longer than a browser waits before it answers a press by itself. */
const longPressMs = 420

/**
 * A finger that rests on a row. The tap that a browser may still make of it opens nothing, and the browser's own menu stays away.
 *
 * @param list what the rows stand in; each has its id as `data-conversation`
 * @param pressed is given the id of the row
 */
export function useLongPress(list: Readonly<Ref<HTMLElement | null>>, pressed: (id: string) => void): void {
  let touching = false
  let answered = false
  useEventListener(list, 'pointerdown', ({ pointerType }) => {
    touching = pointerType === 'touch'
    answered = false
  }, { passive: true })
  onLongPress(list, ({ target }) => {
    const id = touching && target instanceof Element ? target.closest<HTMLElement>('[data-conversation]')?.dataset.conversation : undefined
    if (id === undefined) return
    answered = true
    pressed(id)
  }, { delay: longPressMs })
  useEventListener(list, 'contextmenu', (event) => { if (touching) event.preventDefault() })
  useEventListener(list, 'click', (event) => {
    if (!answered) return
    answered = false
    event.preventDefault()
    event.stopPropagation()
  }, { capture: true })
}
