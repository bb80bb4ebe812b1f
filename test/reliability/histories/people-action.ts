import fc from 'fast-check'
import { requireRepo } from '../../sandbox/github/state/repos.ts'
import { pullsOf, type PullRequest } from '../../sandbox/github/state/pulls.ts'
import type { Lab } from '../lab.ts'
import { issueAt, issuesOf } from '../seen.ts'
import { landingFailureArb, type Action } from './action.ts'

/** What people do with pull requests, and say to a run (SPEC 15, 16). Of any of these any may be by somebody whose word counts for nothing. */
export type PeopleAction =
  | { readonly do: 'say'; readonly nth: number; readonly by: Speaker; readonly words: Words; readonly onPull: boolean }
  | { readonly do: 'react'; readonly by: 'U012ABCDEF' | 'U0STRANGER'; readonly emoji: 'white_check_mark' | 'x' }
  | { readonly do: 'review'; readonly nth: number; readonly by: Speaker; readonly stale: boolean }
  | {
      readonly do: 'pull'
      readonly nth: number
      readonly by: Speaker
      readonly how: 'closed' | 'merged' | 'pushed' | 'drafted' | 'discussed' | 'conflicted'
    }

type Speaker = 'mona' | 'wendy' | 'rea' | 'stranger' | 'afk-agent'
type Words = 'Blue.' | '/afk status' | '/afk stop' | '/afk reject' | '/afk approve'

const speaker = fc.constantFrom<Speaker>('mona', 'mona', 'wendy', 'rea', 'stranger', 'afk-agent')
const nth = fc.nat(3)

export const peopleActionArbs: readonly fc.Arbitrary<Action | PeopleAction>[] = [
  fc.record({
    do: fc.constant('say' as const),
    nth,
    by: speaker,
    words: fc.constantFrom<Words>('Blue.', '/afk status', '/afk approve', '/afk approve', '/afk reject', '/afk stop'),
    onPull: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('react' as const),
    by: fc.constantFrom('U012ABCDEF' as const, 'U012ABCDEF' as const, 'U0STRANGER' as const),
    emoji: fc.constantFrom('white_check_mark' as const, 'white_check_mark' as const, 'x' as const),
  }),
  fc.record({ do: fc.constant('review' as const), nth, by: speaker, stale: fc.boolean() }),
  fc.record({
    do: fc.constant('pull' as const),
    nth,
    by: speaker,
    how: fc.constantFrom(
      'closed' as const,
      'merged' as const,
      'pushed' as const,
      'drafted' as const,
      'discussed' as const,
      'conflicted' as const,
    ),
  }),
  landingFailureArb,
]

const landingRepos = ['acme/shop', 'acme/api'] as const

/** Short limits, and a yes of mona's or of one member's before every merge. */
export const landingSettings = `landing: pull-request
review: { rounds: 1 }
mergeMaxSeconds: 600
approval: { before: [merge], by: [mona, U012ABCDEF] }
`

export function isOfPeople(action: { readonly do: string }): action is PeopleAction {
  return ['say', 'react', 'review', 'pull'].includes(action.do)
}

export function performOfPeople(lab: Lab, action: PeopleAction): void {
  const { people } = lab.world
  if (action.do === 'react') {
    const index = lab.bells.rung.findLastIndex(({ kind }) => kind === 'approval')
    const receipt = lab.bells.posted[index]?.receipt
    if (receipt) lab.bells.react(receipt, action.by, action.emoji)
    return
  }
  const found = pullAt(lab, action.nth)
  if (action.do === 'say') {
    const on = action.onPull ? found : issueOf(lab, action.nth)
    const head = found?.pull.pull.headSha ?? '0'.repeat(40)
    const body = action.words === '/afk approve' ? `${action.words} ${head}` : action.words
    if (on) people.comment(on.repo, on.number, body, action.by)
    return
  }
  if (found === null || found.pull.issue.state === 'closed') return
  const { repo, number, pull } = found
  if (action.do === 'review') {
    const [old] = requireRepo(lab.world.github, repo).branches.values()
    if (action.by !== 'afk-agent') people.approve(repo, number, action.by, '', action.stale ? old : undefined)
    return
  }
  switch (action.how) {
    case 'closed':
      return people.closePull(repo, number, action.by)
    case 'merged':
      try {
        people.mergeByHand(repo, number, 'ada')
      } catch {
        // GitHub refuses a draft and a conflict.
      }
      return
    case 'pushed':
      return void people.pushToBranch(repo, pull.pull.headRef, {
        author: action.by,
        message: 'One more thing',
        files: { [`${lab.clock.now()}.txt`]: 'x' },
        ci: lab.world.ci['green'] ?? null,
      })
    case 'drafted':
      return people.setDraft(repo, number, !pull.pull.draft, 'ada')
    case 'discussed': {
      const path = `src/issue-${Number(/^afk\/(\d+)/u.exec(pull.pull.headRef)?.[1] ?? 0)}.txt`
      return void people.reviewThread(repo, number, action.by, { path, body: 'Why so?' })
    }
    case 'conflicted':
      return void people.conflict(repo, number, 'ada', 'README.md', lab.world.ci['green'] ?? null)
  }
}

/** Somebody whose word counts says yes to all that is asked, as long as nobody has said no. */
export function approveAll({ bells }: Lab): void {
  for (const [index, { receipt }] of bells.posted.entries())
    if (bells.rung[index]?.kind === 'approval') bells.react(receipt, 'U012ABCDEF', 'white_check_mark')
}

function pullAt(lab: Lab, index: number): { repo: string; number: number; pull: PullRequest } | null {
  const all = landingRepos.flatMap((repo) =>
    pullsOf(requireRepo(lab.world.github, repo))
      .filter(({ issue }) => issue.state === 'open')
      .map((pull) => ({ repo, number: pull.issue.number, pull })),
  )
  return all[index % Math.max(1, all.length)] ?? null
}

function issueOf(lab: Lab, index: number): { repo: string; number: number } | null {
  const all = landingRepos.flatMap((repo) =>
    issuesOf(lab.world, repo).map(({ number }) => ({ repo, number: issueAt(lab.world, repo, number).number })),
  )
  return all[index % Math.max(1, all.length)] ?? null
}
