import type { Card } from '../card/card.ts'
import { codeQuote, oneLine } from '../text/escape.ts'

/** What people should know of the reviews before they say yes (SPEC 15.4). */
export interface ReviewNote {
  /** afk's own words. */
  readonly text: string
  /** How the findings begin, as one line from outside; absent where nothing is known of them any more. */
  readonly quote?: string
}

/** Null: nothing is open. */
export function reviewNote({ reviews = [], pull }: Card): ReviewNote | null {
  const last = reviews.findLast((review) => review.pull === pull?.number)
  if (last?.state !== 'issues') return null
  const text = `Review ${last.round} found issues. The agent answered them, and no further review has looked at the answer.`
  const quote = oneLine(last.found?.join(' ') ?? '')
  return quote === '' ? { text } : { text, quote }
}

/** The same for a comment, in Markdown. */
export function reviewNoteMarkdown(note: ReviewNote | null): string | null {
  if (note === null) return null
  return note.quote === undefined ? note.text : `${note.text} It began: ${codeQuote(note.quote)}`
}
