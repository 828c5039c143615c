// What a message from outside is made of, checked.

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

export function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

export function isBetween(value: unknown, least: number, most: number): value is number {
  return isNumber(value) && value >= least && value <= most
}

/**
 * Reads a JSON message that says its `type`. `judge`: whether it is well formed; undefined, its type is not known. 'unknown' is a
 * type from a newer server, to be ignored; 'bad' is to be counted. Never throws.
 */
export function readMessage<T>(
  text: string,
  judge: (message: Record<string, unknown>) => boolean | undefined,
): T | 'unknown' | 'bad' {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'bad' // not JSON: the caller counts it
  }
  if (!isRecord(value) || typeof value['type'] !== 'string') return 'bad'
  const good = judge(value)
  if (good === undefined) return 'unknown'
  return good ? (value as T) : 'bad'
}
