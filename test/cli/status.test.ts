import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hangs, pushesAs } from '../programs/agents.ts'
import { createStage, type Stage } from '../programs/stage.ts'
import { agentPerIssue, landsAtOnce, reportsBlocked, waitsForApproval } from '../sandbox/t3/agents.ts'
import { runDesk, type Said } from './run-desk.ts'

let stage: Stage

const status = (options: readonly string[] = [], more: Readonly<Record<string, string>> = {}) =>
  runDesk(['status', ...options], { ...stage.env, ...more })
const runOf = (said: Said, repo: string) => said.json().runs.find((run: { repo: string }) => run.repo === repo)

/** A run at each stage of its life: at work, waiting for a person, waiting for CI, landed, given back. */
async function aDay() {
  stage = await createStage({
    repos: ['acme/shop', 'acme/api', 'acme/web', 'acme/infra'],
    agent: ({ crew, ci }) => {
      ci['slow'] = { checks: [{ name: 'test', durationMs: 3_600_000 }] }
      return agentPerIssue(
        {
          'acme/shop#1': landsAtOnce(crew),
          'acme/shop#2': hangs(),
          'acme/api#1': waitsForApproval(crew),
          'acme/web#1': pushesAs(crew, 'slow'),
          'acme/infra#1': reportsBlocked('no key', crew),
        },
        hangs(),
      )
    },
  })
  for (const repo of ['acme/shop', 'acme/shop', 'acme/api', 'acme/web', 'acme/infra'])
    stage.ready(repo, { title: `A task of ${repo}` })
  await stage.pass(120)
  await stage.rounds(12, () => stage.labels('acme/shop', 2).includes('agent-in-progress'))
  await stage.rounds(2)
}

describe('afk status', () => {
  // One day for all of them: they only look.
  beforeAll(aDay, 120_000)
  afterAll(() => stage.close())

  it('shows gates, runs in flight with what each waits for, and what ended lately', async () => {
    const { code, out, err } = await status()
    expect(err).toBe('')
    expect(code).toBe(0)
    const lines = out.split('\n')
    expect(lines.slice(0, 5)).toEqual([
      'gates         open',
      'allowlist     acme/shop, acme/api, acme/web, acme/infra',
      expect.stringMatching(/^GitHub limit {2}\d+ % left, whole again at \d\d:\d\d UTC$/),
      'runs          3 of 5 in flight, 5 of 50 started in 24 hours',
      'T3            reachable',
    ])
    expect(out).toContain('3 runs in flight:\nissue        phase     age    attempts  last sign  waits for\n')
    expect(out).toMatch(/^acme\/shop#2 +worktree +\d+ min +0\/5 +\d+ (?:s|min) ago +the agent$/m)
    expect(out).toMatch(/^acme\/api#1 +worktree +\d+ min +0\/5 +\d+ (?:s|min) ago +an answer of a person in T3$/m)
    expect(out).toMatch(/^acme\/web#1 +CI +\d+ min +0\/5 +\d+ (?:s|min) ago +CI: test$/m)
    expect(out).toMatch(/^ {2}commit {2}https:\/\/github\.com\/acme\/web\/commit\/[0-9a-f]{40}$/m)
    expect(out).toContain('Ended in the last 24 hours:')
    expect(out).toMatch(
      /^acme\/shop#1 +landed +\d+ min ago +https:\/\/github\.com\/acme\/shop\/issues\/1 +[\d.]+ [kM] tokens, about \d+\.\d\d USD$/m,
    )
    expect(out).toMatch(
      /^acme\/infra#1 +escalated +\S.* \d+ min ago +https:\/\/github\.com\/acme\/infra\/issues\/1(?: +[\d.]+ [kM]? ?tokens, about \d+\.\d\d USD)?$/m,
    )
  })

  it('has a stable JSON form', async () => {
    const said = await status(['--json'])
    const document = said.json()
    expect(Object.keys(document)).toEqual([
      'command',
      'at',
      'gates',
      'assumed',
      'github',
      'executor',
      'caps',
      'runs',
      'recent',
      'orphans',
      'errors',
    ])
    expect(document).toMatchObject({
      command: 'status',
      gates: { open: true, killSwitch: false, drain: false },
      github: { remaining: expect.any(Number), resetsAt: expect.stringMatching(/^\d{4}-.*Z$/) },
      executor: { reachable: true },
      caps: { inFlight: 3, maxConcurrentRuns: 5, startedToday: 5, maxRunsPerDay: 50 },
      orphans: [],
      errors: [],
    })
    expect(runOf(said, 'acme/web')).toEqual({
      repo: 'acme/web',
      issue: 1,
      title: 'A task of acme/web',
      run: stage.cards('acme/web', 1)[0]?.runId,
      phase: 'CI',
      thread: 'finished',
      attempts: { made: 0, max: 5 },
      tokens: expect.any(Number),
      usd: expect.any(Number),
      pull: null,
      links: {
        issue: 'https://github.com/acme/web/issues/1',
        thread: expect.stringContaining(stage.t3.url),
        commit: expect.stringContaining('/acme/web/commit/'),
        ci: expect.stringContaining('/acme/web/'),
      },
      ageSeconds: expect.any(Number),
      lastSignSeconds: expect.any(Number),
      budgetUsd: 100,
      halted: null,
      waitsFor: 'CI: test',
      next: { decision: 'wait', code: 'ci-pending', facts: expect.objectContaining({ waitingFor: ['test'] }) },
    })
    expect(document.recent).toMatchObject([
      {
        repo: expect.any(String),
        issue: 1,
        outcome: expect.any(String),
        at: expect.stringMatching(/Z$/),
        tokens: expect.any(Number),
        usd: expect.any(Number),
      },
      { repo: expect.any(String), issue: 1 },
    ])
    const ended = document.recent.map(
      (run: { repo: string; outcome: string; reason: string }) => `${run.repo} ${run.outcome} ${run.reason}`,
    )
    expect(ended.toSorted()).toEqual(['acme/infra escalated blocked', 'acme/shop landed green'])
  })

  it('writes nothing, also while the gates are shut', async () => {
    stage.github.requests.splice(0)
    stage.t3.requests.splice(0)
    const said = await status([], { AFK_KILL_SWITCH: 'true' })
    expect(said.out).toContain('gates         shut: kill switch is on (AFK_KILL_SWITCH)')
    expect(said.out).toContain('3 runs in flight')
    expect(
      stage.github.requests.filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql'),
    ).toEqual([])
    expect(stage.t3.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('narrows to a repo', async () => {
    const { runs, recent } = (await status(['--json', '--repo', 'acme/shop'])).json()
    expect(runs.map(({ repo, issue }: { repo: string; issue: number }) => `${repo}#${issue}`)).toEqual(['acme/shop#2'])
    expect(recent).toHaveLength(1)
  })

  it('says of a repo that is not on the allowlist that it is not, and never shows one that cannot be read as idle', async () => {
    const other = await status(['--repo', 'acme/web'], { AFK_ALLOWLIST: 'acme/shop' })
    expect(other.out).toContain('acme/web is not on the allowlist: nothing new starts there (add it to AFK_ALLOWLIST).')
    const gone = await status(['--repo', 'acme/nope'])
    expect(gone.code).toBe(1)
    expect(gone.out).toContain('No run was seen in flight, and not everything could be read: see below.')
    expect(gone.out).toMatch(
      /^could not be read: .*acme\/nope.*: not there, or hidden from this token\n {2}-> check the name/m,
    )
    expect((await status(['--json', '--repo', 'acme/nope'])).json()).toMatchObject({
      assumed: { allowlisted: ['acme/nope'] },
      errors: [{ what: 'overview', repo: 'acme/nope', remedy: expect.stringContaining('check the name') }],
    })
  })

  it('says what it can while T3 does not answer, and exits 3', async () => {
    const said = await status(['--json'], { AFK_T3_URL: 'http://127.0.0.1:9' })
    expect(said.code).toBe(3)
    expect(said.json()).toMatchObject({
      executor: { reachable: false },
      errors: [{ what: 'threads', category: 'unavailable' }],
    })
    expect(runOf(said, 'acme/web')).toMatchObject({ thread: null, lastSignSeconds: null, waitsFor: 'CI: test' })
    expect(runOf(said, 'acme/shop')).toMatchObject({ waitsFor: 'T3 to answer' })
  })
})

describe('afk status of one run or none', () => {
  afterEach(() => stage.close())

  it('shows a thread at work that no run claims', async () => {
    stage = await createStage({ repos: ['acme/shop'], agent: () => hangs() })
    const number = stage.ready('acme/shop')
    await stage.pass(120)
    await stage.poll()
    await stage.watch()
    await stage.pass(5)
    const [thread] = stage.threads()
    // Its end was recorded, its thread goes on, and a person has taken the lock off: nobody claims it any more.
    stage.world.people.close('acme/shop', number, 'ada')
    stage.t3.faults.add({ match: { commandType: 'thread.turn.interrupt' }, kind: '500' })
    await stage.watch()
    stage.world.people.unlabel('acme/shop', number, 'agent-in-progress', 'ada')
    const document = (await status(['--json'])).json()
    expect(document.orphans).toEqual([
      {
        repo: 'acme/shop',
        issue: number,
        thread: thread?.id,
        state: 'working',
        link: expect.stringContaining(thread?.id ?? '-'),
      },
    ])
    expect((await status()).out).toContain('1 orphan: a thread at work that no run claims')
  })

  it('looks at what there is while the allowlist is empty', async () => {
    stage = await createStage({ repos: ['acme/shop'] })
    const said = await status([], { AFK_ALLOWLIST: '' })
    expect(said.code).toBe(0)
    expect(said.out).toContain('allowlist     no repo allowed')
    expect(said.out).toContain('No run is in flight.')
  })

  it('exits 3 when GitHub does not answer', async () => {
    stage = await createStage({ repos: ['acme/shop'] })
    const said = await status(['--json'], { AFK_GITHUB_API_URL: 'http://127.0.0.1:9' })
    expect(said.code).toBe(3)
    expect(said.json()).toMatchObject({ command: 'status', errors: [{ what: 'observe', category: 'unavailable' }] })
    const text = await status([], { AFK_GITHUB_API_URL: 'http://127.0.0.1:9' })
    expect(text.err).toMatch(
      /^afk: github overview of acme\/shop: ECONNREFUSED\n {2}-> check that GitHub is up and that AFK_GITHUB/,
    )
  })
})

describe('afk status --watch', () => {
  afterEach(() => stage.close())

  it('looks again and again until Ctrl-C', async () => {
    stage = await createStage({ repos: ['acme/shop'] })
    const pauses: number[] = []
    const stop = new AbortController()
    const sleep = async (ms: number) => {
      pauses.push(ms)
      if (pauses.length === 3) stop.abort()
    }
    const { code, out } = await runDesk(['status', '--watch', '--every', '5', '--json'], stage.env, {
      sleep,
      stop: stop.signal,
    })
    expect(code).toBe(0)
    expect(pauses).toEqual([5000, 5000, 5000])
    const documents = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).command)
    expect(documents).toEqual(['status', 'status', 'status'])
  })

  it('says nothing of a look that Ctrl-C came into', async () => {
    stage = await createStage({ repos: ['acme/shop'] })
    const stop = new AbortController()
    stop.abort()
    expect(await runDesk(['status', '--watch'], stage.env, { stop: stop.signal })).toEqual(
      expect.objectContaining({ code: 0, out: '', err: '' }),
    )
  })

  it('draws over the last picture on a terminal', async () => {
    stage = await createStage({ repos: ['acme/shop'] })
    const stop = new AbortController()
    const { out } = await runDesk(['status', '--watch'], stage.env, {
      stop: stop.signal,
      terminal: { out: true, err: false },
      sleep: async () => stop.abort(),
    })
    expect(out.startsWith('\u001B[H\u001B[2J')).toBe(true)
  })

  it.each(['0', '1', 'often', '99999'])('refuses a pause of %j', async (every) => {
    stage = await createStage({ repos: ['acme/shop'] })
    expect(await status(['--watch', '--every', every])).toMatchObject({
      code: 2,
      err: `afk: --every: expected seconds from 2 to 3600, got ${JSON.stringify(every)}\nTry npm run -s afk -- status --help.\n`,
    })
  })
})
