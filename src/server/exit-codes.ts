/** How the server process ends. 2, 3 and 4 come with a plain sentence on stderr that says what to do. */
export const EXIT = {
  /** Closed because it was asked to (SIGTERM, SIGINT), or `--help`. */
  asked: 0,
  /** A bug of ours, or not installed. */
  failed: 1,
  /** A setting is wrong; nothing was opened. */
  badSettings: 2,
  /** The address can not be listened on: the port is in use, or the host is not ours. */
  noAddress: 3,
  /** The capture child refused its settings before it ever played. */
  captureRefused: 4,
} as const
