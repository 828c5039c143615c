export type ShortcutName = 'listen' | 'louder' | 'softer' | 'mute' | 'dev' | 'help' | 'close'

export interface Shortcut {
  name: ShortcutName
  /** As `KeyboardEvent.key` has it, letters in lower case. */
  key: string
  /** As it is written on the key. */
  label: string
  what: string
  /** Goes on while the key is held. */
  repeats?: true
}

/** Every key there is, in the order of the help. */
export const SHORTCUTS: readonly Shortcut[] = [
  { name: 'listen', key: ' ', label: 'Space', what: 'Listen, or stop' },
  { name: 'louder', key: 'ArrowUp', label: '↑', what: 'Louder, 5 %', repeats: true },
  { name: 'softer', key: 'ArrowDown', label: '↓', what: 'Softer, 5 %', repeats: true },
  { name: 'mute', key: 'm', label: 'M', what: 'Mute, or sound again' },
  { name: 'dev', key: 'd', label: 'D', what: 'Dev panel, over this page' },
  { name: 'help', key: '?', label: '?', what: 'This help' },
  { name: 'close', key: 'Escape', label: 'Esc', what: 'Close what is open' },
]

/** The part of a KeyboardEvent this needs. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat' | 'isComposing' | 'defaultPrevented' | 'target'
>

/** Where letters are written, or chosen by, and what has the whole attention: every key is theirs. */
const WRITING =
  'textarea, select, [contenteditable]:not([contenteditable="false"]), [role="textbox"], dialog, [role="dialog"]:not([aria-modal="false"])'
/** Inputs that take no letters. */
const PRESSED = /^(?:button|checkbox|color|file|image|radio|range|reset|submit)$/
const USES_SPACE =
  'button, summary, a[href], audio, video, input:not([type="range"]), [role="button"], [role="checkbox"], [role="switch"], [role="tab"], [role="option"]'
const USES_ARROWS =
  'input, [role="slider"], [role="spinbutton"], [role="separator"], [role="tab"], [role="option"], [role="listbox"], [role="grid"], [role="dialog"]'

/** What a key press asks for; undefined: it is none of ours, or the control that has the focus needs it. Pure. */
export function shortcutOf(press: KeyPress): Shortcut | undefined {
  if (press.defaultPrevented || press.isComposing) return undefined
  if (press.ctrlKey || press.altKey || press.metaKey) return undefined
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key
  const shortcut = SHORTCUTS.find((known) => known.key === key)
  if (!shortcut || (press.repeat && !shortcut.repeats)) return undefined
  return isTaken(key, press.target) ? undefined : shortcut
}

function isTaken(key: string, target: EventTarget | null): boolean {
  const element = target as (Element & { closest?: Element['closest'] }) | null
  if (!element?.closest) return false
  if (element.closest(WRITING)) return true
  if (element.matches('input') && !PRESSED.test((element as HTMLInputElement).type)) return true
  if (key === ' ') return element.closest(USES_SPACE) !== null
  return key.startsWith('Arrow') && element.closest(USES_ARROWS) !== null
}
