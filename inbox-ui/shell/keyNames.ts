const names: Record<string, string> = { arrowdown: '↓', arrowup: '↑', enter: '↵', escape: 'Esc', shift: '⇧', alt: '⌥' }

/** A chord as it stands on the keyboard in front of the reader: `mod+k` is ⌘K on a Mac, Ctrl K elsewhere. */
export function keyNames(chord: string, mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)): string {
  const parts = chord.split('+').map(part => part === 'mod' ? (mac ? '⌘' : 'Ctrl') : names[part] ?? part.toUpperCase())
  return parts.join(mac ? '' : ' ')
}
