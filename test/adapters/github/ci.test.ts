import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addApp } from '../../sandbox/github/state/apps.ts'
import { addDeployment, addDeploymentStatus } from '../../sandbox/github/state/deployments.ts'
import { addRepo, requireRepo } from '../../sandbox/github/state/repos.ts'
import type { CiPlan } from '../../sandbox/github/state/ci-model.ts'
import type { CommitChecks } from '../../../src/core/model.ts'
import type { Rig } from './rig.ts'
import { connect, failureOf, shop, startRig, valuesOf } from './rig.ts'
import { startStub } from './stub.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

function push(ci: CiPlan | null, files: Record<string, string | null> | string[] = ['a']): string {
  return rig.people.push(shop, { author: 'wendy', message: 'm', files, ci })
}

async function checksOf(sha: string): Promise<CommitChecks> {
  const [found] = valuesOf(await rig.hub.ci.checks([{ repo: shop, sha }]))
  if (found === undefined) throw new Error('no answer')
  return found
}

describe('history', () => {
  it('lists commits newest first with message, author, parents and link', async () => {
    const first = rig.people.push(shop, { author: 'wendy', message: 'first\n\nAFK-Run: x', files: ['a'] })
    const second = rig.people.push(shop, { author: null, pusher: 'wendy', message: 'second', files: ['b'] })
    const commits = await rig.hub.ci.history(shop, 'main', { depth: 10 })
    expect(commits).toMatchObject([
      { sha: second, message: 'second', author: null, parents: [first] },
      { sha: first, message: 'first\n\nAFK-Run: x', author: { login: 'wendy', kind: 'user' }, parents: [] },
    ])
    expect(commits[0]?.url).toContain(second)
  })

  it('goes as deep as asked, or down to the commit asked for, in full pages', async () => {
    const shas = Array.from({ length: 250 }, () => push(null))
    expect(await rig.hub.ci.history(shop, 'main', { depth: 30 })).toHaveLength(30)
    expect(rig.taken()).toHaveLength(1)
    expect((await rig.hub.ci.history(shop, 'main', { depth: 150 })).length).toBeGreaterThanOrEqual(150)
    expect(rig.taken()).toHaveLength(2)
    const down = await rig.hub.ci.history(shop, 'main', { depth: 10, until: shas[20] ?? '' })
    expect(down.map(({ sha }) => sha)).toContain(shas[20])
    expect(rig.taken()).toHaveLength(3)
    expect(await rig.hub.ci.history(shop, 'main', { depth: 10, until: 'f'.repeat(40) })).toHaveLength(250)
  })

  it('is not found for a branch that is not there', async () => {
    push(null)
    expect((await failureOf(rig.hub.ci.history(shop, 'nope', { depth: 1 }))).category).toBe('not-found')
  })
})

describe('contains', () => {
  it('tells what a branch contains, and does not take a hidden repo for a lost commit', async () => {
    const first = push(null)
    const second = push(null)
    rig.people.forcePush(shop, { to: first, pusher: 'wendy' })
    const { ci } = rig.hub
    expect(await ci.contains(shop, 'main', first)).toBe(true)
    expect(await ci.contains(shop, 'main', second)).toBe(false)
    push(null)
    expect(await ci.contains(shop, 'main', first)).toBe(true)
    expect(await ci.contains(shop, 'main', second)).toBe(false)
    expect(await ci.contains(shop, 'main', 'f'.repeat(40))).toBe(false)
    addRepo(rig.state, 'acme/secret', { private: true })
    expect((await failureOf(ci.contains('acme/secret', 'main', first))).category).toBe('not-found')
  })
})

describe('checks', () => {
  it('has check runs and statuses with what is needed for logs and reruns', async () => {
    addApp(rig.state, { slug: 'scanner', owner: 'acme' })
    const sha = push({
      checks: [
        { name: 'test', conclusion: 'failure' },
        { name: 'slow', durationMs: 60_000 },
        { name: 'scan', app: 'scanner', conclusion: 'neutral' },
      ],
      statuses: [
        { context: 'ok', state: 'success' },
        { context: 'broken', state: 'error' },
        { context: 'waiting', state: 'pending' },
      ],
    })
    rig.pass(1000)
    const found = await checksOf(sha)
    const run = requireRepo(rig.state, shop).runs[0]
    const job = run?.attempts[0]?.jobs[0]?.id
    expect(found).toMatchObject({ sha, attempt: 1 })
    const byName = new Map(found.checks.map((check) => [check.name, check]))
    expect(byName.get('test')).toMatchObject({ kind: 'check-run', conclusion: 'failure', workflowRun: run?.id, job })
    expect(byName.get('slow')).toMatchObject({ conclusion: null })
    expect(byName.get('scan')).toMatchObject({ conclusion: 'neutral', workflowRun: null, job: null })
    expect(byName.get('ok')).toMatchObject({ kind: 'status', conclusion: 'success', job: null })
    expect(byName.get('broken')).toMatchObject({ conclusion: 'failure' })
    expect(byName.get('waiting')).toMatchObject({ conclusion: null })
    expect(found.checks).toHaveLength(6)
  })

  it.each([
    ['success', 'success'],
    ['failure', 'failure'],
    ['neutral', 'neutral'],
    ['cancelled', 'cancelled'],
    ['skipped', 'skipped'],
    ['timed_out', 'timed-out'],
    ['action_required', 'action-required'],
    ['stale', 'stale'],
  ] as const)('reads the conclusion %s', async (conclusion, read) => {
    const sha = push({ checks: [{ name: 'test', conclusion }] })
    rig.pass(1000)
    expect((await checksOf(sha)).checks).toMatchObject([{ conclusion: read }])
  })

  it('shows a broken workflow file, which has no check run', async () => {
    const sha = push({ checks: [{ name: 'test', conclusion: 'startup_failure' }] })
    rig.pass(1000)
    const { checks } = await checksOf(sha)
    expect(checks).toMatchObject([{ name: 'workflow startup', conclusion: 'startup-failure', job: null }])
    expect(checks[0]?.workflowRun).toBe(requireRepo(rig.state, shop).runs[0]?.id)
  })

  it('has no checks where nothing reported, and asks for attempts only after a failure', async () => {
    const sha = push(null)
    expect(await checksOf(sha)).toEqual({ sha, checks: [], attempt: 1 })
    const green = push({ checks: [{ name: 'test' }] })
    rig.pass(1000)
    await checksOf(green)
    expect(rig.taken().map(({ operation }) => operation)).toEqual(['graphql', 'graphql'])
  })

  it('takes the newest run of a name and the highest attempt', async () => {
    const sha = push({ checks: [{ name: 'test', conclusion: ['timed_out', 'failure'] }, { name: 'lint' }] })
    rig.pass(1000)
    expect(await checksOf(sha)).toMatchObject({ attempt: 1 })
    rig.people.rerunChecks(shop, sha, 'mona')
    rig.pass(1000)
    const found = await checksOf(sha)
    expect(found.attempt).toBe(2)
    expect(found.checks.map(({ name, conclusion }) => `${name} ${String(conclusion)}`).toSorted()).toEqual([
      'lint success',
      'test failure',
    ])
  })

  it('does not let one workflow hide the job of the same name in another', async () => {
    const sha = push({
      checks: [
        { name: 'test', workflow: 'A', conclusion: 'failure' },
        { name: 'test', workflow: 'B' },
      ],
    })
    rig.pass(1000)
    expect((await checksOf(sha)).checks.map(({ conclusion }) => String(conclusion)).toSorted()).toEqual([
      'failure',
      'success',
    ])
  })

  it('is complete beyond a page', async () => {
    const sha = push({ checks: Array.from({ length: 130 }, (_, index) => ({ name: `c${String(index)}` })) })
    rig.pass(1000)
    expect((await checksOf(sha)).checks).toHaveLength(130)
    expect(rig.taken()).toHaveLength(2)
  })

  it('asks for many commits in one request, an unknown one is not found alone', async () => {
    const shas = Array.from({ length: 19 }, () => push(null))
    const commits = [...shas, 'f'.repeat(40)].map((sha) => ({ repo: shop, sha }))
    const answers = await rig.hub.ci.checks(commits)
    expect(answers.map(({ ref }) => ref)).toEqual(commits)
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.category))).toEqual([
      ...shas.map(() => 'ok'),
      'not-found',
    ])
    expect(rig.taken().map(({ points }) => points)).toEqual([1])
  })
})

describe('files', () => {
  it('names the paths of a commit and of a range', async () => {
    const base = push(null, { a: '1', b: '1' })
    push(null, { a: '2' })
    const head = push(null, { b: null, '.github/workflows/ci.yml': 'x' })
    expect((await rig.hub.ci.files(shop, head)).toSorted()).toEqual(['.github/workflows/ci.yml', 'b'])
    expect((await rig.hub.ci.files(shop, head, base)).toSorted()).toEqual(['.github/workflows/ci.yml', 'a', 'b'])
  })

  it('names all files of a commit of many pages', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `f${String(index)}`)
    const sha = push(null, names)
    expect(await rig.hub.ci.files(shop, sha)).toHaveLength(250)
  })
})

describe('logs', () => {
  it('has the last lines without escapes and times, and empty texts for what has no log', async () => {
    const line = (text: string) => `2026-01-05T09:00:00.1234567Z ${text}`
    const log = `\uFEFF${line('one')}\n${line('\u001b[31mtwo\u001b[0m')}\r\n${line('three')}\n`
    const sha = push({
      checks: [{ name: 'test', conclusion: 'failure', log }],
      statuses: [{ context: 's', state: 'failure' }],
    })
    rig.pass(1000)
    const { checks } = await checksOf(sha)
    expect(await rig.hub.ci.logs(shop, checks, 2)).toEqual([
      { name: 'test', text: 'two\nthree' },
      { name: 's', text: '' },
    ])
    expect((await rig.hub.ci.logs(shop, checks, 10))[0]?.text).toBe('one\ntwo\nthree')
    rig.server.faults.add({ match: { pathRegex: /logs$/ }, kind: '404' })
    expect((await rig.hub.ci.logs(shop, checks, 2))[0]).toEqual({ name: 'test', text: '' })
  })

  it('of a check whose number is not that of its job are found by the jobs of its workflow run', async () => {
    const sha = push({ checks: [{ name: 'test', conclusion: 'failure', log: 'the log\n' }] })
    rig.pass(1000)
    const [check] = (await checksOf(sha)).checks
    if (check === undefined) throw new Error('no check')
    const other = { ...check, job: (check.job ?? 0) + 1_000_000 }
    expect(await rig.hub.ci.logs(shop, [other], 10)).toEqual([{ name: 'test', text: 'the log' }])
    expect(await rig.hub.ci.logs(shop, [{ ...other, name: 'none' }], 10)).toEqual([{ name: 'none', text: '' }])
    expect(await rig.hub.ci.logs(shop, [{ ...other, workflowRun: null }], 10)).toEqual([{ name: 'test', text: '' }])
  })

  it('answered as text instead of a redirect are taken as they are', async () => {
    const stub = await startStub((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.end('one\ntwo\n')
    })
    const failing = {
      name: 'test',
      kind: 'check-run',
      conclusion: 'failure',
      url: null,
      workflowRun: 1,
      job: 2,
    } as const
    expect(await connect(stub.url).ci.logs(shop, [failing], 1)).toEqual([{ name: 'test', text: 'two' }])
    await stub.stop()
  })

  it('keeps the end of a log of many megabytes', async () => {
    const log = `${'x'.repeat(99)}\n`.repeat(30_000)
    const sha = push({ checks: [{ name: 'test', conclusion: 'failure', log: `${log}the end\n` }] })
    rig.pass(1000)
    const [tail] = await rig.hub.ci.logs(shop, (await checksOf(sha)).checks, 200)
    expect(tail?.text.split('\n')).toHaveLength(200)
    expect(tail?.text.endsWith('the end')).toBe(true)
  })
})

describe('rerun', () => {
  const failing = () => push({ checks: [{ name: 'test', conclusion: 'timed_out', durationMs: 1000 }] })
  const run = () => requireRepo(rig.state, shop).runs[0]

  it('runs again once, and is done when it already runs again', async () => {
    failing()
    rig.pass(2000)
    await rig.hub.ci.rerun(shop, run()?.id ?? 0)
    await rig.hub.ci.rerun(shop, run()?.id ?? 0)
    expect(run()?.attempts).toHaveLength(2)
  })

  it('is refused for a run that cannot be run again', async () => {
    push({ checks: [{ name: 'test', durationMs: 1000 }] })
    expect((await failureOf(rig.hub.ci.rerun(shop, run()?.id ?? 0))).category).toBe('refused')
    rig.pass(2000)
    rig.server.faults.add({ match: { method: 'POST' }, kind: '403' })
    expect((await failureOf(rig.hub.ci.rerun(shop, run()?.id ?? 0))).category).toBe('refused')
  })

  it('is done when the answer got lost and the run says that it runs', async () => {
    failing()
    rig.pass(2000)
    rig.server.faults.add({ match: { method: 'POST' }, kind: 'lost-answer' })
    await rig.hub.ci.rerun(shop, run()?.id ?? 0)
    expect(run()?.attempts).toHaveLength(2)
    expect(rig.taken().filter(({ method }) => method === 'POST')).toHaveLength(1)
  })
})

describe('deployment', () => {
  const deploy = (sha: string, states: readonly ('queued' | 'in_progress' | 'success' | 'failure' | 'error')[]) => {
    const repo = requireRepo(rig.state, shop)
    const deployment = addDeployment(rig.state, repo, { sha, environment: 'prod', creator: 'wendy' })
    for (const state of states) {
      rig.pass(1000)
      addDeploymentStatus(rig.state, repo, deployment, {
        state,
        creator: 'wendy',
        environmentUrl: 'https://shop.example',
      })
    }
  }

  it.each([
    [[], 'pending'],
    [['queued'], 'pending'],
    [['queued', 'in_progress'], 'pending'],
    [['in_progress', 'success'], 'success'],
    [['in_progress', 'failure'], 'failure'],
    [['error'], 'failure'],
  ] as const)('takes %j for %s', async (states, state) => {
    const sha = push(null)
    deploy(sha, states)
    expect(await rig.hub.ci.deployment(shop, 'prod', [sha])).toMatchObject({ sha, state })
  })

  it('is null where there is none', async () => {
    const sha = push(null)
    deploy(push(null), ['success'])
    expect(await rig.hub.ci.deployment(shop, 'prod', [sha])).toBeNull()
    expect(await rig.hub.ci.deployment(shop, 'elsewhere', [sha])).toBeNull()
  })

  it('takes the newest deployment, and a superseded success for one that is gone', async () => {
    const older = push(null)
    const newer = push(null)
    deploy(older, ['success'])
    deploy(newer, ['success'])
    expect(await rig.hub.ci.deployment(shop, 'prod', [older, newer])).toEqual({
      sha: newer,
      state: 'success',
      url: 'https://shop.example',
    })
    expect(await rig.hub.ci.deployment(shop, 'prod', [older])).toMatchObject({ sha: older, state: 'pending' })
  })

  it('finds one beyond the first page', async () => {
    const sha = push(null)
    deploy(sha, ['success'])
    const other = push(null)
    for (let turn = 0; turn < 120; turn += 1) deploy(other, [])
    expect(await rig.hub.ci.deployment(shop, 'prod', [sha])).toMatchObject({ sha, state: 'success' })
  })
})
