import * as z from 'zod'
import { PortError, type Category } from '../../ports/errors.ts'
import type { Client } from './client.ts'
import { describeCall, type Call } from './errors.ts'
import { parseAnswer, plainWord } from './parse.ts'

/**
 * One GraphQL mutation, for what REST cannot do; repeated without an answer only where it is `idempotent`. What GitHub refuses it says
 * with status 200; its words are never passed on, for they quote what was sent. Only an answer with a result counts as done.
 */
export async function mutate(
  client: Client,
  call: Call,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  options: { readonly idempotent: boolean } | { readonly once: true },
): Promise<void> {
  const body = await client.query(call, document, variables, { splittable: false, ...options })
  const { errors = [] } = parseAnswer(errorsSchema, body, call)
  const [first] = errors
  if (first === undefined) {
    parseAnswer(doneSchema, body, call)
    return
  }
  throw new PortError(
    call.port,
    call.operation,
    categories.get(first.type ?? '') ?? 'refused',
    `${describeCall(call)}: GitHub answered the mutation with an error (${plainWord(first.type ?? 'untyped')})`,
    { status: 200 },
  )
}

const errorsSchema = z.object({ errors: z.array(z.object({ type: z.string().nullish() })).optional() })
const doneSchema = z.object({ data: z.record(z.string(), z.looseObject({})) })

const categories: ReadonlyMap<string, Category> = new Map([
  ['FORBIDDEN', 'forbidden'],
  ['INSUFFICIENT_SCOPES', 'forbidden'],
  ['NOT_FOUND', 'not-found'],
])
