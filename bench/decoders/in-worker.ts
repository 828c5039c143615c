// The worker of the bench's page: one way of decoding, as packets come, or all at once.
import { openWay, type WayName } from './ways.ts'

export interface Order {
  way: WayName
  packets: Uint8Array[]
  /** Between two packets, ms; 0: the whole lot without a pause. */
  everyMs: number
}

export interface Decoded {
  /** From asking for a decoder until the samples of the first packet. */
  firstMs: number
  /** From `decode` until samples, for each packet but the first. */
  outputMs: number[]
  /** What `decode` keeps the worker. */
  callMs: number[]
  /** Wall-clock time of it all, after the first packet. */
  allMs: number
  frames: number
  /** Left channel: frames in order. */
  left: Float32Array
}

async function perform({ way: name, packets, everyMs }: Order): Promise<Decoded> {
  const askedMs = performance.now()
  const decodedMs: number[] = []
  const outputMs: number[] = []
  const callMs: number[] = []
  const left = new Float32Array(packets.length * 240 + 48_000)
  let frames = 0
  let came = 0
  let firstMs = Number.NaN
  let first = () => {}
  const firstCame = new Promise<void>((resolve) => {
    first = resolve
  })
  const way = await openWay(name, (count, samples) => {
    const nowMs = performance.now()
    if (came === 0) {
      firstMs = nowMs - askedMs
      first()
    } else outputMs.push(nowMs - (decodedMs[came] as number))
    came++
    left.set(samples.subarray(0, count), frames)
    frames += count
  })
  const decode = (packet: Uint8Array) => {
    const fromMs = performance.now()
    decodedMs.push(fromMs)
    way.decode(packet)
    callMs.push(performance.now() - fromMs)
  }
  decode(packets[0] as Uint8Array)
  await firstCame
  const fromMs = performance.now()
  for (let next = 1; next < packets.length; ) {
    if (everyMs > 0)
      await new Promise((resolve) => setTimeout(resolve, fromMs + next * everyMs - performance.now()))
    do decode(packets[next++] as Uint8Array)
    while (next < packets.length && (everyMs === 0 || fromMs + next * everyMs <= performance.now()))
  }
  await way.flush()
  return { firstMs, outputMs, callMs, allMs: performance.now() - fromMs, frames, left }
}

interface Scope {
  onmessage: (event: { data: Order }) => void
  postMessage(answer: Decoded): void
}
const scope = globalThis as unknown as Scope
scope.onmessage = ({ data }) => {
  // What goes wrong is an error of the worker, and the page's evaluation fails.
  void perform(data).then(
    (decoded) => scope.postMessage(decoded),
    (error: unknown) => queueMicrotask(() => Promise.reject(error)),
  )
}
