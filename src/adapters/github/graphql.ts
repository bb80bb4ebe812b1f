import * as z from 'zod'
import { PortError } from '../../ports/errors.ts'
import type { Each } from '../../ports/tracker.ts'
import type { Client } from './client.ts'
import type { Call, Operation } from './errors.ts'
import { describeCall } from './errors.ts'
import { parseAnswer, pathText, plainWord, shapeOf } from './parse.ts'
import { isTooBig } from './retry-policy.ts'

/** What is asked of one item. */
export interface Question {
  /** Its variables and their GraphQL types; `values` may answer more. */
  readonly variables: Readonly<Record<string, string>>
  /** `$variable` in it stands for the item's own. */
  readonly selection: string
  /** Those that the selection names: GraphQL refuses a query with one that is not used. */
  readonly fragments?: string
}

/** One question that is asked of many things in one query, an alias each. */
export interface Batch<Ref, Value> extends Question {
  readonly name: string
  /** How many at most in one query. */
  readonly size: number
  readonly values: (ref: Ref) => Readonly<Record<string, unknown>>
  /** Where single items are asked for less or more than the others. */
  readonly questionOf?: (ref: Ref) => Question
  readonly schema: z.ZodType<Value>
  /** For messages: what one item is. */
  readonly subject: (ref: Ref) => string
  /** A field below which GitHub may hide single entries from this token; they are null then. */
  readonly mayHide?: string
}

/**
 * Asks for all refs, in as few queries as the batch's size allows. A query that is too big for GitHub is halved down to one item.
 * One entry a ref, in order. What concerns the whole request (`auth`, `rate`, `unavailable`) is thrown.
 */
export async function runBatch<Ref, Value>(
  client: Client,
  operation: Operation,
  batch: Batch<Ref, Value>,
  refs: readonly Ref[],
): Promise<readonly Each<Value, Ref>[]> {
  const chunks = Array.from({ length: Math.ceil(refs.length / batch.size) }, (_, index) =>
    refs.slice(index * batch.size, (index + 1) * batch.size),
  )
  const answers = (await Promise.all(chunks.map((chunk) => runChunk(client, operation, batch, chunk)))).flat()
  const [first] = answers
  if (first?.ok === false && answers.every((answer) => !answer.ok && answer.error.category === 'unavailable')) {
    throw first.error
  }
  return answers
}

/** {@link runBatch} for one thing alone: its failure is thrown. */
export async function runOne<Ref, Value>(
  client: Client,
  operation: Operation,
  batch: Batch<Ref, Value>,
  ref: Ref,
): Promise<Value> {
  const [answer] = await runChunk(client, operation, batch, [ref])
  if (answer === undefined) throw new Error('a batch of one has no answer')
  if (!answer.ok) throw answer.error
  return answer.value
}

/**
 * The query for these items. Who asks and what is left of the limit come with every answer: neither is a connection, so they cost
 * nothing, and the account needs no request of its own.
 */
export function batchDocument<Ref>(batch: Batch<Ref, unknown>, refs: readonly Ref[]): string {
  const questions = refs.map((ref) => batch.questionOf?.(ref) ?? batch)
  const declared = questions.flatMap(({ variables }, index) =>
    Object.entries(variables).map(([name, type]) => `$${name}_${String(index)}: ${type}`),
  )
  const selections = questions.map(({ selection }, index) => {
    const own = selection.replaceAll(/\$(\w+)/g, (_, name: string) => `$${name}_${String(index)}`)
    return `${alias(index)}: ${own}`
  })
  return [
    `query ${batch.name}${declared.length === 0 ? '' : `(${declared.join(', ')})`} {`,
    'rateLimit { cost remaining limit resetAt }',
    'viewer { login }',
    ...selections,
    '}',
    ...new Set(questions.map(({ fragments = '' }) => fragments)),
  ].join('\n')
}

/** One query on its way into smaller ones; its parts share it. */
interface Split {
  isPart: boolean
  /** Repetitions of single items that are left: an outage would cost one for each of hundreds. */
  left: number
}

const maxRepeats = 4
const pauseMs = 300

async function runChunk<Ref, Value>(
  client: Client,
  operation: Operation,
  batch: Batch<Ref, Value>,
  refs: readonly Ref[],
  split: Split = { isPart: false, left: maxRepeats },
): Promise<readonly Each<Value, Ref>[]> {
  const variables = Object.fromEntries(
    refs.flatMap((ref, index) => {
      const declared = (batch.questionOf?.(ref) ?? batch).variables
      return Object.entries(batch.values(ref))
        .filter(([name]) => name in declared)
        .map(([name, value]) => [`${name}_${String(index)}`, value])
    }),
  )
  const splittable = refs.length > 1 || split.isPart
  const call = { ...operation, subject: subjectOf(batch, refs) }
  let body: unknown
  try {
    body = await client.query(call, batchDocument(batch, refs), variables, { splittable })
  } catch (error) {
    if (!(error instanceof PortError) || !isTooBig(error) || error.category !== 'unavailable') throw error
    const pause = pauseMs * (0.5 + Math.random())
    if (client.deadline() <= pause) throw error
    const [only] = refs
    if (only !== undefined && refs.length === 1) {
      if (!split.isPart || split.left <= 0) return [{ ref: only, ok: false, error }]
      split.left -= 1
      await client.pause(pause)
      return runChunk(client, operation, batch, refs, { ...split, left: 0 })
    }
    // Whether it was too much or a bad moment nobody can tell: smaller, and a moment later, it is neither.
    if (!split.isPart) await client.pause(pause)
    split.isPart = true
    const middle = Math.ceil(refs.length / 2)
    const halves = [refs.slice(0, middle), refs.slice(middle)]
    return (await Promise.all(halves.map((half) => runChunk(client, operation, batch, half, split)))).flat()
  }
  const envelope = openEnvelope(client, call, body)
  return refs.map((ref, index) =>
    itemAnswer({ ...operation, subject: batch.subject(ref) }, batch, ref, alias(index), envelope),
  )
}

const envelopeSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        type: z.string().nullish(),
        path: z.array(z.union([z.string(), z.number()])).nullish(),
      }),
    )
    .optional(),
})

const rateLimitSchema = z.object({ cost: z.number(), remaining: z.number(), limit: z.number(), resetAt: z.string() })
const viewerSchema = z.object({ login: z.string() })

interface Envelope {
  readonly data: Readonly<Record<string, unknown>>
  readonly errors: readonly {
    readonly type: string
    readonly path: readonly (string | number)[]
  }[]
}

function openEnvelope(client: Client, call: Call, body: unknown): Envelope {
  const { data, errors = [] } = parseAnswer(envelopeSchema, body, call)
  const known = errors.map(({ type, path }) => ({ type: type ?? 'untyped', path: path ?? [] }))
  const whole = known.find((error) => error.path.length === 0)
  if (data === null || data === undefined || whole !== undefined) {
    const category = categoryOf((whole ?? known[0])?.type)
    throw new PortError(
      call.port,
      call.operation,
      category === 'not-found' ? 'contract' : category,
      `${describeCall(call)}: expected a GraphQL result, got errors (${typesOf(known)}) in ${shapeOf(body)}`,
      { status: 200 },
    )
  }
  const limit = rateLimitSchema.safeParse(data['rateLimit'])
  if (limit.success) {
    const { cost, remaining, resetAt } = limit.data
    const reset = Date.parse(resetAt)
    client.recorder.charged(cost, remaining, limit.data.limit, Number.isNaN(reset) ? null : reset)
  }
  const viewer = viewerSchema.safeParse(data['viewer'])
  if (viewer.success) client.recorder.identified(viewer.data.login)
  return { data, errors: known }
}

function itemAnswer<Ref, Value>(
  call: Call,
  batch: Batch<Ref, Value>,
  ref: Ref,
  name: string,
  { data, errors }: Envelope,
): Each<Value, Ref> {
  const fail = (category: PortError['category'], words: string): Each<Value, Ref> => ({
    ref,
    ok: false,
    error: new PortError(call.port, call.operation, category, `${describeCall(call)}: ${words}`, {
      status: 200,
    }),
  })
  const own = errors.filter(({ path }) => path[0] === name)
  const failOf = ({ type, path }: Envelope['errors'][number]) => {
    const place = pathText(path.slice(1, 11))
    // As REST says it of a repo.
    if (type === 'NOT_FOUND' && place === '') return fail('not-found', notThere)
    return fail(categoryOf(type), `GraphQL error ${plainWord(type)} at ${place || 'the repo'}, expected a value`)
  }
  const fatal = own.find(({ path }) => batch.mayHide === undefined || !path.includes(batch.mayHide))
  if (fatal !== undefined) return failOf(fatal)
  if (data[name] === null) return fail('not-found', notThere)
  // A value or null stands under every alias that was asked for, or the answer is not GitHub's.
  if (data[name] === undefined) return fail('contract', `expected ${name}, got a GraphQL result without it`)
  try {
    return { ref, ok: true, value: parseAnswer(batch.schema, data[name], call) }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    const [hidden] = own
    return hidden === undefined ? { ref, ok: false, error } : failOf(hidden)
  }
}

const notThere = 'not there, or hidden from this token'

function typesOf(errors: Envelope['errors']): string {
  return [...new Set(errors.map(({ type }) => plainWord(type)))].slice(0, 5).join(', ')
}

function categoryOf(type: string | undefined): PortError['category'] {
  if (type === 'NOT_FOUND') return 'not-found'
  if (type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES') return 'forbidden'
  return 'contract'
}

function subjectOf<Ref>(batch: Batch<Ref, unknown>, refs: readonly Ref[]): string {
  const [first] = refs
  if (first === undefined) return 'nothing'
  const others = refs.length - 1
  return others === 0 ? batch.subject(first) : `${batch.subject(first)} and ${String(others)} more`
}

function alias(index: number): string {
  return `item${String(index)}`
}
