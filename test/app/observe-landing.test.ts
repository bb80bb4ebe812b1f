import { beforeEach, describe, expect, it } from 'vitest'
import { observeLanding, type LandingQuestion } from '../../src/app/observe-landing.ts'
import type { Landing } from '../../src/core/landing/landing.ts'
import type { Actor } from '../../src/core/model.ts'
import type { RepoPolicy } from '../../src/core/policy.ts'
import type { Pull, PullReview } from '../../src/core/pull-model.ts'
import { PortError } from '../../src/ports/errors.ts'
import { aCard, runId } from '../builders/card.ts'
import { maria, stranger } from '../builders/issue.ts'
import { aPull } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aCommit, aRun, now } from '../builders/run.ts'
import { aThread } from '../builders/thread.ts'
import { sha } from '../builders/time.ts'
import { createBench, type Bench } from './bench.ts'

/** SPEC 15.2: which pull request is a run's, and whether what would be merged is the run's or somebody trusted's. */

const agent: Actor = { login: 'agent', kind: 'user' }
const branch = `afk/42-prices-${runId.slice(0, 8)}`
const own = (changes: Partial<Pull> = {}) => aPull({ branch, ...changes })
const by = (author: Actor | null, message = aCommit().message) => aCommit({ author, message })
const over = aThread({ state: 'finished' })

let bench: Bench
beforeEach(async () => {
  bench = await createBench()
  bench.world.people.setPermission('acme/shop', 'maria', 'write')
})

/** What is seen of a run while the service has these pull requests, and what it was asked. */
async function seen(
  pulls: readonly Pull[],
  changes: Partial<LandingQuestion> & { readonly agents?: readonly string[]; readonly view?: () => never } = {},
): Promise<{ readonly landing: Landing; readonly asked: readonly string[] }> {
  const { agents = ['agent'], view, ...question } = changes
  const { issue, run } = aRun()
  const policy: RepoPolicy = aPolicy({ landing: 'pull-request', agentLogins: agents })
  const asked: string[] = []
  const tick = bench.tick()
  const ports: typeof tick.world.pulls = {
    ...tick.world.pulls,
    list: async () => {
      asked.push('list')
      return pulls
    },
    view: async (_repo, number) => {
      asked.push(`view ${number}`)
      view?.()
      const found = pulls.find((pull) => pull.number === number)
      if (found === undefined) throw new PortError('tracker', 'view', 'not-found', 'no such pull request')
      return found
    },
  }
  const landing = await observeLanding(
    { issue, run: { ...run, card: null }, thread: over, policy, baseBranch: 'main', pushed: null, ...question },
    { ...tick, world: { ...tick.world, pulls: ports } },
  )
  return { landing, asked }
}
const kindOf = async (...args: Parameters<typeof seen>) => (await seen(...args)).landing.kind
const onCard = { ...aRun().run, card: aCard({ pull: { number: 5, url: aPull().url, branch, merged: null } }) }

describe('what is asked', () => {
  it('nothing in push mode, and nothing while the agent has nothing to show yet', async () => {
    const push = await seen([own()], { policy: aPolicy({ landing: 'push' }) })
    expect(push).toEqual({ landing: { kind: 'push' }, asked: [] })
    expect(await seen([own()], { thread: aThread() })).toEqual({ landing: { kind: 'none', pushed: null }, asked: [] })
  })

  it('one look while the agent is at work on the one that is known; a list once it may have opened another', async () => {
    expect((await seen([own()], { run: onCard, thread: aThread({ lastSignAt: now }) })).asked).toEqual(['view 5'])
    expect((await seen([own()], { run: onCard, thread: { ...over, lastSignAt: now } })).asked).toEqual([
      'list',
      'view 5',
    ])
  })

  it('the list all the same when the known one is closed or gone', async () => {
    const closed = await seen([own({ state: 'closed', closedBy: maria })], { run: onCard, thread: aThread() })
    expect(closed).toMatchObject({
      landing: { kind: 'closed', closedBy: 'person' },
      asked: ['view 5', 'list', 'view 5'],
    })
    const gone = await seen([], { run: onCard, thread: aThread(), pushed: sha('a') })
    expect(gone.landing).toEqual({ kind: 'none', pushed: sha('a') })
  })

  it('and what cannot be read is no answer', async () => {
    const view = () => {
      throw new PortError('tracker', 'view', 'unavailable', 'no answer')
    }
    await expect(seen([own()], { view })).rejects.toMatchObject({ category: 'unavailable' })
  })
})

describe('a pull request is the run’s', () => {
  const reported = { ...over, report: { report: { kind: 'pr' as const, number: 5 }, at: now } }

  it.each<[string, Partial<Pull>, Parameters<typeof seen>[1], Landing['kind']]>([
    ['with a commit of an agent', { commits: [by(agent)] }, {}, 'open'],
    ['not with a stranger’s, though it carries the trailer', { commits: [by(stranger)] }, {}, 'none'],
    ['not with one of nobody known', { commits: [by(null)] }, {}, 'none'],
    ['not without the trailer', { commits: [by(agent, 'Right the prices')] }, {}, 'none'],
    ['not against another branch', { base: 'next' }, {}, 'none'],
    ['without agents: with a commit of somebody trusted', { commits: [by(maria)] }, { agents: [] }, 'open'],
    ['without agents: not with a stranger’s', { commits: [by(stranger)] }, { agents: [] }, 'none'],
    ['without agents: not with one of nobody known', { commits: [by(null)] }, { agents: [] }, 'none'],
    ['where its thread names it, whoever committed', { commits: [by(null)] }, { thread: reported }, 'open'],
    ['where its card names it, whoever committed', { commits: [by(null)] }, { run: onCard }, 'open'],
  ])('%s', async (_why, pull, question, kind) => {
    expect(await kindOf([own(pull)], question)).toBe(kind)
  })

  it('not where two are open', async () => {
    const both = await seen([own({ number: 8 }), own()])
    expect(both.landing).toEqual({ kind: 'ambiguous', numbers: [5, 8] })
  })

  it('where the others are not: a branch of its name without a commit of its proves nothing', async () => {
    const others = [8, 9].map((number) => own({ number, commits: [by(maria, 'Mine')] }))
    const { landing, asked } = await seen([...others, own()])
    expect(landing).toMatchObject({ kind: 'open', pull: { number: 5 } })
    expect(asked).toEqual(['list', 'view 9', 'view 8', 'view 5'])
    expect(await kindOf(others)).toBe('none')
  })

  it('not where nobody would open so many by accident: none of them is looked at', async () => {
    const many = Array.from({ length: 11 }, (_, nth) => own({ number: 20 + nth, commits: [by(maria, 'Mine')] }))
    const { landing, asked } = await seen(many)
    expect([landing.kind, asked]).toEqual(['ambiguous', ['list']])
  })
})

describe('what people say on it', () => {
  const of = async (pull: Partial<Pull>) => {
    const { landing } = await seen([own(pull)])
    if (landing.kind !== 'open') throw new Error(landing.kind)
    return landing
  }

  it('holds it up where somebody trusted requests changes, and nobody else', async () => {
    const said = (author: Actor | null, state: PullReview['state']) => ({ author, state, commit: null, at: now })
    const reviews = [
      said(maria, 'changes-requested'),
      said(stranger, 'changes-requested'),
      said(agent, 'changes-requested'),
      said(null, 'changes-requested'),
    ]
    expect((await of({ reviews })).objectors).toEqual(['maria'])
    expect((await of({ reviews: [said(maria, 'approved'), ...reviews.slice(1)] })).objectors).toEqual([])
    expect((await seen([own({ state: 'merged', reviews })])).landing).toMatchObject({ objectors: [] })
  })

  it('is the words of trusted people, as they or other trusted people wrote them', async () => {
    bench.world.people.setPermission('acme/shop', 'mona', 'maintain')
    const mona: Actor = { login: 'mona', kind: 'user' }
    const word = (body: string, more: object = {}) => ({ author: maria, body, at: now, own: false, ...more })
    const comments = [
      word('whole'),
      word('mended', { editedBy: mona }),
      word('forged', { editedBy: stranger }),
      word('forged by nobody', { editedBy: null }),
      word('forged by the agent', { editedBy: agent }),
      word('strange', { author: stranger, editedBy: maria }),
    ]
    const thread = { id: 'PRRT_1', resolved: false, path: 'src/a.ts', line: 1, url: '', comments }
    const bodies = (await of({ threads: [thread] })).asks.map((ask) => ask.comments.map(({ body }) => body))
    expect(bodies).toEqual([['whole', 'mended']])
    expect((await of({ threads: [{ ...thread, comments: comments.slice(2) }] })).asks).toEqual([])
  })
})

describe('the newest commit', () => {
  const first = aCommit({ sha: sha('c') })
  const foreignOf = async (newest: ReturnType<typeof aCommit>, head = newest.sha) => {
    const { landing } = await seen([own({ head, commits: [first, newest] })])
    return 'foreign' in landing ? landing.foreign : 'no pull request'
  }

  it.each<[string, ReturnType<typeof aCommit>, string | null]>([
    ['of an agent', by(agent, 'More'), null],
    ['of somebody trusted', by(maria, 'More'), null],
    ['of a stranger', by(stranger, 'More'), sha('a')],
    ['of a stranger who copied the trailer', by(stranger), sha('a')],
    ['of nobody known, with the trailer', by(null), null],
    ['of nobody known, without it', by(null, 'More'), sha('a')],
  ])('%s: foreign is %s', async (_who, newest, foreign) => {
    expect(await foreignOf(newest)).toBe(foreign)
  })

  it('that came between two pages is judged by the next look', async () => {
    expect(await foreignOf(by(stranger, 'More'), sha('d'))).toBeNull()
  })
})
