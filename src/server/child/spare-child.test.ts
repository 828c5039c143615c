import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { SpareChild } from './spare-child.ts'

const ENTRY = fileURLToPath(new URL('../fixtures/steady.mjs', import.meta.url))

test('a spare child is handed over once, and starts as any other', async () => {
  const spare = new SpareChild(ENTRY)
  spare.keep()
  spare.keep()
  const child = spare.take()
  if (!child) throw new Error('there is no child')
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(spare.take()).toBeUndefined()
  child.send({ kind: 'start', settings: { streamId: 1 } })
  const [message] = await once(child, 'message')
  expect(message).toMatchObject({ kind: 'ready' })
})

test('one that is not needed is gone when it has been dropped', async () => {
  const spare = new SpareChild(ENTRY)
  spare.keep()
  await spare.drop()
  expect(spare.take()).toBeUndefined()
  await spare.drop()
})

test('one that could not be forked is neither handed over nor waited for', async () => {
  const { execPath } = process
  onTestFinished(() => {
    process.execPath = execPath
  })
  process.execPath = '/nowhere/node'
  const spare = new SpareChild(ENTRY)
  spare.keep()
  await spare.drop()
  spare.keep()
  expect(spare.take()).toBeUndefined()
  await spare.drop()
})
