import './strip.css'
import { Button } from '@mantine/core'
import { MOST_DB, OFF_DB, type Strip as StripState } from '../../../src/shared/mix-strips.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { DragRange } from './drag-range.tsx'
import type { MixerDesk } from './mixer-desk.ts'
import { gainWords, panAloud, panWords } from './strip-words.ts'

/** Beside fader and meter, which share it. */
const SCALE_DB = [12, 0, -12, -24, -36, -48, -60]
const SPAN_DB = MOST_DB - OFF_DB
/** Of the fader's cap: the scale begins and ends in its middle. strip.css has the same. */
const CAP_PX = 36
/** Either way from the middle. */
const KNOB_DEGREES = 135

interface StripProps {
  index: number
  name: string
  mixer: MixerDesk
}

/** One input channel. Its meter is moved from outside, by `data-channel`. */
export function Strip({ index, name, mixer }: StripProps) {
  const strip = useSnapshot(mixer.store, ({ strips }) => strips[index])
  if (!strip) return null
  const change = (part: Partial<StripState>) => mixer.change(index, part)
  const hold = (on: boolean) => mixer.hold(index, on)
  return (
    <fieldset className="strip" data-silent={strip.mute ? '' : undefined}>
      <legend className="strip-name" title={name}>
        {name}
      </legend>
      <Pan name={name} pan={strip.pan} onChange={(pan) => change({ pan })} onHold={hold} />
      <div className="strip-throw">
        <Gain name={name} gainDb={strip.gainDb} onChange={(gainDb) => change({ gainDb })} onHold={hold} />
        <div className="strip-scale" aria-hidden="true">
          {SCALE_DB.map((db) => (
            <span key={db} style={{ top: `${((MOST_DB - db) / SPAN_DB) * 100}%` }}>
              {db < 0 ? `−${-db}` : db}
            </span>
          ))}
        </div>
        <StripMeter index={index} name={name} />
      </div>
      <output className="strip-gain" aria-hidden="true">
        {gainWords(strip.gainDb)}
      </output>
      <div className="strip-keys">
        <StripKey what="Mute" name={name} on={strip.mute} onPress={() => change({ mute: !strip.mute })} />
        <StripKey what="Solo" name={name} on={strip.solo} onPress={() => change({ solo: !strip.solo })} />
      </div>
    </fieldset>
  )
}

interface KnobProps {
  name: string
  onChange: (value: number) => void
  onHold: (on: boolean) => void
}

function Gain({ name, gainDb, onChange, onHold }: KnobProps & { gainDb: number }) {
  const at = (gainDb - OFF_DB) / SPAN_DB
  return (
    <DragRange
      name={`${name} gain`}
      className="gain"
      value={gainDb}
      min={OFF_DB}
      max={MOST_DB}
      step={0.5}
      pageStep={6}
      fine={0.1}
      home={0}
      text={gainWords(gainDb)}
      capPx={CAP_PX}
      onChange={onChange}
      onHold={onHold}
    >
      <span className="gain-slot" />
      <span className="gain-way">
        <span className="gain-cap" style={{ transform: `translateY(${((1 - at) * 100).toFixed(2)}%)` }} />
      </span>
    </DragRange>
  )
}

function Pan({ name, pan, onChange, onHold }: KnobProps & { pan: number }) {
  return (
    <DragRange
      name={`${name} pan`}
      className="pan"
      value={Math.round(pan * 100)}
      min={-100}
      max={100}
      step={5}
      pageStep={25}
      fine={1}
      home={0}
      text={panAloud(pan)}
      travelPx={200}
      onChange={(percent) => onChange(percent / 100)}
      onHold={onHold}
    >
      <svg className="pan-knob" viewBox="0 0 44 44" aria-hidden="true">
        <path className="pan-way" d="M8.6 35.4a19 19 0 1 1 26.8 0" />
        <g style={{ transform: `rotate(${pan * KNOB_DEGREES}deg)` }} className="pan-turn">
          <circle cx="22" cy="22" r="14" />
          <path d="M22 9v9" />
        </g>
      </svg>
      <span className="pan-value" aria-hidden="true">
        {panWords(pan)}
      </span>
    </DragRange>
  )
}

function StripMeter({ index, name }: { index: number; name: string }) {
  return (
    <div
      className="strip-meter"
      data-channel={index}
      role="img"
      aria-label={`${name} level, before the fader`}
    >
      <span className="strip-clip" />
      <span className="strip-track">
        <span className="strip-rms" />
        <span className="strip-peak" />
        <span className="strip-hold" />
      </span>
    </div>
  )
}

interface StripKeyProps {
  what: 'Mute' | 'Solo'
  name: string
  on: boolean
  onPress: () => void
}

function StripKey({ what, name, on, onPress }: StripKeyProps) {
  return (
    <Button
      className="strip-key"
      data-what={what}
      aria-pressed={on}
      aria-label={`${what} ${name}`}
      onClick={onPress}
    >
      {what}
    </Button>
  )
}
