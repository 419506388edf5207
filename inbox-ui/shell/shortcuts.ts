/** What keys do. `id` is what a component answers to and what the help sheet names by `keys.<id>`. */
export const shortcuts = [
  { id: 'palette', keys: ['mod+k'], group: 'everywhere' },
  { id: 'help', keys: ['?'], group: 'everywhere' },
  { id: 'search', keys: ['/'], group: 'everywhere' },
  { id: 'theme', keys: ['shift+d'], group: 'everywhere' },
  { id: 'next', keys: ['j', 'arrowdown'], group: 'list' },
  { id: 'previous', keys: ['k', 'arrowup'], group: 'list' },
  { id: 'open', keys: ['enter'], group: 'list' },
  { id: 'select', keys: ['x'], group: 'list' },
  { id: 'queue1', keys: ['1'], group: 'list' },
  { id: 'queue2', keys: ['2'], group: 'list' },
  { id: 'queue3', keys: ['3'], group: 'list' },
  { id: 'queue4', keys: ['4'], group: 'list' },
  { id: 'reply', keys: ['r'], group: 'conversation' },
  { id: 'note', keys: ['n'], group: 'conversation' },
  { id: 'assign', keys: ['a'], group: 'conversation' },
  { id: 'snooze', keys: ['s'], group: 'conversation' },
  { id: 'close', keys: ['e'], group: 'conversation' },
  { id: 'merge', keys: ['m'], group: 'conversation' },
  { id: 'context', keys: ['c'], group: 'conversation' },
  { id: 'bottom', keys: ['g'], group: 'conversation' },
  { id: 'back', keys: ['escape'], group: 'everywhere' },
] as const
export type ShortcutId = (typeof shortcuts)[number]['id']

type KeyLike = Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey'>

/** A key press as the table writes it: `mod+k`, `shift+d`, `?`. */
export function chordOf(event: KeyLike): string {
  const key = event.key.toLowerCase()
  // Shift belongs to the character itself where it makes one, as in `?`; only with letters is it a chord.
  const shift = event.shiftKey && /^[a-z]$/.test(key)
  return `${event.metaKey || event.ctrlKey ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${shift ? 'shift+' : ''}${key}`
}

export function shortcutFor(event: KeyLike): ShortcutId | null {
  const chord = chordOf(event)
  return shortcuts.find(s => (s.keys as readonly string[]).includes(chord))?.id ?? null
}
