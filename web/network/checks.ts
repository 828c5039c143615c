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
