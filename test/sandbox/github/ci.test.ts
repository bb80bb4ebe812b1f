import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startHarness, type Harness } from './harness.ts'
import type { CheckPlan, Conclusion } from './state/ci-model.ts'
import { addDeployment, addDeploymentStatus } from './state/deployments.ts'
import { requireRepo } from './state/repos.ts'
import { rollupOf } from './state/rollup.ts'

const repo = 'acme/shop'

let hub: Harness

beforeEach(async () => {
  hub = await startHarness({ cancelInProgress: true })
})

afterEach(async () => {
  await hub.server.close()
  expect(hub.server.violations).toEqual([])
})

const at = (path: string): string => `/repos/${repo}${path}`
const push = (checks: CheckPlan[]): string =>
  hub.people.push(repo, { author: 'wendy', message: 'work', ci: { checks } })
const checks = async (sha: string) =>
  (await hub.rest('GET', at(`/commits/${sha}/check-runs`))).body.check_runs.map((run: Record<string, string>) => [
    run['name'],
    run['status'],
    run['conclusion'],
  ])
const runs = async (sha: string) => (await hub.rest('GET', at(`/actions/runs?head_sha=${sha}`))).body.workflow_runs

describe('checks follow the clock', () => {
  it('queued, in progress, completed', async () => {
    const sha = push([{ name: 'test', delayMs: 10_000, durationMs: 30_000, conclusion: 'failure' }])
    expect(await checks(sha)).toEqual([['test', 'queued', null]])
    hub.pass(10_000)
    expect(await checks(sha)).toEqual([['test', 'in_progress', null]])
    hub.pass(30_000)
    expect(await checks(sha)).toEqual([['test', 'completed', 'failure']])
  })

  it('a newer push cancels what still runs for the older commit, and only that', async () => {
    const old = push([{ name: 'fast' }, { name: 'slow', durationMs: 60_000 }])
    hub.pass(1_000)
    const young = push([{ name: 'slow', durationMs: 1_000 }])
    expect(await checks(old)).toEqual([
      ['fast', 'completed', 'success'],
      ['slow', 'completed', 'cancelled'],
    ])
    expect((await runs(old))[0].conclusion).toBe('cancelled')
    expect(await checks(young)).toEqual([['slow', 'in_progress', null]])
  })

  it.each<[string, Conclusion]>([
    ['FAILURE', 'failure'],
    ['FAILURE', 'timed_out'],
    ['FAILURE', 'cancelled'],
    ['SUCCESS', 'skipped'],
    ['SUCCESS', 'neutral'],
    ['PENDING', 'stale'],
  ])('rollup %s for %s', async (state, conclusion) => {
    const sha = push([{ name: 'test', conclusion }, { name: 'lint' }])
    expect(rollupOf(requireRepo(hub.state, repo), sha, hub.state.clock.now())?.state).toBe(state)
    expect(await checks(sha)).toContainEqual(['test', 'completed', conclusion])
  })

  it('a workflow that fails to start has a run, no job and no check run, and a red rollup without contexts', async () => {
    const sha = push([{ name: 'test', conclusion: 'startup_failure' }])
    expect(await checks(sha)).toEqual([])
    const [run] = await runs(sha)
    expect([run.conclusion, run.name]).toEqual(['startup_failure', '.github/workflows/ci.yml'])
    expect((await hub.rest('GET', at(`/actions/runs/${run.id}/jobs`))).body.total_count).toBe(0)
    const { body } =
      await hub.graphql(`{ repository(owner: "acme", name: "shop") { object(oid: "${sha}") { ... on Commit {
      statusCheckRollup { state contexts(first: 5) { totalCount } } } } } }`)
    expect(body.data.repository.object.statusCheckRollup).toEqual({ state: 'FAILURE', contexts: { totalCount: 0 } })
  })
})

describe('rerun of the failed jobs', () => {
  it('is a new attempt of those alone, and only once the run is over', async () => {
    const sha = push([
      { name: 'test', durationMs: 5_000, conclusion: ['failure', 'success'], log: ['boom\n', 'fine\n'] },
      { name: 'lint' },
    ])
    const rerun = async () =>
      (await hub.rest('POST', at(`/actions/runs/${(await runs(sha))[0].id}/rerun-failed-jobs`))).status
    expect(await rerun()).toBe(403)
    hub.pass(5_000)
    const [before] = (await hub.rest('GET', at(`/actions/runs/${(await runs(sha))[0].id}/jobs`))).body.jobs
    expect(await rerun()).toBe(201)
    const [run] = await runs(sha)
    expect([run.run_attempt, run.status, run.conclusion]).toEqual([2, 'in_progress', null])
    expect(await checks(sha)).toEqual([
      ['lint', 'completed', 'success'],
      ['test', 'in_progress', null],
    ])
    hub.pass(5_000)
    const jobs = (await hub.rest('GET', at(`/actions/runs/${run.id}/jobs`))).body.jobs
    const test = jobs.find((job: { name: string }) => job.name === 'test')
    expect([test.run_attempt, test.conclusion, test.id === before.id]).toEqual([2, 'success', false])
    expect((await runs(sha))[0].conclusion).toBe('success')
    expect(await rerun()).toBe(403)
  })

  it('logs are a redirect to a file that asks for no token, and 404 while the job runs', async () => {
    const sha = push([{ name: 'test', durationMs: 5_000, conclusion: 'failure', log: 'boom\n' }])
    const [job] = (await hub.rest('GET', at(`/actions/runs/${(await runs(sha))[0].id}/jobs`))).body.jobs
    const path = at(`/actions/jobs/${job.id}/logs`)
    expect((await hub.rest('GET', path)).status).toBe(404)
    hub.pass(5_000)
    const redirect = await hub.rest('GET', path)
    expect(redirect.status).toBe(302)
    expect(await (await fetch(redirect.headers.get('location') ?? '')).text()).toBe('boom\n')
  })
})

describe('commits', () => {
  it('come newest first whatever their dates say, with the trailer and the author GitHub knows', async () => {
    hub.people.push(repo, { author: 'wendy', message: 'one', date: hub.state.clock.now() + 86_400_000 })
    hub.people.push(repo, { author: null, pusher: 'wendy', message: 'two\n\nAFK-Run: x', date: 0 })
    const { body } = await hub.rest('GET', at('/commits'))
    expect(
      body.map((commit: { commit: { message: string }; author: { login: string } | null }) => [
        commit.commit.message.split('\n')[0],
        commit.author?.login ?? null,
      ]),
    ).toEqual([
      ['two', null],
      ['one', 'wendy'],
    ])
    const query = `{ repository(owner: "acme", name: "shop") { defaultBranchRef { name target { oid ... on Commit { history(first: 2) {
      nodes { messageHeadline author { user { login } } parents(first: 1) { totalCount } } } } } } } }`
    expect((await hub.graphql(query)).body.data.repository.defaultBranchRef.target.history.nodes).toEqual([
      { messageHeadline: 'two', author: { user: null }, parents: { totalCount: 1 } },
      { messageHeadline: 'one', author: { user: { login: 'wendy' } }, parents: { totalCount: 0 } },
    ])
  })

  it('compare tells ahead, behind, diverged and what changed', async () => {
    const base = hub.people.push(repo, { author: 'wendy', message: 'one', files: { a: '1', b: '1' } })
    const head = hub.people.push(repo, { author: 'wendy', message: 'two', files: { a: '2', b: null, 'c/d': 'new' } })
    const { body } = await hub.rest('GET', at(`/compare/${base}...main`))
    expect([
      body.status,
      body.ahead_by,
      body.behind_by,
      body.files.map((file: { filename: string; status: string }) => [file.filename, file.status]),
    ]).toEqual([
      'ahead',
      1,
      0,
      [
        ['a', 'modified'],
        ['b', 'removed'],
        ['c/d', 'added'],
      ],
    ])
    hub.people.forcePush(repo, { to: base, pusher: 'wendy' })
    const other = hub.people.push(repo, { author: 'wendy', message: 'three' })
    expect((await hub.rest('GET', at(`/compare/${head}...${other}`))).body.status).toBe('diverged')
    expect((await hub.rest('GET', at(`/compare/${head}...${base}`))).body.status).toBe('behind')
    expect((await hub.rest('GET', at('/commits'))).body.map((commit: { sha: string }) => commit.sha)).toEqual([
      other,
      base,
    ])
  })

  it('inner commits of a push have no checks, and an empty rollup is null', async () => {
    hub.people.push(repo, {
      author: 'wendy',
      message: 'tip',
      before: [{ author: 'wendy', message: 'inner' }],
      ci: { checks: [{ name: 'test' }] },
    })
    const query =
      '{ repository(owner: "acme", name: "shop") { ref(qualifiedName: "refs/heads/main") { target { ... on Commit { history(first: 2) { nodes { statusCheckRollup { state } } } } } } } }'
    expect((await hub.graphql(query)).body.data.repository.ref.target.history.nodes).toEqual([
      { statusCheckRollup: { state: 'SUCCESS' } },
      { statusCheckRollup: null },
    ])
  })

  it('files of the default branch are served raw, as JSON and as a blob', async () => {
    hub.people.push(repo, { author: 'wendy', message: 'one', files: { '.github/afk.md': 'be kind\n' } })
    const path = at('/contents/.github/afk.md')
    expect((await hub.rest('GET', path, { accept: 'application/vnd.github.raw+json' })).body).toBe('be kind\n')
    expect(Buffer.from((await hub.rest('GET', path)).body.content, 'base64').toString()).toBe('be kind\n')
    expect((await hub.rest('GET', at('/contents/nothing'))).status).toBe(404)
    const query =
      '{ repository(owner: "acme", name: "shop") { here: object(expression: "HEAD:.github/afk.md") { ... on Blob { text } } gone: object(expression: "HEAD:x") { oid } } }'
    expect((await hub.graphql(query)).body.data.repository).toEqual({ here: { text: 'be kind\n' }, gone: null })
  })
})

describe('deployments', () => {
  it('of a commit carry their latest status, as of now', async () => {
    const sha = hub.people.push(repo, { author: 'wendy', message: 'one' })
    const shop = requireRepo(hub.state, repo)
    const deployment = addDeployment(hub.state, shop, { sha, environment: 'production', creator: 'wendy' })
    addDeploymentStatus(hub.state, shop, deployment, { state: 'in_progress', creator: 'wendy' })
    addDeploymentStatus(hub.state, shop, deployment, { state: 'success', creator: 'wendy', delayMs: 60_000 })
    const query = `{ repository(owner: "acme", name: "shop") { object(oid: "${sha}") { ... on Commit {
      deployments(environments: ["production"], first: 5) { nodes { environment state latestStatus { state environmentUrl } } } } } } }`
    const node = async () => (await hub.graphql(query)).body.data.repository.object.deployments.nodes[0]
    expect(await node()).toEqual({
      environment: 'production',
      state: 'IN_PROGRESS',
      latestStatus: { state: 'IN_PROGRESS', environmentUrl: null },
    })
    hub.pass(60_000)
    expect(await node()).toMatchObject({ state: 'ACTIVE', latestStatus: { state: 'SUCCESS' } })
  })
})
