import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PortError } from '../../src/ports/errors.ts'
import type { Pulls } from '../../src/ports/pulls.ts'
import { startGitHubServer } from '../sandbox/github/server.ts'
import { findPull } from '../sandbox/github/state/pulls.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { begin, green, openPull, red } from './pulls-world.ts'
import { adapterOf, fakesOf, fakeWorld, shop, type GitHubWorld } from './tracker-world.ts'

const logins = ['ada', 'mona', 'wendy', 'tri', 'rea', 'stranger', 'afk'] as const
const methods = ['squash', 'merge', 'rebase'] as const

/** What people do, and what is asked of a port meanwhile, as numbers that are read off lists. */
const step = fc.record({ what: fc.nat(25), who: fc.nat(20), which: fc.nat(20), ms: fc.nat(1500) })
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** The adapter over one world, the fake over its twin, through the same history, step by step. */
it('fake and adapter do and tell the same of pull requests', { timeout: 60_000 }, async () => {
  const failures: string[] = []
  const outcomes = new Set<unknown>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      const [world, twin] = [await fakeWorld(), await fakeWorld()]
      const server = await startGitHubServer(world.state, { restLimit: 1e6, graphqlLimit: 1e6 })
      try {
        for (const each of [world, twin]) prepare(each)
        for (const each of steps) {
          const login = pick(logins, each.who)
          const { pulls: real } = adapterOf(world.state, server.url, login)
          const { pulls: fake } = fakesOf(twin.state, login)
          const done = [await take(world, real, each), await take(twin, fake, each)]
          expect([each, done[1]]).toEqual([each, done[0]])
          outcomes.add(typeof done[0] === 'string' ? done[0] : (done[0] as { category?: string } | undefined)?.category)
          expect([each, await readAll(fake, each)]).toEqual([each, await readAll(real, each)])
          expect(remembered(twin)).toEqual(remembered(world))
        }
        failures.push(...server.violations.map(({ operation, text }) => `${operation}: ${text}`))
      } finally {
        await server.close()
      }
    }),
    { numRuns: 5, seed: 20_260_105, endOnFailure: true },
  )
  expect(failures).toEqual([])
  // The histories lead somewhere.
  const some = ['merged', 'refused', 'conflict', 'forbidden', 'not-found']
  expect([...outcomes]).toEqual(expect.arrayContaining(some))
})

function prepare(world: GitHubWorld): void {
  begin(world)
  for (const head of ['afk/1-a', 'afk/1-b', 'afk/2-a'])
    openPull(world, { head, pushCi: head === 'afk/1-a' ? green : red })
  openPull(world, { head: 'afk/1-f', fork: world.people.fork(shop, 'stranger'), by: 'stranger' })
}

/** What people cannot do throws, and is then no step. */
async function take(world: GitHubWorld, pulls: Pulls, { what, who, which, ms }: Step): Promise<unknown> {
  const { people, pass } = world
  const number = 2 + (which % 4)
  const login = pick(logins, who)
  const { pull } = people.pull(shop, number)
  const thread = pull.threads[ms % Math.max(1, pull.threads.length)]
  const head = ms % 5 === 0 ? 'f'.repeat(40) : pull.headSha
  const comment = requireRepo(world.state, shop).issues.flatMap(({ comments }) => comments)[which]?.id ?? 4711
  const acts: readonly (() => unknown)[] = [
    () =>
      people.pushToBranch(shop, 'afk/1-a', { author: login, message: 'm', files: [`f${String(ms % 7)}`], ci: green }),
    () => people.push(shop, { author: 'ada', message: 'base', files: [`f${String(ms % 7)}`] }),
    () => people.conflict(shop, 2, 'ada', 'afk/1-a.txt'),
    () => people.mergeBaseIn(shop, number, 'wendy', { files: { 'afk/1-a.txt': 'both' } }),
    () =>
      people.review(shop, number, login, {
        state: pick(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED'], ms),
        body: 'b',
      }),
    () => people.dismissReview(shop, number, pull.reviews[0]?.id ?? 0, 'mona'),
    () => people.reviewThread(shop, number, login, { path: 'f1', line: 1, body: 'why?' }),
    () => thread && people.replyInThread(shop, number, thread.id, login, 'because'),
    () => thread && people.unresolve(shop, number, thread.id),
    () => people.comment(shop, number, 'text', login),
    () => people.setDraft(shop, number, ms % 2 === 0, 'wendy'),
    () => (ms % 2 === 0 ? people.closePull(shop, number, login) : people.reopenPull(shop, number, login)),
    () => people.mergeByHand(shop, number, 'mona', { method: pick(methods, ms) }),
    () => people.protect(shop, pick(rules, ms)),
    () => people.setQueue(shop, ms % 2 === 0 ? { checkMs: 5000 } : null),
    () => people.setMerging(shop, { methods: ms % 3 === 0 ? ['merge'] : [...methods] }),
    () => pulls.replyToThread(shop, number, thread?.nodeId ?? 'PRRT_none', 'answer'),
    () => pulls.resolveThread(shop, number, thread?.nodeId ?? 'PRRT_none'),
    () => pulls.react(shop, comment, pick(['eyes', '+1'] as const, ms)),
    () => pulls.comments(shop, number),
  ]
  const merge = () => pulls.merge(shop, number, { head, method: pick(methods, ms), title: 't', message: 'm' })
  const outcome = await settle(async () => (acts[what] ?? merge)())
  pass(ms)
  return outcome
}

const rules: readonly Parameters<GitHubWorld['people']['protect']>[1][] = [
  { requiredApprovals: 1 },
  { requiredApprovals: 0, requiredChecks: ['test'] },
  { requiredChecks: [], strict: true },
  { strict: false, linearHistory: true, dismissStale: true },
  { linearHistory: false, conversationResolution: true },
  { conversationResolution: false, requiredApprovals: 0 },
]

async function readAll(pulls: Pulls, { which }: Step): Promise<unknown> {
  const number = 2 + (which % 4)
  return [
    await settle(() => pulls.list(shop, { since: 0, prefix: 'afk/1-' })),
    await settle(() => pulls.view(shop, number)),
    await settle(() => pulls.files(shop, number)),
    await settle(() => pulls.comments(shop, number)),
  ]
}

/** Everything of pull requests that a write can change. */
function remembered({ state }: GitHubWorld): unknown {
  const repo = requireRepo(state, shop)
  const pulls = repo.issues.map(({ number, comments }) => [findPull(repo, number)?.pull, comments])
  return structuredClone({ pulls, queue: repo.queue, branches: repo.branches })
}

/** The value, or what is promised of a failure. */
async function settle(run: () => unknown): Promise<unknown> {
  try {
    const value = await run()
    return structuredClone(value)
  } catch (error) {
    if (error instanceof PortError) return { category: error.category, operation: error.operation }
    return 'not possible'
  }
}

function pick<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length]
  if (found === undefined) throw new Error('picked from an empty list')
  return found
}
