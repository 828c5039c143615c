import { expect, test, vi } from 'vitest'
import { createControlBlock } from '../src/shared/ring/control-block.ts'
import { createSampleRing } from '../src/shared/ring/sample-ring.ts'
import { rehearse } from './rehearsal.ts'

vi.mock('./rehearsal.ts', () => ({ rehearse: vi.fn() }))

test('it has rehearsed before it is connected, if it is the first', async () => {
  let made: (new (node: object) => object) | undefined
  vi.stubGlobal('sampleRate', 48_000)
  vi.stubGlobal(
    'AudioWorkletProcessor',
    class {
      readonly port = {}
    },
  )
  vi.stubGlobal('registerProcessor', (_name: string, processor: typeof made) => {
    made = processor
  })
  await import('./audio-processor.ts')
  if (!made) throw new Error('no processor was registered')
  const options = { ring: createSampleRing(), control: createControlBlock(), bank: 0 }
  new made({ processorOptions: { ...options, rehearses: false } })
  expect(rehearse).not.toHaveBeenCalled()
  new made({ processorOptions: { ...options, rehearses: true } })
  expect(rehearse).toHaveBeenCalledWith(48_000)
})
