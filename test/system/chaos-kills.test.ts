// kill −9 of the capture child and of the server in every phase: the sound comes back, nothing is left behind.
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { KILLS } from '../chaos/kills.ts'
import { perform } from '../chaos/perform.ts'

const scene = perform(KILLS)

test('what was being saved is whole after it, and what was saved before is there', async () => {
  const { server } = scene()
  const { presets } = JSON.parse((await server.ask('GET', '/api/mix/presets')).body)
  expect(presets).toEqual(expect.arrayContaining(['before', 'first', 'after']))
  expect(readdirSync(server.dataDir).filter((name) => name.endsWith('.broken'))).toEqual([])
})
