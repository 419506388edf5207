import { computed, ref } from 'vue'

/** Ids chosen in a list. With shift, everything between the last choice and this one. */
export function useSelection(order: () => string[]) {
  const chosen = ref<Set<string>>(new Set())
  let anchor: string | null = null

  function toggle(id: string, range = false) {
    const next = new Set(chosen.value)
    const ids = order()
    const from = anchor === null ? -1 : ids.indexOf(anchor)
    const to = ids.indexOf(id)
    if (range && from >= 0 && to >= 0) {
      for (const between of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(between)
    }
    else if (!next.delete(id)) {
      next.add(id)
    }
    anchor = id
    chosen.value = next
  }

  return {
    chosen,
    count: computed(() => chosen.value.size),
    toggle,
    clear() {
      chosen.value = new Set()
      anchor = null
    },
  }
}
