import { decideRun } from '../run/decide-run.ts'
import { identifyRun, type Run } from '../run/identify.ts'
import type { Policy, RepoPolicy } from '../policy.ts'
import { redact } from './redact.ts'
import {
  restoreFacts,
  runDecided,
  standingDecided,
  type RecordedFacts,
  type RecordedRun,
  type WatchRecord,
} from './record.ts'
import { isSame, type Now, type Replayed } from './replay.ts'
import { standingOf } from '../run/standing.ts'
import { foldVerdict, type Verdict } from '../verdict/verdict.ts'

interface Policies {
  readonly recorded: Policy
  readonly now: Policy
}

/**
 * What this build decides of the runs that a watcher saw. Limits of another configuration count at once; what that tick would have had
 * to ask GitHub or the cluster for makes the decision unknown.
 */
export function replayWatch(record: WatchRecord, policies: Policies): readonly Replayed[] {
  return record.runs.map((run) => ({
    repo: run.issue.repo,
    issue: run.issue.number,
    was: run.decided,
    now: nowOf(run, record, policies),
  }))
}

function nowOf(run: RecordedRun, { self, threads }: WatchRecord, { recorded, now }: Policies): Now {
  const { issue, overview, allowlisted } = run
  const before = recorded.repo(overview.repo)
  const policy = now.repo(overview.repo)
  if (!isSame(before.labels, policy.labels)) return unknown(['the events of other labels'])
  const identified = identifyRun(issue, {
    policy,
    self,
    threadExists: (id) => threads.includes(id),
    // Facts were observed of the run that the tick had found alone.
    threadAtWork: (id) => run.facts?.thread.id === id,
    pollerResumes: allowlisted,
  })
  if (identified.kind !== 'run') {
    const standing = standingOf(identified, overview.locked.includes(issue.number))
    if (standing === null) return { kind: 'nothing' }
    return { kind: 'decided', decided: standingDecided(issue, standing), facts: standing.facts }
  }
  if (run.facts === null) return unknown(['what its branch, its checks and its thread showed'])
  const { kind: _kind, ...found } = identified
  const missing = [...unobserved(run.facts, found, issue.edits, before, policy)]
  const verdict = verdictOf(run, run.facts, before, policy)
  if (verdict === 'unknown') missing.push('its checks or its rollout, as the other configuration asks for them')
  if (verdict === 'unknown' || missing.length > 0) return unknown(missing)
  const facts = restoreFacts(issue, { ...run.facts, run: found, card: found.card ?? run.facts.card, verdict }, policy)
  const decision = decideRun(facts, self)
  return { kind: 'decided', decided: runDecided(decision, facts), facts: decision.facts }
}

/** Tunables that only the core's decisions read: another value of theirs counts at once. Those that change no decision are among them. */
const direct = new Set<string>([
  'pickupDelaySeconds',
  'defaultPriority',
  'requireGreenBase',
  'fixForward',
  'ciMaxSeconds',
  'rolloutMaxSeconds',
  'maxRunSeconds',
  'stallSeconds',
  'maxTurnRetries',
  'retryBackoffSeconds',
  'maxNudges',
  'budgetUsd',
  'usdPerMillionTokens',
  'startGraceSeconds',
  'maxQuestions',
  'questionMaxSeconds',
  'mergeMaxSeconds',
  'model',
  'instanceId',
  'runtimeMode',
  'workspaceBase',
  'notifyDone',
  'archiveAfterSeconds',
  'explainOnIssue',
  'commands',
  'instructions',
])

/** Those that the verdict is folded with. */
const ofVerdict = ['requiredChecks', 'ci', 'ciSettleSeconds', 'ciStartGraceSeconds', 'rollout']

/** What of the facts would have been asked for in another way: of a tunable that nobody listed, everything. */
function unobserved(
  { head }: RecordedFacts,
  run: Run,
  edits: RecordedRun['issue']['edits'],
  before: RepoPolicy,
  policy: RepoPolicy,
): readonly string[] {
  const wasEdited = edits.some(({ at }) => at >= run.epochAt)
  return differing(before, policy)
    .filter((field) => !direct.has(field) && !ofVerdict.includes(field))
    .flatMap((field) => {
      switch (field) {
        case 'protectedPaths':
        case 'allowProtectedPaths':
          return head === null ? [] : [`the paths that it changes (${field})`]
        case 'trustedPermissions':
        case 'trustedActors':
          return policy.agentLogins.length > 0 && !wasEdited ? [] : [`whose commits and edits count (${field})`]
        default:
          return [`what it would have looked at (${field})`]
      }
    })
}

/** Compared as recorded: texts by their hashes. */
function differing(before: RepoPolicy, policy: RepoPolicy): readonly string[] {
  const [old, now] = [before, policy].map((one) => new Map(Object.entries(redact(one) as object)))
  const names = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])
  return [...names].filter((name) => !isSame(old?.get(name), now?.get(name)))
}

/** Folded anew from the checks of then; as it was where they were not recorded and nothing that it rests on is another. */
function verdictOf(
  { checked }: RecordedRun,
  { verdict }: RecordedFacts,
  before: RepoPolicy,
  policy: RepoPolicy,
): Verdict | null | 'unknown' {
  if (verdict === null) return null
  const changed = differing(before, policy).filter((field) => ofVerdict.includes(field))
  if (checked === null) return changed.length === 0 ? verdict : 'unknown'
  // Where no check counted, none was asked for.
  if (before.ci === 'none' && policy.ci !== 'none') return 'unknown'
  const none = { kind: 'none' } as const
  const ci = foldVerdict({ ...checked, policy: { ...policy, rollout: none }, rollout: none })
  // Whether a failure of the infrastructure was run again is asked only where one decided.
  if (changed.length > 0 && ci.kind === 'red' && ci.infrastructureOnly && !isSame(ci, verdict)) return 'unknown'
  if (ci.kind !== 'green' || policy.rollout.kind === 'none') return ci
  // And the rollout only once CI was green.
  return changed.includes('rollout') || checked.rollout.kind === 'none'
    ? 'unknown'
    : foldVerdict({ ...checked, policy })
}

function unknown(missing: readonly string[]): Now {
  return { kind: 'unknown', missing }
}
