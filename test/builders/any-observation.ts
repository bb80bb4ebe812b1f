import fc from 'fast-check'
import { runIdOf, uuid5 } from '../../src/core/ids.ts'
import type { IssueComment, IssueFacts, LabelEvent, RollupState, ThreadSummary } from '../../src/core/model.ts'
import type { PollObservation } from '../../src/core/dispatch/poll-facts.ts'
import type { Policy } from '../../src/core/policy.ts'
import { aCard, anOutcome, cardComment } from './card.ts'
import {
  aComment,
  afk,
  anEdit,
  anIssue,
  epochId,
  human,
  labelled,
  lock,
  maria,
  ready,
  stranger,
  unlabelled,
} from './issue.ts'
import { anObservation, anOverview, now, type World } from './observation.ts'
import { thePolicy } from './policy.ts'
import { aThreadSummary } from './thread.ts'
import { hours, minutes, seconds, sha, t0 } from './time.ts'

/** A few repos with issues, threads and people in any combination, and what the world answers when it is asked. */
export interface Scene {
  readonly first: PollObservation
  readonly world: World
  readonly policy: Policy
}

/** Mostly the first, or every rule would fail somewhere in every scene and nothing would ever start. */
function often<const T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 4 * others.length }, fc.constantFrom(...others))
}

/** Of an epoch that is not there any more. */
const earlierRun = uuid5('earlier')

const names = ['acme/shop', 'acme/web', 'b/b', 'Zed/Zed']
const bot = { login: 'bot', kind: 'bot' as const }

const history: fc.Arbitrary<readonly LabelEvent[]> = often<readonly LabelEvent[]>(
  [labelled(ready)],
  [labelled(ready), labelled(lock, { actor: afk, at: t0 + 1 }), unlabelled(lock, { at: t0 + 2 })],
  [labelled(human, { at: t0 - 1 }), labelled(ready)],
  [labelled(ready), labelled(human, { at: t0 + 1 })],
  [labelled(ready), labelled(ready, { id: 'LE_2', actor: stranger, at: t0 + 1 })],
  [labelled(ready, { actor: bot })],
  [labelled(ready, { at: now - seconds(5) })],
  [],
)

function commentOf(card: 'open' | 'ended' | 'earlier' | 'broken', repo: string, number: number): IssueComment {
  const own = { runId: runIdOf(repo, number, epochId), repo: repo.toLowerCase(), issue: number }
  switch (card) {
    case 'open':
      return cardComment(aCard(own))
    case 'ended':
      return cardComment(aCard({ ...own, outcome: anOutcome() }))
    case 'earlier':
      return cardComment(aCard({ ...own, runId: earlierRun, epoch: 'LE_0', outcome: anOutcome() }))
    case 'broken':
      return aComment({ body: '<!-- afk:v1 broken -->' })
  }
}

function issueOf(repo: string, number: number): fc.Arbitrary<IssueFacts> {
  return fc
    .record({
      labels: fc
        .tuple(fc.subarray(['P1', 'priority:7', 'bug']), often<readonly string[]>([ready], [ready, lock], [lock], []))
        .map(([some, loop]) => [...loop, ...some]),
      labelEvents: history,
      edits: often<IssueFacts['edits']>([], [anEdit({ actor: maria })], [anEdit()], [anEdit({ actor: null })]),
      card: often(null, 'open', 'ended', 'earlier', 'broken'),
      body: often<string>('', 'Blocked by #901', 'blocked by #902, b/b#903', '`blocked by #904`'),
      openDependencies: often<number>(0, 1),
      state: often('open' as const, 'closed' as const),
    })
    .map(({ labels, card, ...changes }) => {
      const withPerson = changes.labelEvents.some(({ label }) => label === human)
      return anIssue({
        repo,
        number,
        ...changes,
        labels: withPerson ? [...labels, human] : labels,
        comments: card === null ? [] : [commentOf(card, repo, number)],
      })
    })
}

function threadOf(repo: string, number: number): fc.Arbitrary<ThreadSummary> {
  return fc
    .record({
      id: fc.constantFrom(runIdOf(repo, number, epochId), uuid5(`${repo} ${number}`)),
      state: fc.constantFrom(
        'idle' as const,
        'working' as const,
        'waiting' as const,
        'settled' as const,
        'unknown' as const,
      ),
      createdAt: fc.constantFrom(t0, t0 + 1, now - hours(25)),
      updatedAt: fc.constantFrom(now, now - minutes(31)),
      lastMessageAt: fc.constantFrom(null, now, now - minutes(6)),
    })
    .map((changes) => aThreadSummary(changes, repo, number))
}

const rollup = often<RollupState>('success', 'pending', 'failure', 'none')

const repoOf = (repo: string) =>
  fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }).chain((numbers) =>
    fc.record({
      repo: fc.constant(repo),
      rollup,
      moved: often<boolean>(false, true),
      /** What the list says may be older than what the look says. */
      stale: fc.boolean(),
      issues: fc.tuple(...numbers.map((number) => issueOf(repo, number))),
      threads: fc.tuple(...numbers.map((number) => fc.option(threadOf(repo, number), { nil: null, freq: 3 }))),
    }),
  )

export const anyScene: fc.Arbitrary<Scene> = fc
  .record({
    repos: fc.tuple(...names.map(repoOf)),
    drain: often<boolean>(false, true),
    unreadable: often<readonly string[]>([], ['acme/shop#1', 'b/b#2']),
    global: fc.record({
      maxConcurrentRuns: fc.nat(8),
      maxDispatchPerTick: fc.nat(3),
      maxRunsPerDay: fc.constantFrom(50, 50, 3, 6, 0),
    }),
    policy: fc.record({ requireGreenBase: fc.boolean(), trustedActors: fc.constantFrom([], ['bot']) }),
    roles: fc.record({
      maria: often('write', 'admin', 'read', null),
      stranger: fc.constantFrom(null, 'triage', 'maintain'),
    }),
    via: often<string | null>(null, 'linear'),
    blocker: fc.constantFrom('closed' as const, 'open' as const, 'unreadable' as const),
    head: fc.constantFrom('Someone else', `x\n\nAFK-Run: ${earlierRun}`),
    threadState: fc.constantFrom('starting' as const, 'finished' as const),
  })
  .map(({ repos, roles, ...rest }) => {
    const issues = repos.flatMap((repo) => repo.issues)
    const overview = (repo: (typeof repos)[number]) =>
      anOverview(repo.repo, issues, {
        base: { branch: 'main', head: sha('b'), rollup: repo.rollup },
        ...(repo.moved ? { nameWithOwner: 'acme/moved' } : {}),
        ...(repo.stale ? { ready: repo.issues.map(({ number }) => number) } : {}),
      })
    return {
      first: anObservation({
        drain: rest.drain,
        repos: repos.map(overview),
        threads: repos.flatMap(({ threads }) => threads.filter((thread) => thread !== null)),
        unreadable: Object.fromEntries(rest.unreadable.map((key) => [key, 'timeout'])),
      }),
      world: {
        issues,
        permission: (login: string) => {
          const role = login === 'maria' ? roles.maria : login === 'stranger' ? roles.stranger : null
          return role === null ? null : { role, permission: role }
        },
        via: () => rest.via,
        blocker: () => rest.blocker,
        head: () => rest.head,
        threadState: () => rest.threadState,
      },
      policy: thePolicy(rest.policy, rest.global),
    }
  })
