const KEY = 'backline.volume'
const DEFAULT_PERCENT = 100

/** Percent of the fader's way, as it was left in this browser. */
export function loadVolume(): number {
  const stored = read()
  const percent = stored === null ? Number.NaN : Number(stored)
  return percent >= 0 && percent <= 100 ? percent : DEFAULT_PERCENT
}

export function saveVolume(percent: number): void {
  try {
    localStorage.setItem(KEY, String(percent))
  } catch {
    // Storage is full or forbidden: the volume is then remembered until the page closes.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null // Forbidden: there is nothing to remember.
  }
}
