import type { Card } from './card.ts'
import { parseCard } from './card-parse.ts'
import type { Instant, IssueComment, IssueFacts } from '../model.ts'

/** The cards that stand on an issue, as far as they can be believed (SPEC 6.2): only in comments of afk's own account. */
export interface CardsOf {
  /** Valid and untouched, oldest first; of two cards of one run only the oldest. */
  readonly cards: readonly { readonly card: Card; readonly comment: number }[]
  /** Second cards of a run: to be deleted. */
  readonly doubles: readonly number[]
  /** Own comments with a marker that somebody else edited. */
  readonly tampered: readonly Odd[]
  readonly broken: readonly (Odd & { readonly why: string })[]
  /** Written by a newer version of afk than this. */
  readonly newer: readonly (Odd & { readonly version: number })[]
}

/** A comment of afk's whose marker is not believed. A run's card is never older than its epoch: that tells which run it can be of. */
export interface Odd {
  readonly comment: number
  readonly at: Instant
}

export function cardsOf(issue: Pick<IssueFacts, 'comments' | 'repo' | 'number'>): CardsOf {
  const cards: { card: Card; comment: number }[] = []
  const doubles: number[] = []
  const tampered: Odd[] = []
  const broken: (Odd & { why: string })[] = []
  const newer: (Odd & { version: number })[] = []
  for (const comment of oldestFirst(issue.comments)) {
    if (!comment.own) continue
    const parsed = parseCard(comment.body)
    if (parsed.kind === 'none') continue
    const odd = { comment: comment.id, at: comment.createdAt }
    if (comment.editedByOther) tampered.push(odd)
    else if (parsed.kind === 'newer') newer.push({ ...odd, version: parsed.version })
    else if (parsed.kind === 'broken') broken.push({ ...odd, why: parsed.why })
    else if (cards.some(({ card }) => card.runId === parsed.card.runId)) doubles.push(comment.id)
    else cards.push({ card: parsed.card, comment: comment.id })
  }
  return { cards, doubles, tampered, broken, newer }
}

function oldestFirst(comments: readonly IssueComment[]): readonly IssueComment[] {
  return comments.toSorted((a, b) => a.createdAt - b.createdAt || a.id - b.id)
}
