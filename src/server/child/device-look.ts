// Which inputs the computer has, found out by a process of its own: the list of a process that has a device open is frozen, and
// one that plays is not to be disturbed.
import type { FromCapture, InputDevice } from '../../shared/capture-messages.ts'
import { type ChildLog, forkCapture } from './capture-child.ts'
import { logLines } from './child-output.ts'

/** A driver may take seconds; one that hangs takes for ever. */
const LOOK_MS = 10_000

/** Nobody can say which inputs there are; the message is for a person. */
export class DeviceLookError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DeviceLookError'
  }
}

/** `entry`: path of the capture child's. Throws DeviceLookError. */
export function lookForDevices(entry: string, log: ChildLog): Promise<InputDevice[]> {
  return new Promise((resolve, reject) => {
    const child = forkCapture(entry)
    logLines(child.stdout, (line) => log.debug(line))
    logLines(child.stderr, (line) => log.debug(line))
    let seen: InputDevice[] | undefined
    let why = 'Looking for inputs failed; the log says more at level debug.'
    const timer = setTimeout(() => {
      why = `Looking for inputs took longer than ${LOOK_MS / 1000} s: a driver does not answer.`
      child.kill('SIGKILL')
    }, LOOK_MS)
    child.on('message', (told) => {
      const message = told as FromCapture
      if (message.kind === 'devices') seen = message.devices
      else if (message.kind === 'fault') why = message.message
    })
    const end = () => {
      clearTimeout(timer)
      if (seen === undefined) reject(new DeviceLookError(why))
      else resolve(seen)
    }
    child.once('exit', end)
    child.once('error', end)
    child.send({ kind: 'devices' }, () => {})
  })
}
