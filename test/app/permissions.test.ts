import { beforeEach, describe, expect, it } from 'vitest'
import { knowPermissions } from '../../src/app/permissions.ts'
import { poll } from '../../src/app/poll.ts'
import { watch } from '../../src/app/watch.ts'
import { trustOf } from '../../src/core/trust.ts'
import type { Actor } from '../../src/core/model.ts'
import { hang, say } from '../sandbox/t3/steps.ts'
import { worksAndReviews } from '../sandbox/t3/pull-work.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { createBench, readyIssue, type Bench } from './bench.ts'

/** SPEC 5.1, Trust: memoised in the tick. Whoever's word is weighed is asked for once, however often they speak. */

const repo = 'acme/shop'
const user = (login: string): Actor => ({ login, kind: 'user' })
const asked = (bench: Bench) => bench.calls.filter((operation) => operation === 'permission').length

describe('looking up permissions', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await createBench()
  })

  it('asks for each person once a tick, also at the same time and in another case', async () => {
    const tick = bench.tick()
    const contexts = await Promise.all([
      knowPermissions(repo, [user('mona'), user('rea'), user('Mona')], tick),
      knowPermissions('Acme/Shop', [user('MONA'), user('rea')], tick),
    ])
    for (const context of contexts)
      expect([trustOf(user('mona'), context), trustOf(user('rea'), context)]).toEqual(['trusted', 'untrusted'])
    await knowPermissions(repo, [user('rea')], tick)
    expect(asked(bench)).toBe(2)
    await knowPermissions(repo, [user('rea')], bench.tick())
    expect(asked(bench)).toBe(3)
  })

  it('asks for nobody who is judged by name: nobody, afk, an agent, a bot', async () => {
    await knowPermissions(repo, [null, user('afk'), user('afk-agent'), { login: 'helper', kind: 'bot' }], bench.tick())
    expect(asked(bench)).toBe(0)
  })

  it('asks again after a failure, which is nobody’s permission', async () => {
    const tick = bench.tick()
    bench.fail('permission', 'unavailable')
    await expect(knowPermissions(repo, [user('mona')], tick)).rejects.toMatchObject({ category: 'unavailable' })
    bench.heal()
    expect(trustOf(user('mona'), await knowPermissions(repo, [user('mona')], tick))).toBe('trusted')
    expect(asked(bench)).toBe(2)
  })
})

it('a tick of the watcher asks once for each person with an open conversation, and for none whose conversation is resolved', async () => {
  const bench = await createBench({
    settings:
      'agentLogins: [afk-agent]\nlanding: pull-request\nmerge: human\nreview: { rounds: 0 }\nciSettleSeconds: 0\n',
  })
  const { people, t3, crew, github } = bench.world
  t3.setAgent(worksAndReviews(crew, { rounds: [] }, () => ({ ci: 'green' })))
  await readyIssue(bench)
  await poll(bench.tick())
  await bench.pass(60)
  const pull = requireRepo(github, repo).issues.find((one) => one.pull !== null)
  if (pull === undefined) throw new Error('no pull request')
  const talks = (login: string) =>
    people.reviewThread(repo, pull.number, login, { path: 'a.txt', line: 1, body: `asked by ${login}` })
  for (const login of ['rea', 'rea', 'tri', 'afk-agent', 'helper[bot]']) talks(login)
  const settled = talks('stranger')
  people.resolve(repo, pull.number, settled.id, 'mona')
  for (const _tick of [1, 2]) {
    const before = asked(bench)
    await watch(bench.tick())
    // rea and tri.
    expect(asked(bench) - before).toBe(2)
    await bench.pass(60)
  }
})

it('the first prompt asks for nobody whose comment it cannot show', async () => {
  const bench = await createBench()
  bench.world.t3.setAgent({ turn: () => [say('AFK-PHASE: worktree'), hang()] })
  const number = await readyIssue(bench)
  const { people } = bench.world
  const changed = people.comment(repo, number, 'by rea', 'rea')
  people.editComment(repo, changed.id, 'changed by tri', 'tri')
  people.comment(repo, number, 'by wendy', 'wendy')
  await poll(bench.tick())
  // mona put the label on, wendy spoke.
  expect(asked(bench)).toBe(2)
})
