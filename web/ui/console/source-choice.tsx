import { useState } from 'react'
import type { CaptureKind } from '../../../src/shared/capture-messages.ts'
import type { CaptureView, InputDevice } from '../../../src/shared/wire/console-messages.ts'
import { KIND_WORDS, kindMeans } from './capture-words.ts'
import type { ConsoleTools } from './console-tools.ts'
import { Refusal } from './refusal.tsx'
import { useAttempt } from './use-attempt.ts'

/** A command can not be given here: it is offered only where the server was started with one. */
const USUAL: readonly CaptureKind[] = ['auto', 'device', 'synth']

interface SourceChoiceProps {
  capture: CaptureView
  commands: ConsoleTools['commands']
}

/** Which source plays; nothing happens before "Use it", because the sound stops for a moment. */
export function SourceChoice({ capture, commands }: SourceChoiceProps) {
  const [draft, setDraft] = useState<{ kind: CaptureKind; device: string } | undefined>()
  const { busy, refusal, run } = useAttempt()
  const { kind, device } = draft ?? { kind: capture.capture, device: capture.device }
  const kinds = capture.capture === 'command' ? [...USUAL, 'command' as const] : USUAL
  const isOther = kind !== capture.capture || (kind !== 'synth' && device !== capture.device)
  const use = async () => {
    if (await run(() => commands.controlCapture({ capture: kind, device, wanted: true }))) setDraft(undefined)
  }
  return (
    <div className="source-choice">
      <fieldset className="picks">
        <legend>Source</legend>
        {kinds.map((name) => (
          <label key={name} className="pick">
            <input
              type="radio"
              name="source-kind"
              checked={name === kind}
              onChange={() => setDraft({ kind: name, device })}
            />
            <span>{KIND_WORDS[name]}</span>
          </label>
        ))}
      </fieldset>
      <p className="module-note">{kindMeans(kind, device)}</p>
      {(kind === 'device' || kind === 'auto') && (
        <Devices
          devices={capture.devices}
          device={device}
          busy={busy}
          onChoose={(name) => setDraft({ kind, device: name })}
          onLook={() => void run(() => commands.lookForDevices())}
        />
      )}
      {isOther && (
        <div className="source-use">
          <button type="button" className="key key-main" disabled={busy} onClick={use}>
            Use it
          </button>
          <button type="button" className="key" onClick={() => setDraft(undefined)}>
            Leave it
          </button>
          <span className="module-note">The sound stops for a moment.</span>
        </div>
      )}
      <Refusal words={refusal} />
    </div>
  )
}

interface DevicesProps {
  devices: readonly InputDevice[] | null
  device: string
  busy: boolean
  onChoose: (name: string) => void
  onLook: () => void
}

/** A device is chosen by part of its name: what was set may be less than the name. */
function Devices({ devices, device, busy, onChoose, onLook }: DevicesProps) {
  const chosen = devices?.find(
    ({ name }) => device !== '' && name.toLowerCase().includes(device.toLowerCase()),
  )
  return (
    <fieldset className="devices">
      <legend>Interfaces</legend>
      {devices === null && <p className="module-empty">Nobody has looked for interfaces yet.</p>}
      {devices?.length === 0 && (
        <p className="module-empty">None is seen. Connect it, switch it on, and look again.</p>
      )}
      {devices?.map((one) => (
        <label key={`${one.api} ${one.name}`} className="pick">
          <input
            type="radio"
            name="source-device"
            checked={one === chosen}
            onChange={() => onChoose(one.name)}
          />
          <span>
            {one.name}
            <span className="module-soft">
              {' '}
              {one.channels} in, {one.rateHz / 1000} kHz, {one.api}
            </span>
          </span>
        </label>
      ))}
      <button type="button" className="key" disabled={busy} onClick={onLook}>
        {lookWords(devices === null, busy)}
      </button>
    </fieldset>
  )
}

function lookWords(first: boolean, busy: boolean): string {
  if (busy) return 'Looking…'
  return first ? 'Look for interfaces' : 'Look again'
}
