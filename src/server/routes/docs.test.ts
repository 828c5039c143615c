import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { ACTIONS, OPEN } from '../access/actions.ts'
import { OPERATIONS } from '../api-docs/operations.ts'
import { testApp } from '../fixtures/test-app.ts'

interface Body {
  content?: Record<string, { schema: object }>
}
interface Operation {
  summary?: string
  tags?: string[]
  parameters?: { in: string; name: string; required?: boolean; schema: object }[]
  requestBody?: Body
  responses: Record<string, Body & { description: string }>
  security?: object[]
  'x-roles'?: string[]
}
interface Document {
  openapi: string
  info: { title: string; version: string }
  servers: { url: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { securitySchemes: object }
  security: object[]
}

async function described(args: string[] = []) {
  const { app, url } = await testApp('steady', { args })
  const document = (await (await fetch(`${url}/api/docs/json`)).json()) as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...{ name: `${method.toUpperCase()} ${path}`, path, method, operation },
    })),
  )
  return { app, url, document, operations }
}

/** What people open, and what it is made of. */
const PAGE = / \/(|index\.html|\*|console|dev|s\/.*|api\/docs\/style\.css)$/

/** From the tree that the server prints: `METHOD /path`. */
function routesOf(tree: string): string[] {
  const above: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent, part, methods] = /^(.*)── (\S+)(?: \((.+)\))?$/.exec(line) ?? []
    if (indent === undefined || part === undefined) return []
    above.length = Math.floor(indent.length / 4)
    above.push(part)
    const path = above.join('')
    return (methods ?? '')
      .split(', ')
      .filter((method) => method !== '' && method !== 'HEAD')
      .map((method) => `${method} ${path}`)
  })
}

describe('the description of the API', () => {
  test('lists every route but the page, each with a summary, and none that is not there', async () => {
    const { app, operations } = await described()
    const served = routesOf(app.printRoutes({ commonPrefix: false }))
      .map((name) => name.replace(/:(\w+)/g, '{$1}'))
      .filter((name) => !PAGE.test(name))
    const told = operations.map(({ name }) => name)
    expect(served.length).toBeGreaterThan(20)
    expect(told).toEqual(expect.arrayContaining(served))
    expect(served).toEqual(expect.arrayContaining(told))
    for (const { name, operation } of operations) expect(operation.summary, name).toMatch(/^[A-Z].+\.$/)
  })

  test('describes no route that has been taken away', async () => {
    const { operations } = await described()
    const told = operations.map(({ name }) => name.replace(/\{(\w+)\}/g, ':$1'))
    expect(told).toEqual(expect.arrayContaining(Object.keys(OPERATIONS)))
  })

  test('is a valid document: every operation says what it takes and answers, in schemas that compile', async () => {
    const { document, operations } = await described()
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Backline', version: '1.2.3' } })
    const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true })
    const compile = (schema: object, where: string) => expect(() => ajv.compile(schema), where).not.toThrow()
    const tags = document.tags.map(({ name }) => name)
    for (const { name, path, operation } of operations) {
      expect(tags, name).toEqual(expect.arrayContaining(operation.tags ?? ['none']))
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      expect(inPath.map((parameter) => parameter.name).sort(), name).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort(),
      )
      expect(inPath.every(({ required }) => required)).toBe(true)
      for (const { schema } of operation.parameters ?? []) compile(schema, name)
      const bodies = [operation.requestBody ?? {}, ...Object.values(operation.responses)]
      for (const { content = {} } of bodies)
        for (const { schema } of Object.values(content)) compile(schema, name)
      const statuses = Object.keys(operation.responses)
      expect(
        statuses.some((status) => /^[12]\d\d$/.test(status)),
        name,
      ).toBe(true)
      expect(
        statuses.every((status) => /^([1-5]\d\d|default)$/.test(status)),
        name,
      ).toBe(true)
      for (const { description } of Object.values(operation.responses)) {
        expect(description, name).not.toBe('')
        expect(description, name).not.toBe('Default Response')
      }
    }
  })

  test('takes what a body must be from what the route checks', async () => {
    const { document } = await described()
    const { requestBody } = (document.paths['/api/listeners/{id}/quality']?.['put'] ??
      {}) as Partial<Operation>
    const schema = requestBody?.content?.['application/json']?.schema as object
    const isRight = new Ajv2020({ strict: false }).compile(schema)
    expect(isRight({ rung: 'auto' })).toBe(true)
    expect(isRight({ rung: 'mp3' })).toBe(false)
    expect(isRight({ rung: 'auto', more: 1 })).toBe(false)
  })

  test('says who may, and what is answered to others, as the door has it', async () => {
    const { document, operations } = await described()
    expect(document.security).toEqual([{}, { key: [] }, { invite: [] }])
    expect(Object.keys(document.components.securitySchemes)).toEqual(['key', 'invite'])
    for (const { name, operation } of operations) {
      const action = ACTIONS[name.replace(/\{(\w+)\}/g, ':$1')]
      if (action === OPEN) expect(operation.security, name).toEqual([])
      else {
        expect(operation['x-roles'], name).toEqual(action?.roles)
        expect(Object.keys(operation.responses), name).toEqual(expect.arrayContaining(['401', '403', '429']))
      }
    }
  })
})

test('the page shows all of it without a script, and nothing in it is taken for markup', async () => {
  const { url, operations } = await described()
  const reply = await fetch(`${url}/api/docs`)
  expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const page = await reply.text()
  for (const { name } of operations) expect(page).toContain(`<code>${name}</code>`)
  expect(page).not.toMatch(/<script|style=|javascript:/i)
  const style = await fetch(new URL('docs/style.css', `${url}/api/docs`))
  expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
})
