// Strangers at the door: a thousand who hang up, slow ones, garbage on every port and route, and two hundred who come back at once.
import { test } from 'vitest'
import { perform } from '../chaos/perform.ts'
import { STRANGERS } from '../chaos/strangers.ts'

const scene = perform(STRANGERS)

test('when the last listener has gone nothing of them is left', async () => {
  for (const listener of scene().listeners) listener.stop()
  await scene().untilAsBefore()
})
