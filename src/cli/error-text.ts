import { remedyOf } from '../app/remedy-of.ts'
import type { Json } from '../app/report.ts'
import type { Category, PortName } from '../ports/errors.ts'
import { factsText } from './words.ts'

/** A line of the tick that says what went wrong, with what a person does about it. */
export interface ErrorRow {
  readonly remedy: string
  readonly [name: string]: Json | undefined
}

/** What a look over repos says of one of them names no port: it is GitHub's answer. */
export function withRemedy(error: { readonly [name: string]: Json | undefined }): ErrorRow {
  const { category, port = 'tracker', operation, message, remedy: known } = error
  if (typeof known === 'string') return { ...error, remedy: known }
  const remedy =
    category === 'bug'
      ? 'a fault of afk itself: tell whoever maintains it, with this line'
      : remedyOf({
          category: category as Category,
          port: port as PortName,
          operation: typeof operation === 'string' ? operation : '',
          retryAfter: null,
          message: typeof message === 'string' ? message : '',
        })
  return { ...error, remedy }
}

/** For people: where, what, and below it the remedy. A fault of afk's own has no words, only its kind and place. */
export function errorText({ remedy, ...error }: ErrorRow): string {
  const { message, repo, issue } = error
  const place = typeof repo === 'string' ? `${repo}${typeof issue === 'number' ? `#${issue}` : ''}` : ''
  const words = typeof message === 'string' ? message : factsText(error)
  return `${place === '' || words.includes(place) ? '' : `${place}: `}${words}\n  -> ${remedy}`
}
