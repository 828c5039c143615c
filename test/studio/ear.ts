import { WebSocket } from 'ws'
import { RECEIPT_MS } from '../../src/shared/wire/control.ts'
import { emptyHeader, HEADER_BYTES, readHeader } from '../../src/shared/wire/packet.ts'

/** What a bare listener took from the wire. */
export interface Heard {
  left: Float32Array
  right: Float32Array
  /** Streams the packets named, in order of appearance. */
  streamIds: number[]
  /** Frames missing between packets of one stream. */
  missingFrames: number
}

/** Listens at `url` (http://…) without a browser until `seconds` of audio at `rateHz` have come. */
export async function hear(url: string, seconds: number, rateHz = 44_100): Promise<Heard> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/audio?rung=pcm16`)
  socket.binaryType = 'arraybuffer'
  const left: number[] = []
  const right: number[] = []
  const streamIds: number[] = []
  const header = emptyHeader()
  let next = -1
  // Without receipts the server takes the audio for being on its way still, and soon sends no more.
  const receipt = { packets: 0, bytes: 0, latenessMs: 0, targetMs: 0, episodes: 0, opus: false }
  const timer = setInterval(() => {
    const { streamId } = header
    if (receipt.packets > 0)
      socket.send(JSON.stringify({ type: 'receipt', streamId, position: next, ...receipt }))
  }, RECEIPT_MS)
  let missingFrames = 0
  const enough = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`closed with ${code}`)))
    socket.on('message', (data: ArrayBuffer, isBinary) => {
      if (!isBinary) return
      receipt.bytes += data.byteLength
      const view = new DataView(data)
      for (let offset = 0; offset < data.byteLength; ) {
        const end = readHeader(view, offset, header)
        if (streamIds.at(-1) !== header.streamId) streamIds.push(header.streamId)
        else if (header.position !== next) missingFrames += header.position - next
        next = header.position + header.frames
        receipt.packets++
        for (let at = offset + HEADER_BYTES; at < end; at += 4) {
          left.push(view.getInt16(at, true) / 32768)
          right.push(view.getInt16(at + 2, true) / 32768)
        }
        offset = end
      }
      if (left.length >= seconds * rateHz) resolve()
    })
  })
  await enough.finally(() => clearInterval(timer))
  socket.removeAllListeners('close')
  socket.terminate()
  return { left: Float32Array.from(left), right: Float32Array.from(right), streamIds, missingFrames }
}

/** Amplitude of one frequency in `x`, by a Hann-windowed single-bin Fourier sum. */
export function amplitudeOf(x: Float32Array, hz: number, rateHz = 44_100): number {
  let re = 0
  let im = 0
  let weight = 0
  for (let i = 0; i < x.length; i++) {
    const w = Math.sin((Math.PI * i) / (x.length - 1)) ** 2
    re += w * (x[i] as number) * Math.cos((2 * Math.PI * hz * i) / rateHz)
    im += w * (x[i] as number) * Math.sin((2 * Math.PI * hz * i) / rateHz)
    weight += w
  }
  return (2 * Math.hypot(re, im)) / weight
}
