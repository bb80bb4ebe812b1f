import fc from 'fast-check'
import type { Card, OutcomeKind } from '../../src/core/card/card.ts'
import { phases } from '../../src/core/card/card.ts'
import type { Purpose } from '../../src/core/ids.ts'

/** Texts as the world sends them, and as an attacker would. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '-->',
        '<!-- afk:v1 {',
        '--',
        '-',
        '<',
        '>',
        '`',
        '|',
        '\n',
        '@team',
        '#1',
        'https://x.example',
        '![x](y)',
        '\uD800',
        '\u2028',
        '\\',
        '"',
        '</details>',
        '- [ ] x',
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.join('')),
)

const time = fc.integer({ min: 0, max: 9e15 })
const count = fc.nat()
const flag = fc.boolean()
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })

/** Turns by the short names that afk gives them. */
const usage = fc.array(fc.record({ turn: fc.nat().map((name) => name.toString(16).padStart(12, '0')), tokens: count }))

const purpose: fc.Arbitrary<Purpose> = fc.oneof(
  fc.constantFrom<Purpose>('create', 'start', 'nudge', 'continue', 'interrupt'),
  anyText.map((text): Purpose => `fix:${text}`),
  anyText.map((text): Purpose => `answer:${text}`),
  anyText.map((text): Purpose => `review:${text}`),
)

/** Any card at all: `text` makes each of its free texts. */
export function anyCard(text: fc.Arbitrary<string> = anyText): fc.Arbitrary<Card> {
  return fc.record(
    {
      runId: text,
      repo: text,
      issue: count,
      epoch: text,
      epochAt: time,
      startedAt: time,
      base: orNull(text),
      phase: fc.constantFrom(...phases),
      phases: fc.record(Object.fromEntries(phases.map((phase) => [phase, time])), { requiredKeys: [] }),
      head: orNull(fc.record({ sha: text, seenAt: time, pathsClear: flag })),
      firstRedAt: orNull(time),
      turns: fc.array(
        fc.record(
          {
            purpose,
            attempt: count,
            at: time,
            retry: flag,
            refused: flag,
            halted: fc.constant(true as const),
            resent: time,
          },
          { requiredKeys: ['purpose', 'attempt', 'at', 'retry', 'refused'] },
        ),
      ),
      reds: fc.array(fc.record({ head: text, signature: text, failing: fc.array(text), after: count })),
      rerun: orNull(fc.record({ head: text, at: time, refused: flag })),
      bells: fc.dictionary(
        text,
        fc.record(
          { at: time, channel: text, ts: text, resolved: time, tries: count, over: time },
          { requiredKeys: ['at'] },
        ),
      ),
      absentSince: orNull(time),
      tokens: count,
      links: fc.record({ thread: text, commit: text, ci: text }, { requiredKeys: [] }),
      outcome: orNull(
        fc.record(
          {
            kind: fc.constantFrom<OutcomeKind>('landed', 'frozen', 'escalated', 'cancelled'),
            reason: text,
            detail: text,
            at: time,
            untold: flag,
            unstopped: fc.constant(true as const),
          },
          { requiredKeys: ['kind', 'reason', 'detail', 'at', 'untold'] },
        ),
      ),
      ...ofPeople(text),
    },
    { requiredKeys: [...always] },
  )
}

/** What only some cards hold. */
function ofPeople(text: fc.Arbitrary<string>) {
  return {
    pull: fc.record({ number: count, url: text, branch: text, merged: orNull(text) }),
    reviews: fc.array(
      fc.record(
        {
          round: count,
          pull: count,
          head: text,
          at: time,
          state: fc.constantFrom('asked' as const, 'clean' as const, 'issues' as const),
          attempt: count,
          tokens: count,
          halts: count,
          resent: time,
          found: fc.array(text, { maxLength: 4 }),
          usage,
        },
        { requiredKeys: ['round', 'pull', 'head', 'at', 'state', 'attempt', 'tokens'] },
      ),
      { maxLength: 3 },
    ),
    merge: fc.record(
      {
        head: text,
        at: time,
        state: fc.constantFrom('sent' as const, 'refused' as const, 'conflict' as const),
        seen: text,
      },
      { requiredKeys: ['head', 'at', 'state'] },
    ),
    questions: fc.array(
      fc.record(
        { number: count, at: time, answer: orNull(count), answeredAt: orNull(time), after: text },
        { requiredKeys: ['number', 'at', 'answer', 'answeredAt'] },
      ),
    ),
    approvals: fc.array(
      fc.record({
        what: fc.constantFrom('merge' as const, 'deploy' as const),
        head: text,
        decision: fc.constantFrom('approved' as const, 'rejected' as const),
        by: text,
        via: fc.constantFrom('slack' as const, 'review' as const, 'comment' as const),
        at: time,
      }),
    ),
    deployment: fc.record(
      {
        head: text,
        at: time,
        state: fc.constantFrom('free', 'held', 'there', 'allowed', 'running'),
        since: time,
        url: text,
        refused: fc.array(fc.nat(), { maxLength: 3 }),
        allowed: fc.array(fc.nat(), { maxLength: 3 }),
      },
      { requiredKeys: ['head', 'at', 'state', 'since'] },
    ),
    driven: fc.constant(true as const),
    halted: time,
    usage,
  }
}

const always = [
  'runId',
  'repo',
  'issue',
  'epoch',
  'epochAt',
  'startedAt',
  'base',
  'phase',
  'phases',
  'head',
  'firstRedAt',
  'turns',
  'reds',
  'rerun',
  'bells',
  'absentSince',
  'tokens',
  'links',
  'outcome',
] as const
