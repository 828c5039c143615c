import { once } from 'node:events'
import { expect, test } from 'vitest'
import { TestListener, testApp } from '../fixtures/test-app.ts'
import { type Exposed, readMetrics } from '../metrics/fixtures/exposition.ts'

async function scrape(url: string): Promise<Exposed> {
  const reply = await fetch(`${url}/metrics`)
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  expect(reply.headers.get('cache-control')).toBe('no-store')
  return readMetrics(await reply.text())
}

test('the text is what Prometheus reads: one type and help each, every name ours, no series twice', async () => {
  const { url } = await testApp('steady')
  const { metrics, series } = await scrape(url)
  expect(metrics.size).toBeGreaterThan(30)
  for (const [name, { help, type }] of metrics) {
    expect(name).toMatch(/^backline_[a-z]+(_[a-z]+)*$/)
    expect(help).toMatch(/^[A-Z1].*\.$/)
    expect(name.endsWith('_total')).toBe(type === 'counter')
    expect(name).not.toMatch(/_(ms|us|percent|mb|kb)(_|$)/)
  }
  expect(new Set(series.map(({ key }) => key)).size).toBe(series.length)
  expect(series.every(({ value }) => Number.isFinite(value))).toBe(true)
})

test('what happens to listeners is counted: who, on what, how much, how far', async () => {
  const { app, url, port } = await testApp('steady')
  const live = new TestListener(port)
  const together = new TestListener(port, { query: '?mode=together&rung=opus-96' })
  together.receipt.opus = true
  await live.until(() => live.packets.length > 20)
  await together.until(() => together.told('sync_state').length > 0 && together.packets.length > 5)
  const report = { type: 'sync_report', needMs: 60, clockErrorMs: 0.1, locked: true, outputMs: 20 }
  together.socket.send(JSON.stringify({ ...report, driftMs: -4, trimMs: 0, missing: 0, heldMs: 40 }))
  // Counted from what the first receipt says.
  while ([...app.session.present].some(({ receipt }) => receipt === undefined))
    await once(live.socket, 'message')
  live.receipt.episodes = 2
  live.socket.send('no JSON')
  let told = await scrape(url)
  while (
    told.of('backline_sync_error_seconds_count') === 0 ||
    // A machine that stands still has it on PCM until its encoder speaks.
    told.of('backline_packets_sent_total', { rung: 'opus-96' }) <= 5 ||
    told.of('backline_underrun_episodes_total') === 0 ||
    told.of('backline_bad_messages_total', { reason: 'not_json' }) === 0
  ) {
    await once(live.socket, 'message')
    told = await scrape(url)
  }
  expect(told.of('backline_listeners', { mode: 'live', rung: 'pcm16' })).toBe(1)
  const inMode = (mode: string) =>
    told.series.reduce((sum, { name, labels, value }) => {
      return name === 'backline_listeners' && labels['mode'] === mode ? sum + value : sum
    }, 0)
  expect(inMode('together')).toBe(1)
  expect(told.of('backline_listeners', { mode: 'steady', rung: 'pcm16' })).toBe(0)
  expect(told.of('backline_packets_sent_total', { rung: 'pcm16' })).toBeGreaterThan(20)
  expect(told.of('backline_bytes_sent_total', { rung: 'pcm16' })).toBeGreaterThan(20 * 128 * 4)
  expect(told.of('backline_encode_seconds_count', { rung: 'opus-96' })).toBeGreaterThan(5)
  expect(told.of('backline_encode_seconds_sum', { rung: 'opus-96' })).toBeGreaterThan(0)
  expect(told.of('backline_in_flight_seconds_count')).toBeGreaterThan(0)
  expect(told.of('backline_sync_error_seconds_sum')).toBe(0.004)
  expect(told.of('backline_underrun_episodes_total')).toBe(2)
  expect(told.of('backline_room_members', { status: 'active' })).toBe(1)
  // What left stays counted.
  const before = told.of('backline_packets_sent_total', { rung: 'opus-96' })
  together.socket.close()
  while (inMode('together') > 0) {
    await once(live.socket, 'message')
    told = await scrape(url)
  }
  expect(told.of('backline_packets_sent_total', { rung: 'opus-96' })).toBeGreaterThanOrEqual(before)
})

test('the source is counted over all its children', async () => {
  const { app, url } = await testApp('steady')
  const levels = async () => once(app.capture, 'levels')
  await levels()
  let told = await scrape(url)
  expect(told.of('backline_ready')).toBe(1)
  expect(told.of('backline_source_state', { state: 'running' })).toBe(1)
  // The fixture says that it has had one block, whatever it has played.
  expect(told.of('backline_capture_blocks_total')).toBe(1)
  process.kill(app.capture.pid as number, 'SIGKILL')
  while (told.of('backline_capture_blocks_total') < 2) {
    await levels()
    told = await scrape(url)
  }
  expect(told.of('backline_capture_blocks_total')).toBe(2)
  expect(told.of('backline_capture_restarts_total')).toBe(1)
})

test('a source that was given up is no sound', async () => {
  const { app, url } = await testApp('refuses')
  if (app.session.status.state !== 'stopped') await once(app.capture, 'gave-up')
  const told = await scrape(url)
  expect(told.of('backline_ready')).toBe(0)
  expect(told.of('backline_source_state', { state: 'stopped' })).toBe(1)
  expect(told.of('backline_source_state', { state: 'running' })).toBe(0)
})

test('times between blocks, processor and memory of the child are as it tells', async () => {
  const { app, url } = await testApp('chooses')
  while (app.capture.child?.facts === undefined || app.capture.child.counters === undefined)
    await once(app.capture, 'levels')
  const told = await scrape(url)
  expect(told.of('backline_capture_block_interval_seconds_bucket', { le: '0.002' })).toBe(1)
  expect(told.of('backline_capture_block_interval_seconds_bucket', { le: '0.004' })).toBe(3)
  expect(told.of('backline_capture_block_interval_seconds_count')).toBe(6)
  expect(told.of('backline_capture_cpu_ratio')).toBe(0.035)
  expect(told.of('backline_capture_resident_memory_bytes')).toBe(Math.round(51.2 * 2 ** 20))
})

test('however many listeners and whatever they say, there are no more series', async () => {
  const { url, port } = await testApp('steady')
  const first = new TestListener(port)
  await first.until(() => first.packets.length > 0)
  // Of the loop's sockets there are more kinds than before, and no more than Node knows.
  const count = async () =>
    (await scrape(url)).series.filter(({ name }) => name !== 'backline_active_resources').length
  const before = await count()
  const more = Array.from({ length: 10 }, () => new TestListener(port))
  for (const listener of more) {
    await listener.until(() => listener.packets.length > 0)
    listener.socket.send(JSON.stringify({ type: `never heard ${Math.random()}` }))
    await listener.until(() => listener.told('error').length > 0)
  }
  expect(await count()).toBe(before)
})
