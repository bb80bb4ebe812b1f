import type * as z from 'zod'
import { PortError } from '../../ports/errors.ts'
import type { Call } from './errors.ts'
import { describeCall } from './errors.ts'

/** The answer as the schema wants it, or a `contract` error that names fields and types and quotes nothing. */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: unknown, call: Call): T {
  const result = schema.safeParse(answer)
  if (result.success) return result.data
  const problems = result.error.issues.slice(0, 5).map(problemText).join('; ')
  throw new PortError(
    call.port,
    call.operation,
    'contract',
    `${describeCall(call)}: GitHub's answer is not of the form that this build knows: ${problems}; got ${shapeOf(answer).slice(0, shapeLength)}`,
  )
}

const shapeLength = 1000

/** Keys and types of a value, two levels deep (lists a little deeper), without any of its content. */
export function shapeOf(value: unknown, depth = 2): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) {
    if (depth <= -2) return 'list'
    return value.length === 0 ? '[]' : `[${shapeOf(value[0], depth - 1)} x ${String(value.length)}]`
  }
  if (value instanceof ArrayBuffer) return 'bytes'
  if (typeof value !== 'object') return typeof value === 'string' ? `string(${String(value.length)})` : typeof value
  if (depth <= 0) return 'object'
  const entries = Object.entries(value)
  const shown = entries.slice(0, 12).map(([key, inner]) => `${plainKey(key)}: ${shapeOf(inner, depth - 1)}`)
  return `{${shown.join(', ')}${entries.length > 12 ? ', ...' : ''}}`
}

function problemText(issue: z.core.$ZodIssue): string {
  const path = issue.path.length === 0 ? 'the body' : pathText(issue.path)
  return `${path}: expected ${'expected' in issue ? String(issue.expected) : issue.code}`
}

/** A place in an answer, without a key that could be anybody's text. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map((step) => plainKey(String(step))).join('.')
}

/** A word of GitHub's own, such as the type of an error; anything longer or stranger could be anybody's text. */
export function plainWord(word: string): string {
  return /^\w{1,40}$/.test(word) ? word : '(another word)'
}

function plainKey(key: string): string {
  return /^\w{1,40}$/.test(key) ? key : '(key)'
}
