import { useState } from 'react'
import type { Calibration } from '../../player/calibration/calibrate.ts'
import type { Player } from '../../player/player.ts'
import { unless } from '../parts/held.ts'

/** Below this it is said that it may be wrong. */
const SURE = 0.5

type Stage =
  | { kind: 'idle' }
  | { kind: 'asking' }
  | { kind: 'busy' }
  | { kind: 'found'; found: Calibration }
  | { kind: 'done'; words: string }

interface CalibrationKeyProps {
  ready: boolean
  onCalibrate: Player['calibrate']
  onTrim: (trimMs: number) => void
}

/** Measures this output by the microphone; what was found is used only when somebody says so. */
export function CalibrationKey({ ready, onCalibrate, onTrim }: CalibrationKeyProps) {
  const [stage, setStage] = useState<Stage>({ kind: 'idle' })

  const measure = async () => {
    setStage({ kind: 'asking' })
    try {
      const found = await onCalibrate(() => setStage({ kind: 'busy' }))
      setStage(found ? { kind: 'found', found } : { kind: 'done', words: UNHEARD })
    } catch (error) {
      setStage({ kind: 'done', words: error instanceof Error ? error.message : String(error) })
    }
  }

  const isUnderWay = stage.kind === 'asking' || stage.kind === 'busy'
  return (
    <>
      <button type="button" className="key" {...unless(!ready || isUnderWay, () => void measure())}>
        Measure with the microphone
      </button>
      <div className="calibration" aria-live="polite">
        {stage.kind === 'asking' && 'Waiting for the microphone: allow this page to use it.'}
        {stage.kind === 'busy' && 'Five chirps in six seconds. Hold the microphone near the loudspeaker…'}
        {stage.kind === 'done' && stage.words}
        {stage.kind === 'found' && (
          <>
            <p>{foundWords(stage.found)}</p>
            <div className="deck-keys">
              <button
                type="button"
                className="key"
                onClick={() => {
                  onTrim(stage.found.trimMs)
                  setStage({ kind: 'done', words: `The trim is ${stage.found.trimMs.toFixed(1)} ms now.` })
                }}
              >
                Use {stage.found.trimMs.toFixed(1)} ms
              </button>
              <button type="button" className="key" onClick={() => setStage({ kind: 'idle' })}>
                Leave it
              </button>
            </div>
          </>
        )}
      </div>
    </>
  )
}

const UNHEARD =
  'Too few of the chirps were heard. Turn the volume up, hold the microphone near the loudspeaker, and try again.'

function foundWords(found: Calibration): string {
  const { outputMs, claimedMs, confidence, spreadMs, inputMs, inputAssumed } = found
  const sure = `${confidence < SURE ? 'Not sure' : 'Sure'} (${Math.round(confidence * 100)} %)`
  const input = `${inputMs.toFixed(0)} ms are taken off for the microphone${inputAssumed ? ', which does not say' : ', as it says'}`
  const heard = `${found.found} of ${found.played} chirps, ${spreadMs.toFixed(1)} ms apart at most`
  return `This output takes ${outputMs.toFixed(1)} ms; ${claimedMs.toFixed(1)} ms were known. ${sure}: ${heard}. ${input}.`
}
