import type { Ref } from 'vue'
import type { RowPages } from '../realtime/rows.ts'
import { computed, shallowRef, watch } from 'vue'
import { holding, holdRows, letGo } from './heldRows.ts'
import { makeRowReader } from './loadedRows.ts'

/**
 * Live rows in an order that never moves under the hand. `hold` is true while a pointer or the keyboard is in the list. `reset`
 * changes when another list is shown.
 */
export function useHeldOrder(data: Ref<Pick<RowPages, 'pages'> | undefined>, hold: Ref<boolean>, reset: Ref<string>) {
  const read = makeRowReader()
  let loaded = read(data.value)
  const held = shallowRef(holding(loaded.rows))
  const released = new Set<string>()

  function settle() {
    released.clear()
    held.value = holding(loaded.rows)
  }
  watch([data, reset], ([next, list], [, listBefore]) => {
    loaded = read(next)
    if (!hold.value || list !== listBefore || held.value.shown.length === 0) settle()
    else held.value = holdRows(held.value, loaded, released)
  })
  watch(hold, (is) => { if (!is) settle() })

  return {
    shown: computed(() => held.value.shown),
    /** New rows that wait for the hold to end. */
    waiting: computed(() => held.value.waiting.size),
    /** Shows everything as it is now. */
    settle,
    /** Lets these rows go at once, because the person sent them away. */
    release(ids: string[]) {
      for (const id of ids) released.add(id)
      held.value = letGo(held.value, ids)
    },
  }
}
