// Thread: network worker. A shell: it gives Listener the socket, the clocks and the timer.
import { Listener } from './listener.ts'
import type { FromWorker, ToWorker } from './messages.ts'

declare const self: DedicatedWorkerGlobalScope

const TICK_MS = 50
/** Taken once: WebKit works it out anew, from the wall clock, whenever it is asked for. */
const ORIGIN_MS = performance.timeOrigin
/** Local time, for everybody who reads the control block. */
const nowMs = () => ORIGIN_MS + performance.now()
let listener: Listener | undefined

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'close') {
    listener?.stop()
    self.close()
    return
  }
  if (data.kind === 'time') {
    self.postMessage({ kind: 'time', askedMs: data.askedMs, localMs: nowMs() } satisfies FromWorker)
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
  if (data.kind === 'arrivals') {
    listener?.tellArrivals(data.on)
    return
  }
  if (data.kind === 'mode') {
    listener?.room.setMode(data.mode, nowMs())
    return
  }
  if (data.kind === 'transport' || data.kind === 'set_room') {
    listener?.room.wish(data.kind === 'transport' ? data.transport : data.room)
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
    nowMs,
    dateMs: () => Date.now(),
    random: Math.random,
  })
  const { url, wish, startRung, linkBps, mode, session, role, key } = data
  listener.start(url, wish, startRung, linkBps, { mode, session, role, key })
  setInterval(() => listener?.tick(), TICK_MS)
}
