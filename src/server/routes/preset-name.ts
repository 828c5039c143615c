import { HttpError } from '../http-error.ts'

const MOST_CHARACTERS = 40
/** Control characters, halves of characters, and what ends a line. */
const UNWANTED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/** In an address these are steps, not names: no browser could ask for such a preset again. */
const STEPS = ['.', '..']

/** A name that can be shown on one line, without the blanks around it. Throws HttpError 400. */
export function presetName(text: string): string {
  const name = text.trim()
  const { length } = [...name]
  if (length < 1 || length > MOST_CHARACTERS || UNWANTED.test(name))
    throw new HttpError(
      400,
      'bad-name',
      `A preset's name has 1 to ${MOST_CHARACTERS} characters, and no line breaks.`,
    )
  if (STEPS.includes(name))
    throw new HttpError(400, 'bad-name', `"${name}" can not be a preset's name: add a letter or a digit.`)
  return name
}
