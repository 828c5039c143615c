import { FLOOR_DB } from './meter-ballistics.ts'

/** What a screen reader says of a meter, into its attributes, past React. `peak` is linear, 1 = full scale; 0: silent. */
export function tellLevel(meter: HTMLElement, peak: number): void {
  const db = Math.max(FLOOR_DB, Math.round(20 * Math.log10(peak)))
  meter.setAttribute('aria-valuenow', String(Math.min(0, db)))
  meter.setAttribute('aria-valuetext', db > FLOOR_DB ? `peak ${db} dBFS`.replace('-', '−') : 'silent')
}
