// The capture child: forked by the server, waits for `start`.
import { writeSync } from 'node:fs'
import { setPriority } from 'node:os'
import { CAPTURE_EXIT, type FromCapture, PACKET_FD, type ToCapture } from '../shared/capture-messages.ts'
import { CaptureProcess } from './capture-process.ts'

/** Nice value. */
const PRIORITY = -15
/** Sent before the exit, or not at all: the server may be gone. */
const FLUSH_MS = 200

function send(message: FromCapture): void {
  if (process.connected) process.send?.(message, undefined, undefined, ignoreBroken)
}

/** A failed send means the server went away; 'disconnect' follows and ends us. */
function ignoreBroken(): void {}

function exit(code: number, isHeld: boolean): void {
  const leave = (): void => {
    if (isHeld) process.kill(process.pid, 'SIGKILL')
    else process.exit(code)
  }
  if (!process.connected) leave()
  // Messages leave in order: once this one is written, so is the fault before it.
  setTimeout(leave, FLUSH_MS)
  process.send?.({ kind: 'log', level: 'debug', message: `capture ends with code ${code}` }, leave)
}

/**
 * Ahead of ordinary programs, where the system lets us: a device's buffer holds a few milliseconds. Threads begun
 * later, the device's own among them, inherit it.
 */
function hurry(): void {
  try {
    setPriority(PRIORITY)
  } catch {
    // Without the right to, it runs as everything else does; the counters show whether that is enough.
  }
}

if (process.send === undefined) {
  process.stderr.write('This is the capture child of Backline; start the server with `npm start`.\n')
  process.exit(CAPTURE_EXIT.badSettings)
}

/**
 * At once and without a stream's machinery. It blocks only when the pipe is full: when a server with the credit's
 * worth unread stands still. Then the device's own queue, which is longer, holds what comes.
 */
function sendPacket(bytes: Uint8Array): void {
  try {
    writeSync(PACKET_FD, bytes)
  } catch {
    // The server went away; 'disconnect' follows and ends us.
  }
}

hurry()
const capture = new CaptureProcess({ send, sendPacket, exit })
process.on('message', (message) => capture.hear(message as ToCapture))
process.on('disconnect', () => void capture.end(CAPTURE_EXIT.asked))
process.on('SIGTERM', () => void capture.end(CAPTURE_EXIT.asked))
// Ctrl-C reaches the whole process group; the server hears it too, and stops us in its own order.
process.on('SIGINT', () => {})
