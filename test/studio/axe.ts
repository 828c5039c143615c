// What a page does wrong to people who can not see it as it was meant, as axe-core finds it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { untilStill } from './still.ts'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** One line per violation on what the page shows now; empty: none. */
export async function violations(page: Page): Promise<string[]> {
  // Colours that are on their way somewhere have no contrast yet.
  await untilStill(page)
  // The page's own policy lets no foreign script in; the developer tools may.
  await page.evaluate(SOURCE)
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(what: Document): Promise<AxeResults> } }
    return (await axe.run(document)).violations
  })
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) =>
      `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`.replaceAll(/\s+/g, ' '),
    ),
  )
}
