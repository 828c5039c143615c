// The dashboard against what the server really exposes, and against what Grafana needs of a file.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TestListener, testApp } from '../../src/server/fixtures/test-app.ts'
import { readMetrics } from '../../src/server/metrics/fixtures/exposition.ts'

interface Panel {
  id: number
  type: string
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  datasource?: { type: string; uid: string }
  targets?: { refId: string; expr: string; legendFormat: string; datasource: { uid: string } }[]
}

interface Dashboard {
  title: string
  uid: string
  schemaVersion: number
  templating: { list: { name: string; type: string; query: unknown }[] }
  panels: Panel[]
}

const PATH = new URL('../../deploy/grafana/backline.json', import.meta.url)
const dashboard = JSON.parse(readFileSync(PATH, 'utf8')) as Dashboard
const charts = dashboard.panels.filter(({ type }) => type !== 'row')
const expressions = charts.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

const namesIn = (text: string): string[] => text.match(/backline_[a-z_]+/g) ?? []

test('every metric it names is there, with the labels it is asked by', async () => {
  const { url, port } = await testApp('chooses')
  const listener = new TestListener(port)
  await listener.until(() => listener.packets.length > 0)
  const told = readMetrics(await (await fetch(`${url}/metrics`)).text())
  const names = new Set(told.series.map(({ name }) => name))
  const used = new Set(expressions.flatMap(namesIn))
  expect([...used].filter((name) => !names.has(name))).toEqual([])
  for (const { targets = [] } of charts)
    for (const { expr, legendFormat } of targets) {
      const [, label] = /^\{\{(\w+)\}\}$/.exec(legendFormat) ?? []
      if (label === undefined) continue
      const series = told.series.filter(({ name }) => namesIn(expr).includes(name))
      expect([expr, series.some(({ labels }) => label in labels)]).toEqual([expr, true])
    }
})

test('every expression is closed, and asks only the servers that were chosen', () => {
  expect(expressions.length).toBeGreaterThan(40)
  for (const expr of expressions) {
    let depth = 0
    for (const letter of expr) {
      if (letter === '(' || letter === '{') depth++
      if (letter === ')' || letter === '}') depth--
      expect([expr, depth >= 0]).toEqual([expr, true])
    }
    expect([expr, depth]).toEqual([expr, 0])
    const selectors = expr.match(/backline_[a-z_]+\{[^}]*\}/g) ?? []
    expect([expr, selectors.length]).toEqual([expr, namesIn(expr).length])
    for (const selector of selectors) expect(selector).toContain('instance=~"$instance"')
    // A counter is only ever looked at by how it grows.
    for (const name of expr.match(/backline_[a-z_]+_(total|bucket)/g) ?? [])
      expect(expr).toMatch(new RegExp(`(rate|increase)\\(${name}\\{`))
  }
})

test('it has what Grafana needs: a source to be chosen, panels of its own numbers and places', () => {
  expect(dashboard).toMatchObject({ uid: 'backline', title: 'Backline', schemaVersion: 39 })
  expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toEqual([
    ['datasource', 'datasource'],
    ['instance', 'query'],
  ])
  expect(dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
    'Sound',
    'Listeners',
    'Network',
    'Server',
  ])
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
  for (const { type, title, datasource, targets = [] } of charts) {
    expect(['timeseries', 'stat', 'heatmap']).toContain(type)
    expect(title).not.toBe('')
    expect(targets.length).toBeGreaterThan(0)
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
    for (const source of [datasource, ...targets.map((target) => target.datasource)])
      expect(source).toMatchObject({ uid: '$' + '{datasource}' })
  }
})

test('no two panels lie on one another, and none beyond the edge', () => {
  const taken = new Set<string>()
  for (const { title, gridPos } of dashboard.panels) {
    const { x, y, w, h } = gridPos
    expect(x + w).toBeLessThanOrEqual(24)
    for (let i = x; i < x + w; i++)
      for (let j = y; j < y + h; j++) {
        expect([title, taken.has(`${i},${j}`)]).toEqual([title, false])
        taken.add(`${i},${j}`)
      }
  }
})
