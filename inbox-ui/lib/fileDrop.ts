import type { Ref } from 'vue'
import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'

const carriesFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false

/** Keeps the page when a file is dropped where nothing takes it: a browser would leave the page to show the file. For the whole application, once. */
export function refuseFileDrops(): void {
  useEventListener(window, 'dragover', (event) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    event.dataTransfer!.dropEffect = 'none'
  })
  useEventListener(window, 'drop', (event) => { if (carriesFiles(event)) event.preventDefault() })
}

/** Takes the files that are dropped on `area`. The answer tells whether some are held over it; words that are dragged stay the browser's. */
export function useFileDrop(area: Readonly<Ref<HTMLElement | null>>, take: (files: File[]) => void): Ref<boolean> {
  const over = ref(false)
  const inside = (event: DragEvent) => carriesFiles(event) && event.target instanceof Node && (area.value?.contains(event.target) ?? false)
  useEventListener(window, 'dragover', (event) => {
    over.value = inside(event)
    if (!over.value) return
    event.preventDefault()
    event.dataTransfer!.dropEffect = 'copy'
  })
  // Leaving the window is the only leave that goes nowhere.
  useEventListener(window, 'dragleave', (event) => { if (event.relatedTarget === null) over.value = false })
  useEventListener(window, 'drop', (event) => {
    over.value = false
    if (inside(event)) take([...event.dataTransfer?.files ?? []])
  })
  return over
}
