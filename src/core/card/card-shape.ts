import { phases } from './card.ts'
import { count, fields, flag, listOf, matching, nullable, number, recordOf, text, type Shape } from './shape.ts'

const phase = matching(/^(?:worktree|tests-red|green|pushed|CI|deployed|done)$/u, 'a phase')

const purpose = matching(/^(?:create|start|nudge|continue|interrupt)$|^(?:fix|answer|review):/u, 'a purpose of a turn')

const usage = listOf(fields({ turn: text, tokens: number }))

/** Null when the value is a {@link Card} in every field; else the field that is not, and why. */
export const cardShape: Shape = fields(
  {
    runId: text,
    repo: text,
    issue: count,
    epoch: text,
    epochAt: number,
    startedAt: number,
    base: nullable(text),
    phase,
    phases: fields({}, Object.fromEntries(phases.map((name) => [name, number]))),
    head: nullable(fields({ sha: text, seenAt: number, pathsClear: flag })),
    firstRedAt: nullable(number),
    turns: listOf(
      fields({ purpose, attempt: count, at: number, retry: flag, refused: flag }, { halted: flag, resent: number }),
    ),
    reds: listOf(fields({ head: text, signature: text, failing: listOf(text), after: count })),
    rerun: nullable(fields({ head: text, at: number, refused: flag })),
    bells: recordOf(
      fields(
        { at: number },
        { channel: text, ts: text, resolved: number, tries: count, undelivered: flag, over: number },
      ),
    ),
    absentSince: nullable(number),
    tokens: number,
    links: fields({}, { thread: text, commit: text, ci: text, pull: text }),
    outcome: nullable(
      fields(
        {
          kind: matching(/^(?:landed|frozen|escalated|cancelled)$/u, 'the kind of an outcome'),
          reason: text,
          detail: text,
          at: number,
          untold: flag,
        },
        { unstopped: flag },
      ),
    ),
  },
  {
    pull: fields({ number: count, url: text, branch: text, merged: nullable(text) }),
    reviews: listOf(
      fields(
        {
          round: count,
          pull: count,
          head: text,
          at: number,
          state: matching(/^(?:asked|clean|issues)$/u, 'the state of a review'),
          attempt: count,
          tokens: number,
        },
        { halts: count, found: listOf(text), usage, resent: number },
      ),
    ),
    findings: listOf(fields({ head: text, signature: text, threads: listOf(text), round: count, at: number })),
    merge: fields(
      { head: text, at: number, state: matching(/^(?:sent|refused|conflict)$/u, 'the state of a merge') },
      { seen: text },
    ),
    questions: listOf(
      fields({ number: count, at: number, answer: nullable(count), answeredAt: nullable(number) }, { after: text }),
    ),
    approvals: listOf(
      fields({
        what: matching(/^(?:merge|deploy)$/u, 'merge or deploy'),
        head: text,
        decision: matching(/^(?:approved|rejected)$/u, 'approved or rejected'),
        by: text,
        via: matching(/^(?:slack|review|comment)$/u, 'where it was said'),
        at: number,
      }),
    ),
    deployment: fields(
      {
        head: text,
        at: number,
        state: matching(/^(?:free|held|there|allowed|running)$/u, 'the state of a deployment'),
        since: number,
      },
      { url: text, refused: listOf(count), allowed: listOf(count) },
    ),
    driven: flag,
    halted: number,
    usage,
  },
)
