import type { Rerun } from '../card/card.ts'
import { foldChecks, type Judgement } from './check-verdict.ts'
import { sha256 } from '../ids.ts'
import type { Check, CommitChecks, Instant, RolloutFacts } from '../model.ts'
import type { RepoPolicy } from '../policy.ts'
import { foldRollout } from './rollout-verdict.ts'

/** `merge`: what stands between a pull request and its base (SPEC 15.3). */
type Stage = 'ci' | 'rollout' | 'merge'

/** What CI and the rollout say of a run's head (SPEC 7). All lists of names are sorted and without doubles. */
export type Verdict =
  | {
      readonly kind: 'green'
      /** The commit whose checks were judged: the head, or a later one that contains it. */
      readonly judged: string
      /** What people should know of this green, such as that there is no CI. */
      readonly notes: readonly string[]
    }
  | {
      readonly kind: 'pending'
      readonly stage: Stage
      /** `held`: all that is left is deployments that wait to be allowed. */
      readonly why: 'no-check' | 'running' | 'settling' | 'required-missing' | 'held' | 'rerun' | 'rollout'
      /** Names of checks, or words on the rollout. */
      readonly waitingFor: readonly string[]
    }
  | {
      readonly kind: 'red'
      readonly stage: Stage
      readonly failing: readonly string[]
      /** The checks behind `failing`, those of one's own commit; none for a rollout. */
      readonly failingChecks: readonly Check[]
      /** Nothing that failed says anything about the code. */
      readonly infrastructureOnly: boolean
      /** Cancelled by a later commit that is red and not ours: the fault may be anybody's, and `judged` is that commit. */
      readonly superseded: boolean
      /** These checks are those of a second attempt already. */
      readonly rerunDone: boolean
      readonly signature: string
      readonly judged: string
    }

export interface VerdictFacts {
  readonly head: string
  /** Those of the head, or where it has none of its own (a push's inner commit) those of the first descendant that has. */
  readonly checks: CommitChecks
  /** The newest later commit that contains the head, when there is one; `ours` = pushed by the same run. */
  readonly later: {
    readonly sha: string
    readonly ours: boolean
    readonly checks: CommitChecks
  } | null
  readonly policy: Pick<RepoPolicy, 'ci' | 'requiredChecks' | 'ciSettleSeconds' | 'ciStartGraceSeconds' | 'rollout'>
  /** On the tracker's clock, like `now`. */
  readonly headSeenAt: Instant
  readonly now: Instant
  readonly rerun: Rerun | null
  readonly rollout: RolloutFacts
  /** The head first, then newer commits that contain it. */
  readonly descendants: readonly string[]
}

/**
 * Folds everything that is known of a head into one verdict (SPEC 7): CI first, the rollout only when CI is green. Pure and total;
 * the order of checks never matters, and one more failing check never makes anything green (but for one cancelled by a later commit:
 * it hands the judgement to that commit).
 */
export function foldVerdict(facts: VerdictFacts): Verdict {
  const ci = foldCi(facts)
  if (ci.kind !== 'green') return ci
  const rollout = foldRollout(facts.policy.rollout, facts.rollout, facts.descendants)
  switch (rollout.kind) {
    case 'green':
      return { ...ci, notes: [...ci.notes, ...rollout.notes] }
    case 'pending':
      return { kind: 'pending', stage: 'rollout', why: 'rollout', waitingFor: rollout.waitingFor }
    case 'red':
      return {
        kind: 'red',
        stage: 'rollout',
        failing: rollout.failing,
        failingChecks: [],
        infrastructureOnly: false,
        superseded: false,
        rerunDone: false,
        signature: signatureOf('rollout', rollout.failing),
        judged: rollout.judged,
      }
  }
}

/** SHA-256 of the sorted names of what failed, with the stage (SPEC 7.4): equal for the same failures, whatever the commit. */
export function signatureOf(stage: Stage, failing: readonly string[]): string {
  return sha256(JSON.stringify([stage, ...new Set(failing.toSorted())]))
}

function foldCi(facts: VerdictFacts): Verdict {
  const { checks, later, policy, rerun } = facts
  if (policy.ci === 'none') return { kind: 'green', judged: facts.head, notes: ['no CI is configured'] }
  const settled = facts.now - facts.headSeenAt >= policy.ciSettleSeconds * 1000
  const own = foldChecks(checks.checks, policy.requiredChecks, settled)
  // Only a red can be the old attempt's: what is pending or green is the new one already.
  if (own.kind === 'red' && awaitsRerun(facts)) {
    return { kind: 'pending', stage: 'ci', why: 'rerun', waitingFor: own.failing }
  }
  if (own.kind !== 'red' || !own.cancelledOnly || later === null) return verdictOf(own, checks, [])
  const theirs = foldChecks(later.checks.checks, policy.requiredChecks, settled)
  // What never runs there (its files concern other workflows) was cancelled by something else, and only ours can be run again.
  if (isOver(theirs) && !own.failing.every((name) => later.checks.checks.some((check) => check.name === name))) {
    return verdictOf(own, checks, [])
  }
  if (theirs.kind !== 'red' || later.ours) {
    return verdictOf(theirs, later.checks, [`judged by the later commit ${later.sha.slice(0, 10)}`])
  }
  // Whether a rerun is possible, and was tried, the caller knows from the card; it reruns our own checks, so those are named.
  return {
    ...redVerdict(own, checks),
    infrastructureOnly: true,
    superseded: true,
    judged: later.sha,
  }

  function verdictOf(judgement: Judgement, of: CommitChecks, notes: readonly string[]): Verdict {
    switch (judgement.kind) {
      case 'green':
        return { kind: 'green', judged: of.sha, notes }
      case 'pending':
        return {
          kind: 'pending',
          stage: 'ci',
          why: judgement.why,
          waitingFor: judgement.waitingFor,
        }
      case 'red':
        return redVerdict(judgement, of)
    }
  }

  function redVerdict(
    judgement: Extract<Judgement, { kind: 'red' }>,
    of: CommitChecks,
  ): Extract<Verdict, { kind: 'red' }> {
    return {
      kind: 'red',
      stage: 'ci',
      failing: judgement.failing,
      failingChecks: judgement.failingChecks,
      infrastructureOnly: judgement.infrastructureOnly,
      superseded: false,
      // What was recorded on the card counts as done only once its grace is over, above; a new attempt is a fact.
      rerunDone: of.attempt > 1 || (rerun !== null && rerun.head === of.sha && !rerun.refused),
      signature: signatureOf('ci', judgement.failing),
      judged: of.sha,
    }
  }
}

/** All that will run there has run, and nothing of it failed. */
function isOver(judgement: Judgement): boolean {
  return judgement.kind === 'green' || (judgement.kind === 'pending' && judgement.why === 'required-missing')
}

/** Run again and the new attempt not visible yet: whatever the old one shows decides nothing, for as long as the grace lasts (SPEC 6.5). */
function awaitsRerun({ head, checks, later, policy, rerun, now }: VerdictFacts): boolean {
  if (rerun === null || rerun.refused || now - rerun.at >= policy.ciStartGraceSeconds * 1000) return false
  if (rerun.head === head || rerun.head === checks.sha) return checks.attempt <= 1
  return later !== null && rerun.head === later.sha && later.checks.attempt <= 1
}
