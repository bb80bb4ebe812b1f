import { cardsOf } from '../core/card/cards-of.ts'
import { branchName } from '../core/branch-name.ts'
import type { Instant, IssueComment, IssueFacts } from '../core/model.ts'
import { startPrompt } from '../core/prompt/prompt.ts'
import { trustOf } from '../core/trust.ts'
import { knowPermissions } from './permissions.ts'
import { failingOfEarlier } from './red-base.ts'
import { attemptNumber } from '../core/run/plan-run.ts'
import type { RunDecision } from '../core/run/run-decision.ts'
import type { RunFacts } from '../core/run/run-facts.ts'
import { uncountedReport } from '../core/run/uncounted-report.ts'
import { continuePrompt, fixPrompt, nudgePrompt } from '../core/prompt/turns-text.ts'
import type { Purpose } from '../core/ids.ts'
import { answerText, findingsText, reviewText } from './compose-review.ts'
import type { Tick } from './tick.ts'

/** Notes that a repo's owners keep for the agent, on its default branch (SPEC 4). */
const notesPath = '.github/afk.md'

/**
 * The first prompt of a run: the issue as it was approved, with what trusted people said up to its dispatch (`until`), what earlier runs of the issue
 * ended with, and the repo's own notes (SPEC 5.3).
 */
export async function startText(
  facts: IssueFacts,
  runId: string,
  baseBranch: string,
  until: Instant,
  tick: Tick,
): Promise<string> {
  const policy = tick.policy.repo(facts.repo)
  const [comments, repoNotes] = [
    await trustedComments(facts, until, tick),
    await tick.world.tracker.file(facts.repo, notesPath),
  ]
  const others = cardsOf(facts).cards.flatMap(({ card }) => (card.runId === runId ? [] : [card]))
  const earlier = others.flatMap((card) =>
    card.outcome === null
      ? []
      : [
          {
            outcome: card.outcome.kind,
            reason: card.outcome.reason,
            branch: branchName(facts.number, facts.title, card.runId),
            failing: card.reds.at(-1)?.failing ?? [],
          },
        ],
  )
  return startPrompt({
    repo: facts.repo,
    number: facts.number,
    title: facts.title,
    body: facts.body,
    url: facts.url,
    runId,
    baseBranch,
    landing: policy.landing,
    commands: policy.commands,
    instructions: policy.instructions,
    repoNotes,
    comments: comments.map(({ author, createdAt, body }) => ({ login: author?.login ?? 'ghost', at: createdAt, body })),
    earlier,
    baseFailing: await failingOfEarlier(facts.repo, baseBranch, others, tick),
  })
}

/** Lines of each failing log that a corrective turn may show (SPEC 6.5). */
const logLines = 200
/** Each is a download, and all share the prompt's room. */
const maxLogs = 20

/** The text of the turn that a decision sends; empty for one that sends none. */
export async function turnText(facts: RunFacts, decision: RunDecision, tick: Tick): Promise<string> {
  if (decision.kind === 'review') return reviewText(facts, decision)
  const purpose = purposeOf(decision, facts)
  if (purpose === null) return ''
  const { runId } = facts.run
  const { number } = facts.issue
  const { landing } = facts.policy
  if (purpose === 'start') return startText(facts.issue, runId, facts.baseBranch, facts.card.startedAt, tick)
  if (purpose === 'continue')
    return continuePrompt({ error: facts.thread.error, landing, halted: followsHalt(decision) })
  if (purpose === 'nudge') {
    return nudgePrompt({ number, runId, landing, baseBranch: facts.baseBranch, reported: uncountedReport(facts) })
  }
  if (purpose.startsWith('answer:')) return answerText(facts, Number(purpose.slice('answer:'.length)))
  if (purpose.startsWith('review:')) return findingsText(facts, tick)
  return fixText(facts, decision, tick)
}

function purposeOf(decision: RunDecision, facts: RunFacts): Purpose | null {
  if (decision.kind === 'retry') return decision.purpose
  if (decision.kind === 'resend') return decision.turn.purpose
  if (decision.kind === 'nudge') return 'nudge'
  if (decision.kind === 'answer') return `answer:${decision.comment.id}`
  if (decision.kind === 'findings') return decision.purpose
  return decision.kind === 'fix-forward' ? `fix:${facts.head?.commit.sha ?? ''}` : null
}

function followsHalt(decision: RunDecision): boolean {
  const turn = decision.kind === 'resend' ? decision.turn : decision
  return 'halted' in turn
}

async function fixText(facts: RunFacts, decision: RunDecision, tick: Tick): Promise<string> {
  const { verdict, head, issue, policy, landing } = facts
  const red = verdict?.kind === 'red' ? verdict : null
  const shown = red?.failingChecks.slice(0, maxLogs) ?? []
  const logs = shown.length === 0 ? [] : await tick.world.ci.logs(issue.repo, shown, logLines)
  const attempt = decision.kind === 'fix-forward' ? attemptNumber(facts) : attemptNumber(facts) - 1
  const own = branchName(issue.number, issue.title, facts.run.runId)
  return fixPrompt({
    sha: head?.commit.sha ?? '',
    failing: red?.failing ?? facts.card.reds.at(-1)?.failing ?? [],
    logs,
    attempt,
    maxAttempts: policy.fixForward.maxAttempts,
    runId: facts.run.runId,
    number: issue.number,
    stage: red?.stage ?? 'ci',
    reopened: issue.state === 'closed',
    landing: policy.landing,
    // What is merged is over: its correction comes on a branch and in a pull request of its own (SPEC 15.3).
    branch: landing.kind === 'open' ? landing.pull.branch : `${own}-fix-${attempt}`,
    baseBranch: facts.baseBranch,
    merged: landing.kind === 'merged',
  })
}

/** Comments by people whose word counts; afk's own and the agents' never do. */
async function trustedComments(facts: IssueFacts, until: Instant, tick: Tick): Promise<readonly IssueComment[]> {
  const candidates = facts.comments.filter(
    ({ createdAt, own, editedByOther }) => createdAt <= until && !own && !editedByOther,
  )
  const trust = await knowPermissions(
    facts.repo,
    candidates.map(({ author }) => author),
    tick,
  )
  return candidates.filter(({ author }) => trustOf(author, trust) === 'trusted')
}
