import { match } from 'ts-pattern'
import { answeredBells, withOver } from '../doorbell/answered-bells.ts'
import type { Card, Turn } from '../card/card.ts'
import { waitingBell } from '../doorbell/doorbell-waiting.ts'
import { ringEffects, withBeforeRing } from '../doorbell/ring-effects.ts'
import type { Effect } from '../effects.ts'
import { endRun, withOutcome } from './end-run.ts'
import { unhalted } from './halted.ts'
import { eventsAfter, epochById } from '../label-history.ts'
import type { ThreadView } from '../model.ts'
import { withAnswered } from '../people/open-question.ts'
import { modelChoice } from '../model-choice.ts'
import { differs, nextCard } from './next-card.ts'
import { foundLines } from '../landing/found-lines.ts'
import { noChangeReplies } from '../landing/no-change-replies.ts'
import { planMerge, planReady, planResolve, planReview, withFindings, withReview } from '../landing/plan-landing.ts'
import { planApproval, planQuestion } from '../people/plan-people.ts'
import { planStatus } from '../people/plan-status.ts'
import { planRefusals } from '../people/refusals.ts'
import { planAllow, planOnGithub } from '../people/plan-release.ts'
import { countReds } from './reds.ts'
import type { RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'
import { withSettledBells } from '../doorbell/settle-bells.ts'
import { isStalled } from './stalled.ts'
import { fixAttempts, isDrivenByPerson } from './turns.ts'

/**
 * The writes of one decision, in order (SPEC 6.5). `text` is the turn's text where the decision sends one. What is recorded stands in
 * the card before the turn is sent; the outcome is the first write of an end, the lock label the last.
 */
export function planRun(facts: RunFacts, decision: RunDecision, text: string): readonly Effect[] {
  const effects = withInterrupt(facts, decision, writesOf(facts, decision, text))
  // An end settles all that is open by itself, for there the lock label is the last write.
  if (endings.includes(decision.kind)) return effects
  const { title, url, repo } = facts.issue
  const card = effects.findLast((effect) => effect.kind === 'card.write')?.card ?? nextCard(facts)
  const subject = { card, title, issueUrl: url, repo }
  const settled = withSettledBells(effects, subject, answeredBells(facts, card), facts.now.tracker)
  // Who asks is told whatever is decided, and nothing waits for it.
  return withBeforeRing(settled, [...planStatus(facts, decision, card), ...planRefusals(facts)])
}

/**
 * What gave no sign for so long is interrupted, whatever is decided then (SPEC 6.4, row 3): a turn that is sent, and an end, bring an
 * interrupt of their own. A known command id is answered and not done again, so each turn is interrupted once, under a number that is
 * neither of those. A person's own turn is left to them for as long as nothing else has to be sent (SPEC 16.4).
 */
function withInterrupt(facts: RunFacts, { kind }: RunDecision, effects: readonly Effect[]): readonly Effect[] {
  const runId = facts.run.runId
  const brought = effects.some((effect) => effect.kind === 'turn.interrupt' && effect.runId === runId)
  if (brought || endings.includes(kind) || !isStalled(facts) || isDrivenByPerson(facts.card, facts.thread))
    return effects
  return withBeforeRing(effects, [{ kind: 'turn.interrupt', runId, attempt: stalledFrom + facts.card.turns.length }])
}

const stalledFrom = 500
const endings: readonly RunDecision['kind'][] = ['finish', 'land', 'cancel', 'stop']

function writesOf(facts: RunFacts, chosen: RunDecision, text: string): readonly Effect[] {
  const card = nextCard(facts)
  const save = saver(facts)
  return match(chosen)
    .with({ kind: 'wait' }, () => save(card))
    .with({ kind: 'adopt' }, (): readonly Effect[] => [
      { kind: 'card.write', card },
      { kind: 'label.add', label: facts.policy.labels.inProgress },
    ])
    .with({ kind: 'finish' }, () => {
      // A stop that was obeyed, by an afk that died before its receipt.
      const stops = facts.card.outcome?.reason === 'stopped' ? facts.people.commands : []
      const effects = afterOutcome(end(facts, facts.card), noChangeReplies(facts, facts.card))
      return withReceipts(
        effects,
        stops.flatMap(({ kind, comment }) => (kind === 'stop' ? [comment] : [])),
      )
    })
    .with({ kind: 'land' }, ({ code }) => end(facts, withOutcome(card, 'landed', code, '', facts.now.tracker)))
    .with({ kind: 'cancel' }, ({ code, receipt }) => {
      const effects = end(facts, withOutcome(card, 'cancelled', code, '', facts.now.tracker))
      return withReceipts(effects, receipt === undefined ? [] : [receipt])
    })
    .with({ kind: 'stop' }, ({ code, detail }) => {
      const frozen = wasPushed(facts)
      const kept = { ...card, reds: countReds(facts) }
      const ended = withOutcome(kept, frozen ? 'frozen' : 'escalated', code, detail, facts.now.tracker)
      return [...(frozen ? reopen(facts) : []), ...afterOutcome(end(facts, ended), noChangeReplies(facts, ended))]
    })
    .with({ kind: 'fix-forward' }, ({ attempt }) => {
      const purpose = `fix:${facts.head?.commit.sha ?? ''}` as const
      const recorded = record({ ...card, reds: countReds(facts) }, { purpose, attempt, retry: false }, facts)
      return [...reopen(facts), ...sendTurn(facts, recorded, text)]
    })
    .with({ kind: 'nudge' }, ({ attempt }) =>
      sendTurn(facts, record(card, { purpose: 'nudge', attempt, retry: false }, facts), text),
    )
    .with({ kind: 'retry' }, ({ purpose, attempt, halted }) => {
      const turn = { purpose, attempt, retry: card.turns.length > 0, ...(halted && { halted }) }
      return sendTurn(facts, record(card, turn, facts), text)
    })
    .with({ kind: 'resend' }, () => sendTurn(facts, resent(card, facts), text))
    .with({ kind: 'rerun-ci' }, ({ workflowRuns }): readonly Effect[] => {
      const sha = facts.head?.commit.sha ?? ''
      const rerun = (refused: boolean): Effect => ({
        kind: 'card.write',
        card: { ...card, rerun: { head: sha, at: facts.now.tracker, refused } },
      })
      return [{ kind: 'ci.rerun', sha, workflowRuns, ifRefused: [rerun(true)] }, rerun(false)]
    })
    .with({ kind: 'ring-waiting' }, ({ request, asks }): readonly Effect[] => {
      const cause = `waiting:${request.id}`
      const { title, url, repo } = facts.issue
      const subject = asks === 'reviewer' ? withThread(card, facts.reviewerLink) : card
      const message = waitingBell({ card: subject, request, title, issueUrl: url, repo, ...(asks && { asks }) })
      const now = facts.now.tracker
      return ringEffects(card, { cause, message, askedAt: card.bells[cause]?.at ?? now, now, canRing: facts.canRing })
    })
    .with({ kind: 'ask' }, (decision) => planQuestion(facts, card, decision))
    .with({ kind: 'answer' }, ({ comment, attempt }) => {
      const answered = withAnswered(card, comment.id, facts.now.tracker)
      return sendTurn(facts, record(answered, { purpose: `answer:${comment.id}`, attempt, retry: false }, facts), text)
    })
    .with({ kind: 'review' }, (decision) =>
      planReview(facts, card, decision, text, (why) =>
        end(facts, withOutcome(card, 'frozen', 'review-failed', why, facts.now.tracker)),
      ),
    )
    .with({ kind: 'reviewed' }, ({ round, said }): readonly Effect[] => {
      const found = foundLines(facts.reviewer?.review?.findings ?? '')
      const result = { state: said, ...(found.length === 0 ? {} : { found }) }
      return [{ kind: 'card.write', card: withReview(card, round, result) }]
    })
    .with({ kind: 'findings' }, (decision) => {
      const { purpose, attempt } = decision
      const kept = withFindings(facts, card, decision)
      return sendTurn(facts, record(kept, { purpose, attempt, retry: false }, facts), text)
    })
    .with({ kind: 'resolve-findings' }, ({ threads }) => planResolve(facts, card, threads))
    .with({ kind: 'ask-approval' }, ({ what }) => planApproval(facts, card, what))
    .with({ kind: 'record-approval' }, ({ approval, receipt }): readonly Effect[] => {
      const decided = { ...card, approvals: [...(card.approvals ?? []), approval] }
      const kept = { ...decided, bells: withOver(facts, decided) }
      const reaction = approval.decision === 'approved' ? '+1' : '-1'
      return [
        { kind: 'card.write', card: kept },
        ...(receipt === null ? [] : [{ kind: 'comment.react', comment: receipt, reaction } as const]),
      ]
    })
    .with({ kind: 'ring-ready' }, ({ why }) => planReady(facts, card, why))
    .with({ kind: 'merge' }, ({ method }) => planMerge(facts, card, method))
    .with({ kind: 'allow-deployment' }, ({ waiting }) => [...save(card), ...planAllow(card, waiting)])
    .with({ kind: 'ask-on-github' }, ({ waiting }) => planOnGithub(facts, card, waiting))
    .exhaustive()
}

/** Something of the run is, or once was, on the default branch or in a pull request. */
export function wasPushed({ head, card, landing }: RunFacts): boolean {
  const isElsewhere = landing.kind === 'ambiguous' || (landing.kind === 'none' && landing.pushed !== null)
  return head !== null || card.head !== null || isElsewhere
}

/** What the corrective turn is about, for its text. */
export function attemptNumber(facts: RunFacts): number {
  return fixAttempts(facts.card).length + 1
}

function saver(facts: RunFacts): (card: Card) => readonly Effect[] {
  const missing = facts.run.cardState !== 'present'
  // Written anew without a look at the threads it would forget that reviews were held, and hold them again.
  if (missing && facts.now.executor === null && facts.landing.kind !== 'push') return () => []
  // Held against the card as it stands: what was found again of it is written down.
  const standing = facts.run.card ?? facts.card
  return (card) => (missing || differs(standing, card) ? [{ kind: 'card.write', card }] : [])
}

function end(facts: RunFacts, card: Card): readonly Effect[] {
  const epoch = epochById(facts.history, facts.run.epoch)
  const newer =
    epoch !== null &&
    eventsAfter(facts.history, epoch, facts.policy.labels.ready).some((event) => event.action === 'labeled')
  return endRun({
    card,
    issue: facts.issue,
    policy: facts.policy,
    now: facts.now.tracker,
    canRing: facts.canRing,
    busy: facts.now.executor !== null && (card.outcome?.unstopped ? mayBeBusy(facts) : isBusy(facts.thread)),
    unreachable: facts.now.executor === null,
    reviewer: facts.reviewer !== null && isBusy(facts.reviewer) ? facts.reviewer.id : null,
    answered: answeredBells(facts, card),
    readyIsNewer: newer,
  })
}

/** The card for a message about another thread than the run's own. */
function withThread(card: Card, link: string | null | undefined): Card {
  const { thread: _, ...links } = card.links
  return { ...card, links: link == null ? links : { ...links, thread: link } }
}

function withReceipts(effects: readonly Effect[], comments: readonly number[]): readonly Effect[] {
  return afterOutcome(
    effects,
    comments.map((comment) => ({ kind: 'comment.react', comment, reaction: '+1' })),
  )
}

/** The outcome stays the first write of an end, and the lock label the last (SPEC 6.5). */
function afterOutcome([outcome, ...rest]: readonly Effect[], more: readonly Effect[]): readonly Effect[] {
  return [...(outcome === undefined ? [] : [outcome]), ...more, ...rest]
}

function isBusy({ state }: ThreadView): boolean {
  return ['starting', 'working', 'waiting'].includes(state)
}

/** Of an agent that could not be interrupted: what is not known counts, and the turn of a person who came before afk does not. */
function mayBeBusy({ thread, card }: RunFacts): boolean {
  return (isBusy(thread) || thread.state === 'unknown') && !isDrivenByPerson(card, thread)
}

/** Closed by the run's own commit before it was verified: open again first (SPEC 6.3). */
function reopen({ issue, closedBy }: RunFacts): readonly Effect[] {
  return issue.state === 'closed' && closedBy !== 'person' ? [{ kind: 'issue.reopen' }] : []
}

function record(card: Card, turn: Omit<Turn, 'at' | 'refused'>, facts: RunFacts): Card {
  return { ...card, turns: [...card.turns, { ...turn, at: facts.now.tracker, refused: false }] }
}

function resent(card: Card, { now }: RunFacts): Card {
  const turns = card.turns.map((turn, index) =>
    index === card.turns.length - 1 ? { ...turn, resent: turn.resent ?? now.tracker } : turn,
  )
  return { ...card, turns }
}

function sendTurn(facts: RunFacts, recorded: Card, text: string): readonly Effect[] {
  const card = unhalted(recorded)
  const turn = card.turns.at(-1)
  if (turn === undefined) throw new Error('a turn is recorded before it is sent')
  // What gave no sign for so long may still be alive somewhere: it is stopped before another turn is queued behind it.
  const stop: readonly Effect[] =
    facts.thread.state === 'working' || facts.thread.state === 'unknown'
      ? [{ kind: 'turn.interrupt', runId: card.runId, attempt: 2 * card.turns.length }]
      : []
  return [
    { kind: 'card.write', card },
    ...stop,
    {
      kind: 'turn.start',
      runId: card.runId,
      purpose: turn.purpose,
      attempt: turn.attempt,
      text,
      model: modelChoice(facts.policy),
      ifRefused: [
        {
          kind: 'card.write',
          card: { ...card, turns: card.turns.with(card.turns.length - 1, { ...turn, refused: true }) },
        },
      ],
    },
  ]
}
