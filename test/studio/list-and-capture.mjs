// Runs inside the studio: lists the devices naudiodon sees and captures `FRAMES` frames of MONTAGE, 8 × Int16.
// stdout: one JSON line { devices, device, blockFrames, gapsMs, frames }, then nothing else. Raw PCM goes to argv[2].
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const portAudio = createRequire(import.meta.url)('naudiodon')
const [path = '', wanted = '44100'] = process.argv.slice(2)
const devices = portAudio
  .getDevices()
  .map(({ id, name, maxInputChannels }) => ({ id, name, maxInputChannels }))
const device = devices.find(({ name, maxInputChannels }) => /montage/i.test(name) && maxInputChannels >= 8)
if (!device) {
  console.log(JSON.stringify({ devices }))
  process.exit(1)
}
const input = new portAudio.AudioIO({
  inOptions: {
    channelCount: 8,
    sampleFormat: portAudio.SampleFormat16Bit,
    sampleRate: 44100,
    deviceId: device.id,
    closeOnError: false,
    framesPerBuffer: 128,
    highwaterMark: 128 * 16,
  },
})
const blocks = []
const gapsMs = []
let last = 0
let bytes = 0
input.on('data', (block) => {
  const now = performance.now()
  if (last) gapsMs.push(now - last)
  last = now
  blocks.push(block)
  bytes += block.length
  if (bytes < Number(wanted) * 16) return
  input.removeAllListeners('data')
  writeFileSync(path, Buffer.concat(blocks))
  gapsMs.sort((a, b) => a - b)
  console.log(
    JSON.stringify({
      devices,
      device,
      frames: bytes / 16,
      blockFrames: [...new Set(blocks.map((b) => b.length / 16))],
      gapsMs: { p50: gapsMs[gapsMs.length >> 1], p99: gapsMs[Math.floor(gapsMs.length * 0.99)] },
    }),
  )
  process.exit(0) // naudiodon's own stop can wait for a device that has gone
})
input.start()
