/** Props of a key that can not be pressed now. */
export interface Held {
  'aria-disabled': boolean
  'data-disabled': boolean
  onClick: () => void
}

/**
 * A key that does nothing while it is held, and keeps the focus: a disabled one lets it go to the page, where the next key
 * pressed would start or stop the sound.
 */
export function unless(held: boolean, press: () => void): Held {
  return { 'aria-disabled': held, 'data-disabled': held, onClick: held ? nothing : press }
}

function nothing(): void {}
