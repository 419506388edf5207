import { ref } from 'vue'

const key = 'loupe.theme'

/** Light or dark, remembered under the name that the inbox uses, so that both follow one choice. */
export function useTheme() {
  const dark = ref(document.documentElement.dataset.theme === 'dark')
  function apply(wanted: boolean) {
    dark.value = wanted
    document.documentElement.dataset.theme = wanted ? 'dark' : 'light'
  }
  function toggle() {
    apply(!dark.value)
    localStorage.setItem(key, JSON.stringify(dark.value ? 'dark' : 'light'))
  }
  window.addEventListener('storage', (event) => {
    if (event.key === key && event.newValue) apply(event.newValue === '"dark"')
  })
  return { dark, toggle }
}
