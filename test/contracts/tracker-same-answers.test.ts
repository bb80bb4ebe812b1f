import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { PortError } from '../../src/ports/errors.ts'
import type { Ci } from '../../src/ports/ci.ts'
import type { Tracker } from '../../src/ports/tracker.ts'
import { startGitHubServer } from '../sandbox/github/server.ts'
import type { GitHubServer } from '../sandbox/github/server.ts'
import type { CheckPlan } from '../sandbox/github/state/ci-model.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { GitHubWorld } from './tracker-world.ts'
import { adapterOf, fakesOf, fakeWorld, labels, secret, shop } from './tracker-world.ts'

interface Ports {
  readonly tracker: Tracker
  readonly ci: Ci
}

const logins = ['ada', 'mona', 'wendy', 'tri', 'rea', 'stranger', 'afk'] as const
const words = [labels.ready, labels.inProgress.toUpperCase(), labels.human, 'bug'] as const
const conclusions: readonly NonNullable<CheckPlan['conclusion']>[] = [
  'success',
  'failure',
  'timed_out',
  'startup_failure',
  ['failure', 'success'],
]

/** What people do, as numbers that are read off a few lists: any list of them is a history of the repo. */
const step = fc.record({ what: fc.nat(11), who: fc.nat(20), which: fc.nat(20), ms: fc.nat(1500) })
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** The two ports of an adapter and of a fake over one state, asked one after the other, after any history. */
describe('fake and adapter give the same answers', () => {
  let server: GitHubServer
  let world: GitHubWorld
  beforeEach(async () => void (world = await fakeWorld()))
  afterEach(async () => {
    await server.close()
    expect(server.violations).toEqual([])
  })

  it('to every read, for people of every standing', { timeout: 60_000 }, async () => {
    server = await startGitHubServer(world.state, { restLimit: 1e6, graphqlLimit: 1e6 })
    world.people.open(secret, { title: 'hidden', author: 'ada' })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.nat(20), async (steps, reader) => {
        for (const each of steps) take(world, each)
        const login = pick(logins, reader)
        const fake = await readAll(world, fakesOf(world.state, login))
        const real = await readAll(world, adapterOf(world.state, server.url, login))
        expect(fake).toEqual(real)
      }),
      { numRuns: 12, seed: 20_260_105, endOnFailure: true },
    )
  })

  it('to every write, with the same effect', { timeout: 60_000 }, async () => {
    server = await startGitHubServer(world.state, { restLimit: 1e6, graphqlLimit: 1e6 })
    const twin = await fakeWorld()
    for (const each of [world, twin]) {
      each.people.open(secret, { title: 'hidden', author: 'ada' })
      each.people.open(shop, { title: 'one', author: 'mona', labels: [labels.ready] })
      each.people.open(shop, { title: 'two', author: 'rea' })
      each.people.open(shop, { title: 'pull', author: 'wendy', isPullRequest: true })
      each.people.comment(shop, 1, 'a comment', 'tri')
      each.people.push(shop, {
        author: 'wendy',
        message: 'm',
        ci: { checks: [{ name: 'test', conclusion: 'failure' }] },
      })
      each.pass(1000)
    }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        for (const each of steps) {
          const login = pick(logins, each.who)
          const real = await settle(write(world, adapterOf(world.state, server.url, login), each))
          const fake = await settle(write(twin, fakesOf(twin.state, login), each))
          expect([each, fake]).toEqual([each, real])
          expect(remembered(twin)).toEqual(remembered(world))
        }
      }),
      { numRuns: 6, seed: 20_260_105, endOnFailure: true },
    )
  })
})

function take(world: GitHubWorld, { what, who, which, ms }: Step): void {
  const { people, pass, state } = world
  const repo = requireRepo(state, shop)
  const login = pick(logins, who)
  const { issues } = repo
  if (what === 0 || issues.length < 2) {
    people.open(shop, { title: 't', author: login, isPullRequest: which === 7, labels: [pick(words, which)] })
    return pass(ms)
  }
  const { number, comments } = pick(issues, which)
  const comment = comments.at(-1)
  const shas = [...repo.commits.keys()]
  const acts: readonly (() => unknown)[] = [
    () => people.label(shop, number, pick(words, ms), login),
    () => people.unlabel(shop, number, pick(words, ms), login),
    () => people.edit(shop, number, { title: `title ${String(ms % 3)}`, body: `body ${String(ms % 4)}` }, login),
    () => (which % 2 === 0 ? people.close(shop, number, login, 'not_planned') : people.reopen(shop, number, login)),
    () => people.comment(shop, number, `comment ${String(ms)}`, login),
    () => comment && people.editComment(shop, comment.id, `edited ${String(ms)}`, login),
    () =>
      number > 1 &&
      people.addBlocker(shop, number, which % 3 === 0 ? { repo: secret, number: 1 } : { number: 1 }, 'ada'),
    () =>
      people.push(shop, {
        author: which % 5 === 0 ? null : login,
        pusher: 'wendy',
        message: `Closes #${String(number)}`,
        files: [`f${String(ms % 9)}`],
        ...(which % 4 === 0 && shas.length > 2 ? { mergeParents: [pick(shas, ms)] } : {}),
        ci: { checks: [{ name: 'test', conclusion: pick(conclusions, ms), durationMs: ms }, { name: 'lint' }] },
      }),
    () =>
      shas.length > 0 &&
      people.forcePush(shop, {
        to: pick(shas, ms),
        pusher: 'mona',
        ci: { checks: [{ name: 'test', conclusion: pick(conclusions, which) }] },
      }),
    () => shas.length > 0 && people.rerunChecks(shop, pick(shas, ms), login),
  ]
  pick(acts, what)()
  pass(ms)
}

async function readAll(world: GitHubWorld, { tracker, ci }: Ports): Promise<unknown> {
  const repo = requireRepo(world.state, shop)
  const shas = [...repo.commits.keys()].slice(-4)
  const repos = [shop, secret, 'acme/nowhere'].map((name) => ({ repo: name, labels }))
  const refs = [...repo.issues.map(({ number }) => ({ repo: shop, number })), { repo: secret, number: 1 }]
  const events = repo.issues.flatMap((issue) => issue.events.map((event) => [issue.number, event.nodeId] as const))
  const checks = await ci.checks(shas.map((sha) => ({ repo: shop, sha })))
  const failing = checks.flatMap((answer) => (answer.ok ? answer.value.checks : []))
  return [
    checks,
    await settle(tracker.self()),
    await settle(tracker.overview(repos)),
    await settle(tracker.summaries(repos)),
    await settle(tracker.look(refs.map((ref) => ({ ...ref, labels })))),
    await settle(tracker.states(refs)),
    await Promise.all(logins.map((login) => settle(tracker.permission(shop, login)))),
    await Promise.all(events.slice(-3).map(([number, id]) => settle(tracker.labelledVia(shop, number, id)))),
    await settle(tracker.file(shop, 'f1')),
    await settle(ci.history(shop, 'main', { depth: 5 })),
    await settle(ci.logs(shop, failing, 5)),
    await Promise.all(shas.map((sha) => settle(ci.contains(shop, 'main', sha)))),
    await Promise.all(shas.map((sha) => settle(ci.files(shop, sha)))),
    await Promise.all(shas.map((sha) => settle(ci.files(shop, sha, shas[0])))),
    tracker.now(),
  ]
}

function write(world: GitHubWorld, { tracker, ci }: Ports, { what, which, ms }: Step): Promise<unknown> {
  const repo = pick([shop, shop, shop, 'ACME/shop', secret], ms)
  const ref = { repo, number: (which % 4) + 1 }
  const comments = requireRepo(world.state, shop).issues.flatMap((issue) => issue.comments.map(({ id }) => id))
  const comment = pick([...comments, 4711], which)
  const run = requireRepo(world.state, shop).runs[0]?.id ?? 0
  const writes: readonly (() => Promise<unknown>)[] = [
    () => tracker.comment(ref, 'text'),
    () => tracker.editComment(ref, comment, `text ${String(ms)}`),
    () => tracker.deleteComment(ref, comment),
    () => tracker.addLabel(ref, pick(words, ms)),
    () => tracker.removeLabel(ref, pick(words, ms)),
    () => tracker.close(ref),
    () => tracker.reopen(ref),
    () => ci.rerun(repo, run),
  ]
  return pick(writes, what)()
}

/** Everything of the repo that a write can change. */
function remembered(world: GitHubWorld): unknown {
  const { issues, labels: known, runs } = requireRepo(world.state, shop)
  return structuredClone({
    issues,
    known,
    runs: runs.map(({ attempts }) => attempts),
    hidden: requireIssue(requireRepo(world.state, secret), 1),
  })
}

/** The value, or what is promised of a failure; of a batch, the same for each item. */
async function settle(promise: Promise<unknown>): Promise<unknown> {
  try {
    const value = await promise
    return Array.isArray(value) ? value.map(settledItem) : value
  } catch (error) {
    return essence(error)
  }
}

function settledItem(item: unknown): unknown {
  const isFailed = typeof item === 'object' && item !== null && 'error' in item
  return isFailed ? { ...item, error: essence(item.error) } : item
}

function essence(error: unknown): unknown {
  if (!(error instanceof PortError)) throw error
  const { port, operation, category } = error
  return { port, operation, category }
}

function pick<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length]
  if (found === undefined) throw new Error('picked from an empty list')
  return found
}
