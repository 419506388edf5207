import type { FunctionalComponent } from 'vue'
import { h } from 'vue'
import { wholeParts } from '../lib/whole.ts'

/** Words in which no line ends within the number of a piece. What is copied, searched and read aloud is the text as it is. */
export const WholeText: FunctionalComponent<{ text: string }> = ({ text }) => wholeParts(text).map(part => part.whole ? h('span', { class: 'whitespace-nowrap' }, part.text) : part.text)
WholeText.props = ['text']
