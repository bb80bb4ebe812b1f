import type { Card } from '../card/card.ts'
import type { Effect } from '../effects.ts'
import { waitWords } from '../explain/wait-words.ts'
import { age } from '../label-history.ts'
import { noteTag, statusComment } from './note-comments.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { codeQuote } from '../text/escape.ts'

/**
 * `/afk status`: one comment an asking, and then the receipt. A death between finds the comment by its tag. `card` is the run's as it is
 * about to stand.
 */
export function planStatus(facts: RunFacts, decision: RunDecision, card: Card): readonly Effect[] {
  const { now, people, thread } = facts
  const since = Math.max(card.phases[card.phase] ?? card.startedAt, card.head?.seenAt ?? 0)
  const minutes = Math.floor(age(now.tracker, since) / 60_000)
  const waits = waitsFor(decision, facts)
  return people.commands
    .filter(({ kind }) => kind === 'status')
    .flatMap((command): readonly Effect[] => [
      {
        kind: 'comment.say',
        on: command.on,
        tag: noteTag(card.runId, `status:${command.comment}`),
        body: statusComment({ card, minutes, thread: thread.state, waits }),
      },
      { kind: 'comment.react', comment: command.comment, reaction: '+1' },
    ])
}

/** What is asked of people is waited for, whether they were asked now or before. Null: something is about to be done. */
function waitsFor({ kind, code, facts }: RunDecision, { thread }: RunFacts): string | null {
  if (!waiting.includes(kind)) return null
  const { waitingFor } = facts
  const checks = Array.isArray(waitingFor) ? waitingFor.slice(0, SHOWN).map((name) => codeQuote(String(name), 60)) : []
  return waitWords(code, { ...facts, waitingFor: checks }, thread.state)
}

const SHOWN = 5
const waiting: readonly RunDecision['kind'][] = [
  'wait',
  'ask',
  'ask-approval',
  'ask-on-github',
  'ring-ready',
  'ring-waiting',
]
