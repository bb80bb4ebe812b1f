import type * as z from 'zod'
import { PortError } from '../../ports/errors.ts'
import { supportedVersion } from './schemas.ts'

/** An answer in the form that afk reads, or a `contract` error that names the field, the endpoint and the version (SPEC 8.8). */
export function parseAnswer<Output>(
  schema: z.ZodType<Output>,
  body: unknown,
  operation: string,
  endpoint: string,
): Output {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const [first, ...others] = result.error.issues
  const where = first === undefined ? '' : `${pathOf(first.path)}: ${wordsOf(first)}`
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  throw new PortError(
    'executor',
    operation,
    'contract',
    `${endpoint}: ${where}${more}; afk reads T3 Code ${supportedVersion}, look at the version of this server`,
  )
}

/** The place in the answer, such as `threads[3].session.status`. */
function pathOf(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return text === '' ? 'the answer' : text.replace(/^\./, '')
}

/** Only words of the schema's own: a value of the answer could be a text of the issue. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message
  if (issue.code === 'invalid_type') return `expected ${issue.expected}, got ${kindOf(issue.message)}`
  return `not as expected (${issue.code})`
}

function kindOf(message: string): string {
  const [, kind = 'something else'] = /received (\w+)$/.exec(message) ?? []
  return kind === 'undefined' ? 'nothing' : kind
}
