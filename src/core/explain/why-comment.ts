import type { Effect } from '../effects.ts'
import type { IssueFacts } from '../model.ts'

/**
 * The one comment on an issue that says why it does not start (issue of the operator's desk): how it is known again. Its tag is not the
 * card's, and no card's marker begins like it, so that neither is ever taken for the other.
 */
export interface WhyComments {
  /** The oldest; null: there is none. `codes` are the reasons that it names, none where a later version wrote them otherwise. */
  readonly standing: { readonly comment: number; readonly body: string; readonly codes: readonly string[] } | null
  /** Later ones, of pollers that posted at once: to be deleted. */
  readonly doubles: readonly number[]
}

const START = '<!-- afk:why v'
const END = ' -->'

/** The hidden last line. `codes` are afk's own words. */
export function whyTag(codes: readonly string[]): string {
  return `${START}1 ${JSON.stringify({ codes })}${END}`
}

/**
 * Only what afk's own account wrote and nobody else edited, as with cards: a foreign tag is ignored, and a comment that a person made
 * their own is theirs, to be neither written over nor deleted.
 */
export function whyCommentsOf({ comments }: Pick<IssueFacts, 'comments'>): WhyComments {
  const own = comments
    .filter(({ own: isOwn, editedByOther, body }) => isOwn && !editedByOther && isWhy(body))
    .toSorted((a, b) => a.createdAt - b.createdAt || a.id - b.id)
  const [first, ...others] = own
  return {
    standing: first === undefined ? null : { comment: first.id, body: first.body, codes: codesIn(first.body) },
    doubles: others.map(({ id }) => id),
  }
}

/** What takes those comments away, if there are any: at dispatch, and when no reason is left. */
export function retractEffects(facts: Pick<IssueFacts, 'comments'>): readonly Effect[] {
  const { standing, doubles } = whyCommentsOf(facts)
  return standing === null ? [] : [{ kind: 'comment.retract', comments: [standing.comment, ...doubles] }]
}

/** Of any version: one that a later afk wrote is the same comment. The tag counts as the last line only, where nothing is quoted. */
function isWhy(body: string): boolean {
  const line = lastLine(body)
  return line.startsWith(START) && line.endsWith(END)
}

function codesIn(body: string): readonly string[] {
  const json = /\{[^{}]*\}(?= -->$)/u.exec(lastLine(body))?.[0] ?? ''
  try {
    const { codes } = JSON.parse(json) as { readonly codes?: unknown }
    return Array.isArray(codes) ? codes.filter((code) => typeof code === 'string') : []
  } catch {
    return []
  }
}

function lastLine(body: string): string {
  const text = body.trimEnd()
  return text.slice(text.lastIndexOf('\n') + 1)
}
