import recorderUrl from '../../../public/recorder-processor.ts?worker&url'
import { claimAudioSession } from '../output/audio-session.ts'
import type { Recording } from './round-trip.ts'

/** What the microphone's driver keeps to itself when it does not say how much, ms. */
export const ASSUMED_INPUT_MS = 10

/** Nobody may hear the microphone, or it is not there; in words for whoever sees it. */
export class MicrophoneError extends Error {
  readonly reason: 'forbidden' | 'missing' | 'broken'

  constructor(reason: MicrophoneError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

/** A microphone as it is, nothing taken out, on the clock of an output's context. Thread: page. */
export class Microphone {
  readonly #context: AudioContext
  readonly #stream: MediaStream
  readonly #release: () => void
  readonly #source: MediaStreamAudioSourceNode
  readonly #node: AudioWorkletNode
  readonly #chunks: Float32Array[] = []
  #firstFrame = Number.NaN

  /** Asks the person. Rejects with MicrophoneError. */
  static async open(context: AudioContext): Promise<Microphone> {
    const release = claimAudioSession('play-and-record')
    let stream: MediaStream | undefined
    try {
      stream = await ask()
      await context.audioWorklet.addModule(recorderUrl)
      return new Microphone(context, stream, release)
    } catch (error) {
      release()
      if (!stream) throw error
      stop(stream)
      throw new MicrophoneError('broken', `The microphone can not be listened to here. (${String(error)})`)
    }
  }

  constructor(context: AudioContext, stream: MediaStream, release: () => void) {
    this.#context = context
    this.#stream = stream
    this.#release = release
    this.#source = context.createMediaStreamSource(stream)
    this.#node = new AudioWorkletNode(context, 'backline-recorder', { numberOfOutputs: 1, channelCount: 1 })
    this.#node.port.onmessage = ({ data }: MessageEvent<{ frame: number; samples: Float32Array }>) => {
      if (this.#chunks.length === 0) this.#firstFrame = data.frame
      this.#chunks.push(data.samples)
    }
    // It puts nothing out; connected so that it is called.
    this.#source.connect(this.#node).connect(context.destination)
  }

  /** As its driver says, ms; undefined where it does not. */
  get latencyMs(): number | undefined {
    const { latency } = (this.#stream.getAudioTracks()[0]?.getSettings() ?? {}) as { latency?: number }
    return latency ? latency * 1000 : undefined
  }

  /** What came so far. */
  get recording(): Recording {
    const samples = new Float32Array(this.#chunks.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const chunk of this.#chunks) {
      samples.set(chunk, at)
      at += chunk.length
    }
    return { samples, rateHz: this.#context.sampleRate, firstFrame: this.#firstFrame }
  }

  close(): void {
    this.#source.disconnect()
    this.#node.disconnect()
    this.#node.port.onmessage = null
    stop(this.#stream)
    this.#release()
  }
}

async function ask(): Promise<MediaStream> {
  const { mediaDevices } = navigator
  if (!mediaDevices?.getUserMedia)
    throw new MicrophoneError('missing', 'This browser has no microphone for pages.')
  try {
    return await mediaDevices.getUserMedia({
      audio: { echoCancellation: false, autoGainControl: false, noiseSuppression: false, channelCount: 1 },
    })
  } catch (error) {
    const { name } = error as DOMException
    if (name === 'NotAllowedError')
      throw new MicrophoneError(
        'forbidden',
        'Without the microphone there is no measurement: allow it for this page.',
      )
    throw new MicrophoneError('missing', 'No microphone was found, or another program holds it.')
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
