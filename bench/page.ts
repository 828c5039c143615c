// Q: how soon does the page play, what does looking at it cost, and does that ever touch the sound?
// Emulated: one machine, no network, no graphics hardware; the instrument is a sink's monitor. Chromium without a window at 60 Hz,
//    1280 × 720; the server as built, the page as built.
// Budgets: sound ≤ 2 s after the press of every first visit; ≤ 120 kB (10³ bytes, bodies as they come) before it; while it plays the
//    page costs ≤ 4 % of a core with the dev panel closed and ≤ 12 % open; no task of its main thread > 50 ms; own glitches 0, also
//    while the panel is opened, resized and scrolled; a tenth of the chirps not heard at most; waterfall within 1 ms of its total, and
//    the page's total within 5 ms of the p50 between the two ends of the recording.
// Counted as the page: of its process main + compositor (with its raster threads) + painters (workers that paint). Shown beside: sound
//    (audio worklet, network worker: the e2e bench has them), rest (I/O, garbage collection), display (the process that computes
//    what graphics hardware would), others (this bench's rig and whatever else runs: high figures spoil all the others).
// Rows: visit, load (per cent of a core, while nobody touches the page), thread (of the page's process), sound (episodes by cause as
//    in e2e; latency by chirps), tasks (> 50 ms; own: while the machine did not stand still; ownUntouched: those of them while nobody
//    handled the panel), waterfall (as it was shown, and what the page's own figures say).
import { openChromium, untilState } from '../test/studio/browser.ts'
import { instrumentEnv } from '../test/studio/instrument.ts'
import { startBackline } from '../test/studio/server.ts'
import { startStudio } from '../test/studio/studio.ts'
import { visit } from '../test/studio/visit.ts'
import { defineBench, say } from './lib/bench.ts'
import { makeReport } from './lib/report.ts'
import { round } from './lib/statistics.ts'
import { budgets } from './page/budgets.ts'
import { firstVisits } from './page/first-visits.ts'
import { handlePanel, openPanel } from './page/handle.ts'
import { stretchRows, visitRows } from './page/rows.ts'
import { listenFor } from './page/stretch.ts'

/** Of each stretch, the part in which nobody touches the page and its cost is taken. */
const UNTOUCHED = 0.4
/** What the page says is the mean of 10 s: so long it has played before it is asked. */
const YOUNG_MS = 12_000

export const bench = defineBench({
  name: 'page',
  question: 'How soon does the page play, what does looking at it cost, and does that touch the sound?',
  options: {
    seconds: { fallback: 300, explain: 'of listening with the dev panel closed, and as many with it open' },
    visits: { fallback: 5, explain: 'first visits, each with an empty cache' },
    'browser-args': { fallback: '', explain: 'more arguments for the browser' },
  },
  async run({ seconds, visits: count, 'browser-args': args }) {
    if (!(seconds >= 15)) throw new Error('--seconds: at least 15')
    // The second pair is the control tone's.
    const studio = await startStudio({ speakers: 2 })
    try {
      const server = await startBackline({ studio, env: instrumentEnv() })
      const chromium = await openChromium({
        studio,
        url: 'about:blank',
        args: args.split(' ').filter(Boolean),
      })
      say(`${count} first visits`)
      const visits = await firstVisits(studio, chromium, server.url, count)
      say(`sound after ${visits.map(({ soundMs }) => round(soundMs, 0)).join(', ')} ms`)

      const guest = await visit(chromium, server.url)
      const { page } = guest
      await page.getByRole('button', { name: 'Listen', exact: true }).click()
      await untilState(guest, 'playing', 30_000)
      await page.waitForTimeout(YOUNG_MS)
      const session = await page.context().browser()?.newBrowserCDPSession()
      if (!session) throw new Error('the browser is gone')
      const listening = { studio, serverUrl: server.url, guest, browser: session }
      const countedS = UNTOUCHED * seconds

      say(`${seconds} s with the panel closed`)
      const closed = await listenFor(listening, seconds, { countedS }, async (_, leftS) => {
        await page.getByRole('button', { name: /^Delay from key to ear/ }).click()
        await page.waitForTimeout(leftS * 1000) // the page says what it says every 5 s
        await page.getByRole('button', { name: /^Delay from key to ear/ }).click()
      })
      say(`${seconds} s with the panel open`)
      await openPanel(page)
      const open = await listenFor(listening, seconds, { countedS, settleS: 5 }, handlePanel)

      for (const complaint of guest.complaints) say(`the page says: ${complaint}`)
      for (const episode of [...closed.tone.own, ...open.tone.own])
        say(`own glitch: ${JSON.stringify(episode)}`)
      return makeReport('page', budgets(visits, closed, open), [
        ...visitRows(visits),
        ...stretchRows('closed', closed),
        ...stretchRows('open', open),
      ])
    } finally {
      await studio.stop()
    }
  },
})
