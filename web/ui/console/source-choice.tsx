import { Button, Radio, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { CaptureKind } from '../../../src/shared/capture-messages.ts'
import type { CaptureView, InputDevice } from '../../../src/shared/wire/console-messages.ts'
import { unless } from '../parts/held.ts'
import { KIND_WORDS, kindMeans } from './capture-words.ts'
import type { ConsoleTools } from './console-tools.ts'
import { PickOne } from './pick.tsx'
import { Refusal } from './refusal.tsx'
import { useAttempt } from './use-attempt.ts'

/** A command can not be given here: it is offered only where the server was started with one. */
const USUAL: readonly CaptureKind[] = ['auto', 'device', 'synth']
const ALL: readonly CaptureKind[] = [...USUAL, 'command']

interface SourceChoiceProps {
  capture: CaptureView
  commands: ConsoleTools['commands']
}

/** Which source plays; nothing happens before "Use it", because the sound stops for a moment. */
export function SourceChoice({ capture, commands }: SourceChoiceProps) {
  const [draft, setDraft] = useState<{ kind: CaptureKind; device: string } | undefined>()
  const { busy, refusal, run } = useAttempt()
  const { kind, device } = draft ?? { kind: capture.capture, device: capture.device }
  const kinds = capture.hasCommand ? ALL : USUAL
  const isOther = kind !== capture.capture || (kind !== 'synth' && device !== capture.device)
  const use = async () => {
    if (await run(() => commands.controlCapture({ capture: kind, device, wanted: true }))) setDraft(undefined)
  }
  return (
    <div className="source-choice">
      <h3 id="source-kind">Source</h3>
      <SegmentedControl
        aria-labelledby="source-kind"
        fullWidth
        data={kinds.map((name) => ({ value: name, label: KIND_WORDS[name] }))}
        value={kind}
        onChange={(name) => setDraft({ kind: name, device })}
      />
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
          <Button className="key-main" {...unless(busy, use)}>
            Use it
          </Button>
          <Button onClick={() => setDraft(undefined)}>Leave it</Button>
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
    <div className="devices">
      <Radio.Group
        label="Interfaces"
        classNames={{ label: 'devices-name' }}
        value={chosen ? keyOf(chosen) : null}
        onChange={(key) => {
          const one = devices?.find((device) => keyOf(device) === key)
          if (one) onChoose(one.name)
        }}
      >
        {devices === null && <p className="module-empty">Nobody has looked for interfaces yet.</p>}
        {devices?.length === 0 && (
          <p className="module-empty">None is seen. Connect it, switch it on, and look again.</p>
        )}
        {devices?.map((one) => (
          <PickOne key={keyOf(one)} value={keyOf(one)} label={<DeviceWords device={one} />} />
        ))}
      </Radio.Group>
      <Button {...unless(busy, onLook)}>{lookWords(devices === null, busy)}</Button>
    </div>
  )
}

/** One name can be there by more than one way for a moment, while devices come and go. */
function keyOf({ api, name }: InputDevice): string {
  return `${api} ${name}`
}

function DeviceWords({ device: { name, channels, rateHz, api } }: { device: InputDevice }) {
  return (
    <>
      {name}
      <span className="module-soft">
        {' '}
        {channels} in, {rateHz / 1000} kHz, {api}
      </span>
    </>
  )
}

function lookWords(first: boolean, busy: boolean): string {
  if (busy) return 'Looking…'
  return first ? 'Look for interfaces' : 'Look again'
}
