// Thread: network worker. A shell: it gives Listener the socket, the clocks and the timer.
import { Listener } from './listener.ts'
import type { FromWorker, ToWorker } from './messages.ts'

declare const self: DedicatedWorkerGlobalScope

const TICK_MS = 50
let listener: Listener | undefined

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'close') {
    listener?.stop()
    self.close()
    return
  }
  if (data.kind === 'wake') {
    listener?.retryNow()
    return
  }
  if (data.kind === 'rung') {
    listener?.setRung(data.wish)
    return
  }
  if (data.kind !== 'open') return
  listener = new Listener({
    ring: data.ring,
    control: data.control,
    targetMs: data.targetMs,
    profile: data.profile,
    post: (message: FromWorker) => self.postMessage(message),
    openSocket: (url) => new WebSocket(url),
    nowMs: () => performance.timeOrigin + performance.now(),
    dateMs: () => Date.now(),
    random: Math.random,
  })
  listener.start(data.url, data.wish, data.startRung, data.linkBps)
  setInterval(() => listener?.tick(), TICK_MS)
}
