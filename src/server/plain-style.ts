import { createHash } from 'node:crypto'

/** Of pages that are there without the built one. */
export const PLAIN_STYLE =
  'body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem }'

/** By which a content security policy knows it. */
export const PLAIN_STYLE_SOURCE = `'sha256-${createHash('sha256').update(PLAIN_STYLE).digest('base64')}'`
