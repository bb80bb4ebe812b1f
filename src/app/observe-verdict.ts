import type { Card } from '../core/card/card.ts'
import { needsAttempt } from '../core/verdict/check-verdict.ts'
import type { FoundHead } from '../core/run/find-head.ts'
import type { Commit, CommitChecks, RolloutFacts } from '../core/model.ts'
import type { RepoPolicy } from '../core/policy.ts'
import type { RunHead } from '../core/run/run-facts.ts'
import { foldVerdict, type Verdict, type VerdictFacts } from '../core/verdict/verdict.ts'
import { PortError } from '../ports/errors.ts'
import type { KnownBranch } from './known-branches.ts'
import type { Tick } from './tick.ts'

/** What CI, and then the rollout, say of a head (SPEC 7). */
export async function verdictOf(
  found: FoundHead,
  head: RunHead,
  card: Card | null,
  policy: RepoPolicy,
  now: number,
  repo: string,
  known: KnownBranch | null,
  tick: Tick,
): Promise<Verdict> {
  const onTop = found.later.filter((commit) => found.pushedOnTop.includes(commit.sha))
  const shas = distinct([found.head, ...onTop, ...found.later.slice(-laterLooked)].map(({ sha }) => sha))
  const answered = policy.ci === 'none' ? [] : await checksOfAll(shas, repo, known, card, tick)
  const checksOf = (sha: string) => answered.find((answer) => answer.sha === sha) ?? { sha, checks: [], attempt: 1 }
  const reports = ({ sha }: Commit) => checksOf(sha).checks.length > 0
  // A push's inner commit has no checks of its own: the first on top of it that the run pushed, and that has some, speaks for it.
  const judged = [found.head, ...onTop].find(reports) ?? found.head
  const later = found.later.findLast((commit) => commit.sha !== judged.sha && reports(commit))
  const descendants = [found.head.sha, ...found.later.map(({ sha }) => sha)]
  const ciFacts = {
    head: found.head.sha,
    checks: checksOf(judged.sha),
    later: later ? { sha: later.sha, ours: found.pushedOnTop.includes(later.sha), checks: checksOf(later.sha) } : null,
    policy,
    headSeenAt: head.seenAt,
    now,
    rerun: card?.rerun ?? null,
    descendants,
  }
  const facts: VerdictFacts = { ...ciFacts, rollout: await rolloutIfGreen(ciFacts, descendants, repo, policy, tick) }
  tick.recorder?.checked(facts)
  return foldVerdict(facts)
}

/** The rollout is a matter of what CI has passed: until then nobody is asked about it, and the verdict does not look at it. */
async function rolloutIfGreen(
  ciFacts: Omit<VerdictFacts, 'rollout'>,
  descendants: readonly string[],
  repo: string,
  policy: RepoPolicy,
  tick: Tick,
): Promise<RolloutFacts> {
  const none = { kind: 'none' } as const
  const ci = foldVerdict({ ...ciFacts, policy: { ...ciFacts.policy, rollout: none }, rollout: none })
  return ci.kind === 'green' ? rolloutOf(policy, repo, descendants, tick) : none
}

/** Attempts cost a request each, and count only where it was not the code that failed, or CI was run again. */
async function checksOfAll(
  shas: readonly string[],
  repo: string,
  known: KnownBranch | null,
  card: Card | null,
  tick: Tick,
): Promise<readonly CommitChecks[]> {
  const wasRerun = card?.rerun != null && shas.includes(card.rerun.head)
  const seen = shas.flatMap((sha) => {
    const checks = known?.checks.get(sha)
    return checks === undefined || wasRerun || needsAttempt(checks) ? [] : [{ sha, checks, attempt: 1 }]
  })
  const missing = shas.filter((sha) => seen.every((one) => one.sha !== sha))
  if (missing.length === 0) return seen
  const answers = await tick.world.ci.checks(missing.map((sha) => ({ repo, sha })))
  return [
    ...seen,
    ...answers.map((answer) => {
      if (!answer.ok) throw answer.error
      return answer.value
    }),
  ]
}

/** The newest commits on top of the head that are asked for checks, in case those of the head were cancelled for one of them. */
const laterLooked = 3

function distinct(shas: readonly string[]): readonly string[] {
  return [...new Set(shas)]
}

async function rolloutOf(policy: RepoPolicy, repo: string, shas: readonly string[], tick: Tick): Promise<RolloutFacts> {
  const target = policy.rollout
  if (target.kind === 'none') return { kind: 'none' }
  if (target.kind === 'githubDeployment') {
    const newest = await tick.world.ci.deployment(repo, target.environment, shas)
    return newest === null
      ? { kind: 'missing', what: `a deployment to ${target.environment}` }
      : { kind: 'deployment', environment: target.environment, sha: newest.sha, state: newest.state }
  }
  if (tick.world.rollout === null) {
    tellOf(tick, repo, 'config', 'a rollout is configured, and no cluster is: neither KUBECONFIG nor a service account')
    return { kind: 'missing', what: 'a connection to the cluster' }
  }
  const facts = await tick.world.rollout.workload(target)
  if (facts.kind === 'forbidden') tellOf(tick, repo, 'forbidden', `${facts.what} may not be read by afk`)
  return facts
}

/** The run waits, until its limit: but what it waits for is a person's to mend, and they are told of it from the first tick on (SPEC 10). */
function tellOf(tick: Tick, repo: string, category: 'config' | 'forbidden', words: string): void {
  const error = new PortError('rollout', 'workload', category, `rollout of ${repo}: ${words}`)
  tick.report.error('rollout', error)
  tick.failures.item(error)
}
