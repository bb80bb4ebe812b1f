import { blockerRefs } from './blockers.ts'
import { cardsOf } from '../card/cards-of.ts'
import { lockFate } from '../lock-history.ts'
import { age, eventsAfter } from '../label-history.ts'
import { sameName, type Actor, type Blocker, type IssueRef } from '../model.ts'
import {
  issueKey,
  personKey,
  type Candidate,
  type Need,
  type PollObservation,
  type RepoSituation,
} from './poll-facts.ts'
import { carriesTrailer } from '../trailer.ts'
import { isAgent, isListed, trustOf, type TrustContext } from '../trust.ts'

/**
 * Who may start: the rules of SPEC 5.1, in its order, as data. To add a rule, add an element and its table in the test.
 * A rule answers from what is known; what it would have to ask first it names as a need, and counts as passed until then.
 * Owns no ordering between issues and no capacity: that is `dispatch-plan.ts`.
 */
export interface Rule {
  readonly code: EligibilityCode
  /** `free` rules need nothing beyond labels, numbers and threads; `costly` ones look at the issue itself. */
  readonly cost: 'free' | 'costly'
  /** Not asked of a dispatch that died half way and is finished now (SPEC 5.1, Resume first). */
  readonly waivedOnResume?: true
  readonly check: (context: RuleContext) => Ruling
}

export type EligibilityCode =
  | 'not-allowlisted'
  | 'in-progress'
  | 'repo-busy'
  | 'human-label'
  | 'already-ran'
  | 'untrusted-labeller'
  | 'edited-after-label'
  | 'blocked'
  | 'pickup-delay'
  | 'base-red'
  | 'repo-moved'
  | 'capacity'
  | 'daily-cap'
  | 'draining'
  | 'unreadable'
  | 'not-evaluated'

export type Facts = {
  readonly [name: string]: string | number | boolean | null | readonly string[] | readonly number[]
}

export type Ruling =
  | { readonly verdict: 'pass' }
  | { readonly verdict: 'fail'; readonly facts: Facts; readonly unblock: string }
  | { readonly verdict: 'unknown'; readonly needs: readonly Need[] }

export interface RuleContext {
  readonly candidate: Candidate
  readonly situation: RepoSituation
  readonly observation: PollObservation
  readonly resume: boolean
  /** What else holds the repo, in words; null when nothing does. */
  readonly heldBy: string | null
  readonly allowlisted: boolean
}

const pass: Ruling = { verdict: 'pass' }

export const rules: readonly Rule[] = [
  {
    code: 'not-allowlisted',
    cost: 'free',
    check: ({ allowlisted, situation }) =>
      allowlisted ? pass : fail({ repo: situation.repo }, 'add the repo to AFK_ALLOWLIST'),
  },
  { code: 'in-progress', cost: 'free', check: inProgress },
  {
    code: 'repo-busy',
    cost: 'free',
    check: ({ heldBy }) => (heldBy === null ? pass : fail({ heldBy }, 'it may start when that run has ended')),
  },
  { code: 'human-label', cost: 'costly', check: humanLabel },
  { code: 'already-ran', cost: 'costly', check: alreadyRan },
  { code: 'untrusted-labeller', cost: 'costly', check: untrustedLabeller },
  { code: 'edited-after-label', cost: 'costly', check: editedAfterLabel },
  { code: 'blocked', cost: 'costly', check: blocked },
  { code: 'pickup-delay', cost: 'costly', waivedOnResume: true, check: pickupDelay },
  { code: 'base-red', cost: 'costly', waivedOnResume: true, check: baseRed },
  {
    code: 'repo-moved',
    cost: 'free',
    check: ({ situation: { overview } }) =>
      sameName(overview.repo, overview.nameWithOwner)
        ? pass
        : fail({ now: overview.nameWithOwner }, `put ${overview.nameWithOwner} on the allowlist instead`),
  },
]

function inProgress({ candidate, situation, observation }: RuleContext): Ruling {
  // The look at the issue is newer than the look over its repo: another poller may have put the lock on in between.
  if (situation.overview.locked.includes(candidate.ref.number) || candidate.history?.lockedNow) {
    return fail({ label: situation.policy.labels.inProgress }, 'it is being worked on')
  }
  // Of a lock that was put on for this very epoch and is gone the watcher makes a cancel or an end: never a second start.
  const { history, epoch } = candidate
  const who = { policy: situation.policy, self: observation.self }
  return history !== null && epoch !== null && lockFate(history, epoch, who).kind === 'off'
    ? fail(
        { lock: 'taken off' },
        `this application of ${situation.policy.labels.ready} has had its run; put the label on again to start another`,
      )
    : pass
}

function humanLabel({ candidate, situation }: RuleContext): Ruling {
  const { summary, history, epoch, ref } = candidate
  const { human, ready } = situation.policy.labels
  if (summary !== null && !summary.labels.some((label) => sameName(label, human))) return pass
  if (summary === null || history === null) return unknown({ kind: 'look', issue: ref })
  const putOnAfter =
    epoch !== null && eventsAfter(history, epoch, human).findLast((event) => event.action === 'labeled')
  return putOnAfter
    ? fail(
        { label: human, by: putOnAfter.actor?.login ?? null, at: iso(putOnAfter.at) },
        `take ${human} off, or put ${ready} on again`,
      )
    : pass
}

function alreadyRan({ candidate, situation }: RuleContext): Ruling {
  if (candidate.facts === null) return unknown({ kind: 'look', issue: candidate.ref })
  const { broken, newer, tampered } = cardsOf(candidate.facts)
  const own = candidate.card
  if (own?.outcome) {
    return fail(
      { outcome: own.outcome.kind, reason: own.outcome.reason },
      `take ${situation.policy.labels.ready} off and put it on again to start a new run`,
    )
  }
  // A marker that cannot be read might be this run's outcome: never a guess, and never a second run (SPEC 6.2). An older comment cannot.
  const odd = [...broken, ...newer, ...tampered]
    .filter(({ at }) => at >= (candidate.epoch?.at ?? 0))
    .map(({ comment }) => comment)
  return odd.length > 0 && own === null
    ? fail(
        { unreadableCards: odd },
        'delete the comment(s) of afk whose hidden marker is damaged, or run the newer version of afk',
      )
    : pass
}

function untrustedLabeller(context: RuleContext): Ruling {
  const { candidate, situation, observation } = context
  const remedy = `somebody with ${situation.policy.trustedPermissions.join(', ')} permission puts ${situation.policy.labels.ready} on again`
  if (candidate.facts === null) {
    // Of somebody who was asked about before nothing more has to be read.
    const labeller = candidate.summary?.readyBy ?? null
    return labeller !== null && trustOf(labeller, trustContext(context)) === 'untrusted'
      ? fail(standing(context, labeller), remedy)
      : unknown({ kind: 'look', issue: candidate.ref })
  }
  const { epoch } = candidate
  if (epoch === null || epoch.actor === null) return fail({ by: null }, remedy)
  const by = epoch.actor.login
  const trust = trustOf(epoch.actor, trustContext(context))
  if (trust === 'untrusted') return fail(standing(context, epoch.actor), remedy)
  if (trust === 'unknown') return unknown({ kind: 'permission', repo: situation.repo, login: by, of: candidate.ref })
  if (isListed(epoch.actor, situation.policy)) return pass
  // Only one of the two APIs tells that an app acted for a user (contracts of GitHub).
  const via = observation.via[epoch.id]
  if (via === undefined) return unknown({ kind: 'via', issue: candidate.ref, eventId: epoch.id })
  if (via === false) {
    const why = { by, event: "not in GitHub's list of events" }
    return fail(why, `it is asked for again in the next tick; if it stays so, ${remedy}`)
  }
  return via === null || isListed({ login: via, kind: 'bot' }, situation.policy) ? pass : fail({ by, via }, remedy)
}

function editedAfterLabel(context: RuleContext): Ruling {
  const { candidate, situation } = context
  const { facts, epoch } = candidate
  if (facts === null) return unknown({ kind: 'look', issue: candidate.ref })
  if (epoch === null) return pass
  // Times are whole seconds: one of the label's own second may have come after it.
  const edits = facts.edits.filter((edit) => edit.at >= epoch.at)
  const bad = edits.find((edit) => trustOf(edit.actor, trustContext(context)) === 'untrusted')
  if (bad) {
    return fail(
      { what: bad.what, by: bad.actor?.login ?? null, at: iso(bad.at) },
      `somebody trusted reads it again and puts ${situation.policy.labels.ready} off and on`,
    )
  }
  const unasked = edits.flatMap((edit) =>
    edit.actor !== null && trustOf(edit.actor, trustContext(context)) === 'unknown' ? [edit.actor] : [],
  )
  return unasked.length > 0 ? unknown(...unasked.map((actor) => permissionNeed(context, actor))) : pass
}

function blocked({ candidate, observation }: RuleContext): Ruling {
  const { summary, facts, ref } = candidate
  if (summary === null) return unknown({ kind: 'look', issue: ref })
  if (facts === null && summary.openDependencies > 0) {
    return fail({ openDependencies: summary.openDependencies }, 'close the issues that block it')
  }
  const named = blockerRefs(summary.body, ref.repo).filter((other) => issueKey(other) !== issueKey(ref))
  const known = named.flatMap((other) => observation.blockers[issueKey(other)] ?? seenOpen(other, observation))
  const open = [...known, ...(facts?.dependencies ?? [])].filter(({ state }) => state !== 'closed')
  if (open.length > 0 || summary.openDependencies > 0) {
    return fail(
      {
        by: open.map((blocker) => `${blocker.repo}#${blocker.number} (${blocker.state})`),
        openDependencies: summary.openDependencies,
      },
      'close the issues that block it, or take them out of its text and its dependencies',
    )
  }
  return known.length < named.length
    ? unknown({
        kind: 'states',
        of: ref,
        issues: named.filter((other) => !known.some((one) => issueKey(one) === issueKey(other))),
      })
    : pass
}

/** A ready issue of a repo that was looked over is open: nobody has to be asked. */
export function seenOpen(issue: IssueRef, observation: PollObservation): readonly Blocker[] {
  const isReady = observation.repos.some(
    ({ repo, ready }) => sameName(repo, issue.repo) && ready.includes(issue.number),
  )
  return isReady ? [{ ...issue, state: 'open' }] : []
}

function pickupDelay({ candidate, situation, observation }: RuleContext): Ruling {
  if (candidate.facts === null) return unknown({ kind: 'look', issue: candidate.ref })
  if (candidate.epoch === null) return pass
  const seconds = Math.floor(age(observation.now.tracker, candidate.epoch.at) / 1000)
  return seconds < situation.policy.pickupDelaySeconds
    ? fail(
        { ageSeconds: seconds, pickupDelaySeconds: situation.policy.pickupDelaySeconds },
        'it starts by itself when the label is old enough',
      )
    : pass
}

function baseRed({ candidate, situation, observation }: RuleContext): Ruling {
  const { base } = situation.overview
  if (!situation.policy.requireGreenBase || base === null || base.rollup !== 'failure') return pass
  const red = fail({ branch: base.branch, commit: base.head }, `make the default branch ${base.branch} green`)
  // Its own earlier run may have left it red: then this run is the mending (SPEC 5.1).
  if (candidate.facts === null) return unknown({ kind: 'look', issue: candidate.ref })
  const earlier = cardsOf(candidate.facts).cards.map(({ card }) => card.runId)
  if (earlier.length === 0) return red
  const head = observation.heads[situation.repo.toLowerCase()]
  if (head === undefined) return unknown({ kind: 'head', repo: situation.repo, branch: base.branch })
  return head !== null && earlier.some((runId) => carriesTrailer(head.message, runId)) ? pass : red
}

function trustContext(context: Pick<RuleContext, 'situation' | 'observation'>): TrustContext {
  return {
    policy: context.situation.policy,
    self: context.observation.self,
    permissionOf: (login) => context.observation.permissions[personKey(context.situation.repo, login)],
  }
}

function permissionNeed(context: RuleContext, actor: Actor): Need {
  return { kind: 'permission', repo: context.situation.repo, login: actor.login, of: context.candidate.ref }
}

/** Why this account does not count: only a person's permission is looked up at all. */
function standing({ situation: { repo, policy }, observation }: RuleContext, actor: Actor): Facts {
  const by = actor.login
  if (sameName(by, observation.self.login)) return { by, account: "afk's own" }
  if (isAgent(actor, policy)) return { by, account: 'one of agentLogins' }
  if (actor.kind === 'bot') return { by, account: 'a bot that is not on trustedActors' }
  return { by, permission: observation.permissions[personKey(repo, by)]?.role ?? 'none' }
}

function fail(facts: Facts, unblock: string): Ruling {
  return { verdict: 'fail', facts, unblock }
}

function unknown(...needs: readonly Need[]): Ruling {
  return { verdict: 'unknown', needs }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
