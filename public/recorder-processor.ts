// Thread: audio render, of the page's own context: what a microphone says, with the context's frame it came at. Loaded for a
// calibration only.

/** Quanta per message. */
const BATCH = 32

class BacklineRecorder extends AudioWorkletProcessor {
  #samples = new Float32Array(BATCH * 128)
  #filled = 0

  process(inputs: Float32Array[][], _outputs: Float32Array[][]): boolean {
    const input = inputs[0]?.[0]
    // No input: the microphone is still being opened.
    if (input !== undefined) this.#samples.set(input, this.#filled)
    this.#filled += 128
    if (this.#filled < this.#samples.length) return true
    const frame = currentFrame + 128 - this.#filled
    this.port.postMessage({ frame, samples: this.#samples }, [this.#samples.buffer])
    this.#samples = new Float32Array(BATCH * 128)
    this.#filled = 0
    return true
  }
}

registerProcessor('backline-recorder', BacklineRecorder)
