import { usePreferredDark, useStorage } from '@vueuse/core'
import { computed, watchEffect } from 'vue'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** The theme chosen, kept on this device, and what it comes to now. */
export function useTheme() {
  const theme = useStorage<Theme>('loupe.theme', 'system', undefined, { serializer: { read: v => JSON.parse(v) as Theme, write: v => JSON.stringify(v) } })
  const prefersDark = usePreferredDark()
  const dark = computed(() => theme.value === 'dark' || (theme.value === 'system' && prefersDark.value))
  return { theme, dark }
}

/** Turns the page to the theme; called once, by the application. */
export function applyTheme(): void {
  const { dark } = useTheme()
  watchEffect(() => {
    document.documentElement.dataset.theme = dark.value ? 'dark' : 'light'
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', dark.value ? '#131110' : '#f6f3ee')
  })
}
