import { useEffect, useState } from 'react'
import type { InputDevice } from '../../../src/shared/wire/console-messages.ts'
import { serverPath } from '../../player/address/base-path.ts'
import './instrument-help.css'
import { keyHeader } from '../../player/address/page-key.ts'
import { roomAddress } from '../../player/address/room-address.ts'
import { seenInterfaces } from './seen-interfaces.ts'

interface InstrumentHelpProps {
  /** Why the demo synth plays, in the server's words; undefined: it was asked for. */
  why: string | undefined
  onDismiss: () => void
}

/** What it takes to hear an instrument in place of the demo synth. */
export function InstrumentHelp({ why, onDismiss }: InstrumentHelpProps) {
  const [seen, setSeen] = useState<InputDevice[]>()
  useEffect(() => {
    let gone = false
    seenInterfaces(() =>
      fetch(serverPath('/api/capture'), { headers: keyHeader(roomAddress(location).key) }),
    ).then((devices) => {
      if (!gone) setSeen(devices)
    })
    return () => {
      gone = true
    }
  }, [])
  return (
    <section className="instrument-help" aria-labelledby="help-name">
      <div className="help-head">
        <h2 className="help-name" id="help-name">
          Hear your MONTAGE
        </h2>
        <button type="button" className="key" onClick={onDismiss}>
          Close
        </button>
      </div>
      {why && <p className="help-why">{why}</p>}
      <ol className="help-steps">
        <li>
          <b>Cable.</b> USB, from the instrument's <i>TO HOST</i> to the computer that runs Backline.
        </li>
        <li>
          <b>Driver.</b> Windows and macOS: install Yamaha's <i>Yamaha Steinberg USB Driver</i>. Linux needs
          none.
        </li>
        <li>
          <b>Power.</b> Switch the instrument on, and close programs that hold it.
        </li>
        <li>
          <b>Begin again.</b> Restart Backline, or choose the instrument on the console.
        </li>
      </ol>
      <p className="help-other">
        Another interface? Start with <code>CAPTURE_DEVICE</code> set to part of its name.
      </p>
      {seen && <Seen devices={seen} />}
    </section>
  )
}

function Seen({ devices }: { devices: InputDevice[] }) {
  if (devices.length === 0) return <p className="help-seen">No interface was seen at all.</p>
  return (
    <div className="help-seen">
      <h3 className="help-seen-name">Seen on that computer</h3>
      <ul>
        {devices.map(({ name, channels, rateHz, api }) => (
          <li key={`${api} ${name} ${rateHz}`}>
            {name}{' '}
            <span className="help-soft">
              {channels} {channels === 1 ? 'input' : 'inputs'}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
