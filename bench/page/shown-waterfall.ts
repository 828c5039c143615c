import type { Page } from 'playwright-core'

/** What a person reads, ms; null: it is not told. */
export interface ShownWaterfall {
  parts: (number | null)[]
  total: number | null
}

const HOPS = ['Capture', 'Network', 'Buffer', 'Output']

/** Reads the waterfall in one go, so that it is all of one moment; undefined: it is closed. */
export async function shownWaterfall(page: Page): Promise<ShownWaterfall | undefined> {
  const text = await page.getByRole('main').innerText()
  return /\bIn all\b/.test(text) ? parseWaterfall(text) : undefined
}

/** Of the display's text: each hop and the sum of all, as "Name 12.3 ms". Pure. */
export function parseWaterfall(text: string): ShownWaterfall {
  const figure = (name: string) => {
    const found = new RegExp(`\\b${name}\\s+([−-]?[\\d.]+)\\s*ms`).exec(text)?.[1]
    return found === undefined ? null : Number(found.replace('−', '-'))
  }
  return { parts: HOPS.map(figure), total: figure('In all') }
}

/** How far the parts are from the total they are shown beside; null: something is not told. */
export function offBy({ parts, total }: ShownWaterfall): number | null {
  if (total === null || parts.some((part) => part === null)) return null
  return Math.abs(parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) - total)
}
