// A listener in a process of its own, so that it can be stopped: `listens` when it has sound, then the ms from each line
// on its input, a time in µs, to sound that was captured after it. Ends with its input.
import { createInterface } from 'node:readline'
import { ChaosListener } from './listener.ts'
import { nowUs } from './now.ts'

const listener = new ChaosListener({ port: Number(process.argv[2]), rung: 'pcm16' })
await listener.start()
await listener.soundAfter(nowUs())
console.log('listens')
for await (const line of createInterface({ input: process.stdin }))
  console.log(await listener.soundAfter(Number(line)))
process.exit()
