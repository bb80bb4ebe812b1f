import { renderCard } from '../../src/core/card/card-render.ts'
import type { Card, Outcome, Red, Turn } from '../../src/core/card/card.ts'
import { runIdOf } from '../../src/core/ids.ts'
import type { IssueComment } from '../../src/core/model.ts'
import { aComment, epochId } from './issue.ts'
import { seconds, sha, t0 } from './time.ts'

/** The run of `anIssue()`. */
export const runId = runIdOf('acme/shop', 42, epochId)

/** As it stands right after the dispatch of `anIssue()`, 90 seconds after the label. */
export function aCard(changes: Partial<Card> = {}): Card {
  return {
    runId,
    repo: 'acme/shop',
    issue: 42,
    epoch: epochId,
    epochAt: t0,
    startedAt: t0 + seconds(90),
    base: sha('b'),
    phase: 'worktree',
    phases: { worktree: t0 + seconds(90) },
    head: null,
    firstRedAt: null,
    turns: [aTurn()],
    reds: [],
    rerun: null,
    bells: {},
    absentSince: null,
    tokens: 0,
    links: {},
    outcome: null,
    ...changes,
  }
}

export function aTurn(changes: Partial<Turn> = {}): Turn {
  return { purpose: 'start', attempt: 1, at: t0 + seconds(90), retry: false, refused: false, ...changes }
}

export function aRed(changes: Partial<Red> = {}): Red {
  return { head: sha('a'), signature: 'one', failing: ['test'], after: 0, ...changes }
}

export function anOutcome(changes: Partial<Outcome> = {}): Outcome {
  return { kind: 'frozen', reason: 'stagnant', detail: 'test failed', at: t0 + seconds(900), untold: false, ...changes }
}

/** The comment that holds a card. */
export function cardComment(card: Card, changes: Partial<IssueComment> = {}): IssueComment {
  return aComment({
    body: renderCard(card, { usdPerMillionTokens: 6, maxAttempts: 5, hasRollout: false }),
    createdAt: card.startedAt,
    ...changes,
  })
}
