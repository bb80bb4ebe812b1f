import type { Card } from '../card/card.ts'
import { cardsOf } from '../card/cards-of.ts'
import type { DetailReads } from './detail-reads.ts'
import { labelHistory, type LabelHistory } from '../label-history.ts'
import {
  repoKey,
  sameName,
  type Actor,
  type Blocker,
  type Commit,
  type Instant,
  type IssueFacts,
  type IssueRef,
  type IssueSummary,
  type Permission,
  type ProjectSummary,
  type RepoName,
  type RepoOverview,
  type ThreadState,
  type ThreadSummary,
} from '../model.ts'
import type { LabelEvent } from '../model.ts'
import type { Policy, RepoPolicy } from '../policy.ts'
import { runIdOf } from '../ids.ts'
import { namelessThreads, ownThreads, type OwnThread } from '../titles.ts'

/**
 * All that the poller has observed so far. Parts that cost requests are asked for one after another, as the planner finds that a
 * decision rests on them (`needs`); what was not asked is absent, which is something else than empty.
 */
export interface PollObservation {
  readonly now: { readonly tracker: Instant; readonly executor: Instant }
  readonly self: Actor
  readonly drain: boolean
  readonly repos: readonly RepoOverview[]
  readonly projects: readonly ProjectSummary[]
  readonly threads: readonly ThreadSummary[]
  /** By repo key. */
  readonly summaries: { readonly [repo: string]: readonly IssueSummary[] }
  /** By {@link issueKey}. */
  readonly looked: { readonly [issue: string]: IssueFacts }
  /** By {@link issueKey}: blockers that bodies name. */
  readonly blockers: { readonly [issue: string]: Blocker }
  /** By {@link personKey}. */
  readonly permissions: { readonly [person: string]: Permission | null }
  /** By event id: the app that a label was put on through, null for none; false: GitHub does not show the event where it would say so. */
  readonly via: { readonly [eventId: string]: string | null | false }
  /** By repo key: the head of the default branch. */
  readonly heads: { readonly [repo: string]: Commit | null }
  /** By thread id: states of threads that the list could not tell apart. */
  readonly threadStates: { readonly [thread: string]: ThreadState }
  /** Absent: texts may be read of every repo, whatever it costs. */
  readonly details?: DetailReads
  /** Issues (by {@link issueKey}) whose facts could not be read this tick: decided `skip`, and reported. */
  readonly unreadable: { readonly [issue: string]: string }
}

/** A fact that a decision rests on and that costs a request. */
export type Need =
  | { readonly kind: 'summaries'; readonly repo: RepoName }
  | { readonly kind: 'look'; readonly issue: IssueRef }
  | { readonly kind: 'states'; readonly issues: readonly IssueRef[]; readonly of: IssueRef }
  | { readonly kind: 'permission'; readonly repo: RepoName; readonly login: string; readonly of: IssueRef }
  | { readonly kind: 'via'; readonly issue: IssueRef; readonly eventId: string }
  | { readonly kind: 'head'; readonly repo: RepoName; readonly branch: string }
  | { readonly kind: 'thread'; readonly thread: string }

export function issueKey(issue: IssueRef): string {
  return `${repoKey(issue.repo)}#${issue.number}`
}

export function personKey(repo: RepoName, login: string): string {
  return `${repoKey(repo)} ${login.toLowerCase()}`
}

/** One ready issue with everything that is known of it. */
export interface Candidate {
  readonly ref: IssueRef
  readonly summary: IssueSummary | null
  readonly facts: IssueFacts | null
  readonly history: LabelHistory | null
  readonly epoch: LabelEvent | null
  readonly runId: string | null
  /** The card of this very epoch's run, if it stands on the issue and is believed. */
  readonly card: Card | null
  /** The thread of this very epoch, if the executor has it. */
  readonly thread: ThreadSummary | null
  /** Some thread of this issue is there, of this epoch or another. */
  readonly threadByTitle: boolean
}

/** A repo of the allowlist with its candidates and what holds it. */
export interface RepoSituation {
  readonly repo: RepoName
  readonly overview: RepoOverview
  readonly policy: RepoPolicy
  readonly candidates: readonly Candidate[]
  /** afk's threads of this repo. */
  readonly threads: readonly OwnThread[]
  /** Those of them that no title leads to an issue. */
  readonly nameless: readonly ThreadSummary[]
}

export function situations(observation: PollObservation, policy: Policy): readonly RepoSituation[] {
  const own = ownThreads(observation.threads, observation.projects)
  const repos = observation.repos.map(({ repo }) => repo)
  const unnamed = namelessThreads(observation.threads, observation.projects, repos, observation.now.executor)
  return observation.repos.map((overview) => {
    const key = repoKey(overview.repo)
    const repoPolicy = policy.repo(overview.repo)
    const threads = own.filter(({ issue }) => sameName(issue.repo, overview.repo))
    const nameless = unnamed.filter(({ repo }) => sameName(repo, overview.repo)).map(({ thread }) => thread)
    const summaries = observation.summaries[key] ?? null
    return {
      repo: overview.repo,
      overview,
      policy: repoPolicy,
      threads,
      nameless,
      candidates: overview.ready.map((number) =>
        candidate({ repo: overview.repo, number }, summaries, { threads, nameless }, observation, repoPolicy),
      ),
    }
  })
}

function candidate(
  ref: IssueRef,
  summaries: readonly IssueSummary[] | null,
  { threads, nameless }: Pick<RepoSituation, 'threads' | 'nameless'>,
  observation: PollObservation,
  policy: RepoPolicy,
): Candidate {
  const facts = observation.looked[issueKey(ref)] ?? null
  const history = facts && labelHistory(facts, policy.labels)
  const epoch = history?.latestEpoch ?? null
  const runId = epoch && runIdOf(ref.repo, ref.number, epoch.id)
  const ofIssue = threads.filter(({ issue }) => issue.number === ref.number)
  return {
    ref,
    summary: facts ?? summaries?.find((summary) => summary.number === ref.number) ?? null,
    facts,
    history,
    epoch,
    runId,
    card: (facts && cardsOf(facts).cards.find(({ card }) => card.runId === runId)?.card) ?? null,
    thread: [...ofIssue.map(({ thread }) => thread), ...nameless].find(({ id }) => id === runId) ?? null,
    // One without a name may be this issue's as well as another's.
    threadByTitle: ofIssue.length > 0 || nameless.length > 0,
  }
}
