import type { Card } from '../../src/core/card/card.ts'

/** The card of a run that has just begun, for tests of what is done with it. */
export function cardOf(changes: Partial<Card> & Pick<Card, 'runId' | 'repo' | 'issue' | 'epoch'>): Card {
  return {
    epochAt: 1_795_237_200_000,
    startedAt: 1_795_237_260_000,
    base: null,
    phase: 'worktree',
    phases: { worktree: 1_795_237_260_000 },
    head: null,
    firstRedAt: null,
    turns: [{ purpose: 'start', attempt: 1, at: 1_795_237_260_000, retry: false, refused: false }],
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
