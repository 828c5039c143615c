import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { HttpError } from '../http-error.ts'

/** Requests are checked as they came, by TypeBox; nothing is converted, filled in or cut off. */
async function validation(app: FastifyInstance): Promise<void> {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    const validator = Compile(schema)
    return (value: unknown) => {
      if (validator.Check(value)) return { value }
      const first = validator.Errors(value)[0]
      const where = `${httpPart ?? 'request'}${first?.instancePath ?? ''}`
      return { error: new HttpError(400, 'bad-request', `${where} ${first?.message ?? 'is not valid'}`) }
    }
  })
}

export default fp(validation, { name: 'validation', fastify: '5.x' })
