import { useMediaQuery } from '@vueuse/core'

/** Whether the page is as narrow as a phone, where one pane stands in the place of three: below the style sheet's `md`. */
export function useOnPhone() {
  return useMediaQuery('(max-width: 767px)')
}
