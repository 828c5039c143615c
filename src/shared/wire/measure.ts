// `POST /api/measure`: what the server knows of a marker on its way to one listener. Times in µs are the server clock.

export interface MarkerTimes {
  streamId: number
  /** Of the marker's first frame, in its stream. */
  position: number
  /** When that frame was captured, its block was mixed and handed to the server, and the server had it. */
  captureUs: number
  mixedUs: number
  handedUs: number
  receivedUs: number
  /** When the first message that holds it was handed to the listener's socket. */
  sentUs: number
}
