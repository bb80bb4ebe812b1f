import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Check, CommitChecks } from '../../src/core/model.ts'
import type { Ci } from '../../src/ports/ci.ts'
import { addApp } from '../sandbox/github/state/apps.ts'
import type { CheckPlan, CiPlan, Conclusion } from '../sandbox/github/state/ci-model.ts'
import { addDeployment, addDeploymentStatus } from '../sandbox/github/state/deployments.ts'
import type { DeploymentState } from '../sandbox/github/state/model.ts'
import type { PushInput } from '../sandbox/github/state/push.ts'
import { addEnvironment } from '../sandbox/github/state/environments.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { GitHubWorld } from './tracker-world.ts'
import { failureOf, onlyValue, secret, shop } from './tracker-world.ts'

const unknownSha = 'f'.repeat(40)
const times = (count: number) => Array.from({ length: count }, (_, index) => index)

/** What every Ci does. */
export function ciContract(name: string, make: () => Promise<GitHubWorld>): void {
  describe(`ci contract: ${name}`, () => {
    let world: GitHubWorld
    let ci: Ci
    beforeEach(async () => {
      world = await make()
      ci = world.as('afk').ci
    })
    afterEach(async () => world.close())

    const push = (more: Partial<PushInput> = {}): string =>
      world.people.push(shop, { author: 'wendy', message: 'm', ...more })
    /** Pushes a commit with this CI, and lets a second pass. */
    const pushed = (plan: CiPlan): string => {
      const sha = push({ ci: plan })
      world.pass(1000)
      return sha
    }
    const checksOf = async (sha: string): Promise<CommitChecks> => onlyValue(await ci.checks([{ repo: shop, sha }]))
    const runs = () => requireRepo(world.state, shop).runs
    const onlyRun = () => {
      const [run] = runs()
      if (run === undefined) throw new Error('no workflow run')
      return run
    }

    it('throws auth for a token that nobody has', async () => {
      const sha = pushed({ checks: [{ name: 'test', conclusion: 'failure' }] })
      const { checks } = await checksOf(sha)
      const { ci: lost } = world.as('nobody')
      const calls = [
        lost.history(shop, 'main', { depth: 1 }),
        lost.contains(shop, 'main', sha),
        lost.checks([{ repo: shop, sha }]),
        lost.closeUp([{ repo: shop, sha }]),
        lost.files(shop, sha),
        lost.logs(shop, checks, 1),
        lost.rerun(shop, onlyRun().id),
        lost.deployment(shop, 'prod', [sha]),
      ]
      for (const failure of await Promise.all(calls.map(failureOf))) {
        expect(failure).toMatchObject({ port: 'ci', category: 'auth', status: 401 })
      }
    })

    describe('history', () => {
      it('lists commits newest first with message, author, parents and link', async () => {
        addApp(world.state, { slug: 'renovate', owner: 'acme' })
        const first = push({ message: 'first\n\nAFK-Run: x' })
        const second = push({ author: null, pusher: 'wendy', message: 'second' })
        const third = push({ author: 'renovate[bot]' })
        expect(await ci.history(shop, 'main', { depth: 10 })).toEqual([
          {
            sha: third,
            message: 'm',
            author: { login: 'renovate', kind: 'bot' },
            parents: [second],
            url: `https://github.com/${shop}/commit/${third}`,
          },
          expect.objectContaining({ sha: second, message: 'second', author: null, parents: [first] }),
          expect.objectContaining({
            sha: first,
            message: 'first\n\nAFK-Run: x',
            author: { login: 'wendy', kind: 'user' },
            parents: [],
          }),
        ])
      })

      it('has merged commits among the first parents', async () => {
        push()
        const side = push({ branch: 'side' })
        world.pass(1000)
        const main = push()
        const merge = push({ mergeParents: [side] })
        const found = await ci.history(shop, 'main', { depth: 10 })
        expect(found[0]).toMatchObject({ sha: merge, parents: [main, side] })
        expect(found.map(({ sha }) => sha)).toContain(side)
      })

      it('puts a child before its parents, whatever the clocks of their committers said', async () => {
        const shas = [3, 1, 2].map((day) => push({ date: Date.UTC(2026, 0, day) }))
        const found = await ci.history(shop, 'main', { depth: 10 })
        expect(found.map(({ sha }) => sha)).toEqual(shas.toReversed())
      })

      it('has as many as asked for, or goes on to a commit, or to the root', async () => {
        const shas = times(250).map(() => push())
        expect((await ci.history(shop, 'main', { depth: 30 })).length).toBeGreaterThanOrEqual(30)
        expect((await ci.history(shop, 'main', { depth: 150 })).length).toBeGreaterThanOrEqual(150)
        const down = (await ci.history(shop, 'main', { depth: 1, until: shas[20] ?? '' })).map(({ sha }) => sha)
        expect(down.slice(0, 230)).toEqual(shas.slice(20).toReversed())
        expect(await ci.history(shop, 'main', { depth: 1, until: unknownSha })).toHaveLength(250)
        expect(await ci.history(shop, 'main', { depth: 400 })).toHaveLength(250)
      })

      it('stops at 1,000', async () => {
        const root = push()
        push({ before: times(1050).map(() => ({ author: 'wendy', message: 'm' })) })
        expect(await ci.history(shop, 'main', { depth: 1, until: root })).toHaveLength(1000)
      })

      it('has neither what was thrown away nor what is on another branch', async () => {
        const first = push()
        const lost = push()
        world.people.forcePush(shop, { to: first, pusher: 'mona' })
        const side = push({ branch: 'feature/side' })
        const found = await ci.history(shop, 'main', { depth: 10, until: lost })
        expect(found.map(({ sha }) => sha)).toEqual([first])
        expect((await ci.history(shop, 'feature/side', { depth: 10 }))[0]?.sha).toBe(side)
      })

      it('is not-found for a branch or a repo that is not there', async () => {
        push()
        const calls = [ci.history(shop, 'nope', { depth: 1 }), ci.history(secret, 'main', { depth: 1 })]
        for (const failure of await Promise.all(calls.map(failureOf))) {
          expect(failure).toMatchObject({ port: 'ci', operation: 'history', category: 'not-found' })
        }
      })

      it('fails for a repo without a commit', async () => {
        expect((await failureOf(ci.history(shop, 'main', { depth: 1 }))).category).toBe('conflict')
      })
    })

    describe('contains', () => {
      it('tells what is reachable from the tip, and what was thrown away', async () => {
        const [first, second] = [push(), push()]
        const side = push({ branch: 'feature/side' })
        expect(await Promise.all([first, second, side].map((sha) => ci.contains(shop, 'main', sha)))).toEqual([
          true,
          true,
          false,
        ])
        world.people.forcePush(shop, { to: first, pusher: 'mona' })
        expect(await ci.contains(shop, 'main', second)).toBe(false)
        expect(await ci.contains(shop, 'feature/side', second)).toBe(true)
        push({ mergeParents: [side] })
        expect(await ci.contains(shop, 'main', second)).toBe(true)
        expect(await ci.contains(shop, 'main', unknownSha)).toBe(false)
      })

      it('is not-found, not false, where the branch or the repo cannot be seen', async () => {
        const sha = push()
        const calls = [
          ci.contains(shop, 'nope', sha),
          ci.contains(shop, 'nope', unknownSha),
          ci.contains(secret, 'main', sha),
        ]
        for (const failure of await Promise.all(calls.map(failureOf))) expect(failure.category).toBe('not-found')
      })
    })

    describe('closeUp', () => {
      const closeUpOf = async (sha: string) => onlyValue(await ci.closeUp([{ repo: shop, sha }]))

      it('has parents and all checks, those beyond a page and workflows that could not start too', async () => {
        const first = push()
        const side = push({ branch: 'side' })
        const many = times(130).map((index): CheckPlan => ({ name: `check ${String(index)}` }))
        const sha = push({
          mergeParents: [side],
          ci: { checks: [...many, { name: 'broken', workflow: 'B', conclusion: 'startup_failure' }] },
        })
        world.pass(1000)
        const found = await closeUpOf(sha)
        expect(found.parents).toEqual([first, side])
        expect(found.checks).toEqual((await checksOf(sha)).checks)
        expect(found.checks).toHaveLength(131)
        expect(await closeUpOf(first)).toEqual({ parents: [], checks: [] })
      })

      it('answers in order, unknown commits and hidden repos as not-found, and nothing for nothing', async () => {
        const sha = push()
        const asked = [
          { repo: secret, sha },
          { repo: shop, sha },
          { repo: shop, sha: unknownSha },
        ]
        const answers = await ci.closeUp(asked)
        expect(answers.map(({ ref }) => ref)).toEqual(asked)
        expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.category))).toEqual([
          'not-found',
          'ok',
          'not-found',
        ])
        expect(await ci.closeUp([])).toEqual([])
      })
    })

    describe('checks', () => {
      it('says which an environment holds back, for as long as it does', async () => {
        addEnvironment(world.state, requireRepo(world.state, shop), { name: 'live', reviewers: ['ada'] })
        const sha = pushed({
          checks: [
            { name: 'test', durationMs: 60_000 },
            { name: 'late', delayMs: 60_000 },
            { name: 'deploy', environment: 'live' },
          ],
        })
        const held = async () =>
          (await checksOf(sha)).checks.filter((check) => check.held === true).map((check) => check.name)
        expect(await held()).toEqual(['deploy'])
        expect((await checksOf(sha)).checks.find(({ name: each }) => each === 'deploy')?.conclusion).toBeNull()
        world.people.answerDeployment(shop, onlyRun().id, 'ada', { environment: 'live', state: 'approved' })
        expect(await held()).toEqual([])
      })

      it('has check runs and statuses, with what is needed for logs and reruns', async () => {
        addApp(world.state, { slug: 'scanner', owner: 'acme' })
        const sha = pushed({
          checks: [
            { name: 'test', conclusion: 'failure' },
            { name: 'slow', durationMs: 60_000 },
            { name: 'late', delayMs: 60_000 },
            { name: 'scan', app: 'scanner', conclusion: 'neutral' },
          ],
          statuses: [
            { context: 'ok', state: 'success', targetUrl: 'https://ci.example/ok' },
            { context: 'broken', state: 'error' },
            { context: 'waiting', state: 'pending' },
            { context: 'later', state: 'success', delayMs: 60_000 },
          ],
        })
        const found = await checksOf(sha)
        expect(found).toMatchObject({ sha, attempt: 1 })
        const run = onlyRun()
        const job = run.attempts[0]?.jobs[0]?.id ?? 0
        const byName = new Map(found.checks.map((check) => [check.name, check]))
        expect(byName.get('test')).toEqual({
          name: 'test',
          kind: 'check-run',
          conclusion: 'failure',
          url: `https://github.com/${shop}/actions/runs/${String(run.id)}/job/${String(job)}`,
          workflowRun: run.id,
          job,
          failedAt: expect.any(Number),
        })
        expect(byName.get('broken')).toMatchObject({ conclusion: 'failure', failedAt: expect.any(Number) })
        expect(byName.get('slow')).not.toHaveProperty('failedAt')
        expect(byName.get('scan')).toMatchObject({ conclusion: 'neutral', workflowRun: null, job: null })
        expect(byName.get('ok')).toEqual({
          name: 'ok',
          kind: 'status',
          conclusion: 'success',
          url: 'https://ci.example/ok',
          workflowRun: null,
          job: null,
        })
        expect(byName.get('broken')).toMatchObject({ conclusion: 'failure', url: null })
        for (const waiting of ['slow', 'late', 'waiting']) expect(byName.get(waiting)?.conclusion).toBeNull()
        expect(found.checks).toHaveLength(7)
      })

      it('shows each check as far as it is', async () => {
        const sha = push({ ci: { checks: [{ name: 'test', delayMs: 1000, durationMs: 1000, conclusion: 'failure' }] } })
        const seen: Check['conclusion'][] = []
        for (let turn = 0; turn < 3; turn += 1) {
          seen.push((await checksOf(sha)).checks[0]?.conclusion ?? null)
          world.pass(1000)
        }
        expect(seen).toEqual([null, null, 'failure'])
      })

      const conclusions: readonly (readonly [Exclude<Conclusion, 'startup_failure'>, Check['conclusion']])[] = [
        ['success', 'success'],
        ['failure', 'failure'],
        ['neutral', 'neutral'],
        ['cancelled', 'cancelled'],
        ['skipped', 'skipped'],
        ['timed_out', 'timed-out'],
        ['action_required', 'action-required'],
        ['stale', 'stale'],
      ]
      it.each(conclusions)('reads the conclusion %s', async (conclusion, read) => {
        const sha = pushed({ checks: [{ name: 'test', conclusion }] })
        expect((await checksOf(sha)).checks).toMatchObject([{ conclusion: read }])
      })

      it('shows a workflow that could not start, which has no check run, once it is over', async () => {
        const sha = push({ ci: { checks: [{ name: 'test', conclusion: 'startup_failure', durationMs: 1000 }] } })
        expect((await checksOf(sha)).checks).toEqual([])
        world.pass(1000)
        expect(await checksOf(sha)).toEqual({
          sha,
          attempt: 1,
          checks: [
            {
              name: expect.stringMatching(/workflow|CI/),
              kind: 'check-run',
              conclusion: 'startup-failure',
              url: `https://github.com/${shop}/actions/runs/${String(onlyRun().id)}`,
              workflowRun: onlyRun().id,
              job: null,
            },
          ],
        })
      })

      it('has none where nothing reported', async () => {
        const sha = push({ ci: null })
        expect(await checksOf(sha)).toEqual({ sha, checks: [], attempt: 1 })
      })

      it('takes the newest run of a name; a failure comes with the highest attempt', async () => {
        const sha = pushed({ checks: [{ name: 'test', conclusion: ['timed_out', 'failure'] }, { name: 'lint' }] })
        const before = await checksOf(sha)
        expect(before.attempt).toBe(1)
        world.people.rerunChecks(shop, sha, 'mona')
        world.pass(1000)
        const after = await checksOf(sha)
        expect(after.attempt).toBe(2)
        const shown = after.checks.map(({ name: check, conclusion }) => [check, conclusion])
        expect(new Map(shown as [string, string][])).toEqual(
          new Map([
            ['lint', 'success'],
            ['test', 'failure'],
          ]),
        )
        expect(shown).toHaveLength(2)
        const jobs = (found: CommitChecks) => found.checks.find((check) => check.name === 'test')?.job
        expect(jobs(after)).not.toBe(jobs(before))
      })

      it('shows a job that runs again as not concluded', async () => {
        const sha = push({ ci: { checks: [{ name: 'test', conclusion: ['failure', 'success'], durationMs: 1000 }] } })
        world.pass(1000)
        world.people.rerunChecks(shop, sha, 'mona')
        expect((await checksOf(sha)).checks).toMatchObject([{ name: 'test', conclusion: null }])
        world.pass(1000)
        expect((await checksOf(sha)).checks).toMatchObject([{ name: 'test', conclusion: 'success' }])
      })

      it('keeps apart the jobs of one name in two workflows, and in two apps', async () => {
        addApp(world.state, { slug: 'scanner', owner: 'acme' })
        const sha = pushed({
          checks: [
            { name: 'test', workflow: 'A', conclusion: 'failure' },
            { name: 'test', workflow: 'B' },
            { name: 'test', app: 'scanner', conclusion: 'neutral' },
          ],
          statuses: [{ context: 'test', state: 'pending' }],
        })
        const shown = (await checksOf(sha)).checks.map(({ conclusion }) => String(conclusion))
        expect(shown.toSorted()).toEqual(['failure', 'neutral', 'null', 'success'])
      })

      it('shows what a newer push cancelled as cancelled', async () => {
        requireRepo(world.state, shop).ci.cancelInProgress = true
        const plan: CiPlan = { checks: [{ name: 'test', durationMs: 60_000 }] }
        const [older, newer] = [pushed(plan), pushed(plan)]
        expect((await checksOf(older)).checks).toMatchObject([{ conclusion: 'cancelled' }])
        expect((await checksOf(newer)).checks).toMatchObject([{ conclusion: null }])
      })

      it('is complete beyond a page', async () => {
        const checks = times(130).map((index): CheckPlan => ({ name: `check ${String(index)}` }))
        const statuses = times(20).map((index) => ({ context: `status ${String(index)}`, state: 'success' as const }))
        const found = await checksOf(pushed({ checks, statuses }))
        expect(new Set(found.checks.map((check) => check.name)).size).toBe(150)
      })

      it('answers many commits in order, unknown ones and hidden repos as not-found', async () => {
        const shas = times(22).map((index) => push({ ci: { checks: [{ name: `c${String(index)}` }] } }))
        const asked = [
          { repo: secret, sha: shas[0] ?? '' },
          ...shas.map((sha) => ({ repo: shop, sha })),
          { repo: shop, sha: unknownSha },
        ]
        world.pass(1000)
        const answers = await ci.checks(asked)
        expect(answers.map(({ ref }) => ref)).toEqual(asked)
        expect(answers.map((answer) => (answer.ok ? answer.value.checks[0]?.name : answer.error.category))).toEqual([
          'not-found',
          ...shas.map((_, index) => `c${String(index)}`),
          'not-found',
        ])
      })
    })

    describe('files', () => {
      it('are those of a commit against its first parent, or of everything since another', async () => {
        const base = push({ files: { a: '1', b: '1', same: '1' } })
        push({ files: { a: '2' } })
        const head = push({ files: { b: null, '.github/workflows/ci.yml': 'x' } })
        expect((await ci.files(shop, head)).toSorted()).toEqual(['.github/workflows/ci.yml', 'b'])
        expect((await ci.files(shop, head, base)).toSorted()).toEqual(['.github/workflows/ci.yml', 'a', 'b'])
        expect((await ci.files(shop, base)).toSorted()).toEqual(['a', 'b', 'same'])
        expect(await ci.files(shop, head, head)).toEqual([])
      })

      it('of a merge against its first parent are what it brought in, against its second what it was merged with', async () => {
        push({ files: { base: '1' } })
        const side = push({ branch: 'side', files: { side: '1' } })
        const main = push({ files: { main: '1' } })
        const merge = push({ mergeParents: [side], files: { side: '1', odd: '1' } })
        expect((await ci.files(shop, merge)).toSorted()).toEqual(['odd', 'side'])
        expect((await ci.files(shop, merge, main)).toSorted()).toEqual(['odd', 'side'])
        expect((await ci.files(shop, merge, side)).toSorted()).toEqual(['main', 'odd'])
      })

      it('since a commit of another line are those of this line alone', async () => {
        push({ files: { base: '1' } })
        const side = push({ branch: 'side', files: { side: '1' } })
        const main = push({ files: { main: '1' } })
        expect(await ci.files(shop, side, main)).toEqual(['side'])
      })

      it('are all of them, however many', async () => {
        const base = push()
        const many = times(350).map((index) => `f${String(index)}`)
        const first = push({ files: many })
        const second = push({ files: ['g'] })
        expect(new Set(await ci.files(shop, first))).toEqual(new Set(many))
        expect(new Set(await ci.files(shop, second, base))).toEqual(new Set([...many, 'g']))
      })

      it('are refused for a commit with more than can be listed', async () => {
        const sha = push({ files: times(3000).map((index) => `f${String(index)}`) })
        expect((await failureOf(ci.files(shop, sha))).category).toBe('refused')
      })

      it('fail for what is not there', async () => {
        const sha = push()
        expect((await failureOf(ci.files(shop, unknownSha))).category).toBe('refused')
        expect((await failureOf(ci.files(shop, sha, unknownSha))).category).toBe('not-found')
        expect((await failureOf(ci.files(shop, unknownSha, sha))).category).toBe('not-found')
        expect((await failureOf(ci.files(secret, sha))).category).toBe('not-found')
      })
    })

    describe('logs', () => {
      it('are the last lines without escapes and times, one a check in order, empty where there is none', async () => {
        const line = (text: string) => `2026-01-05T09:00:00.1234567Z ${text}`
        const log = `\uFEFF${line('one')}\n${line('\u001B[31mtwo\u001B[0m')}\r\n${line('three')}\n`
        const sha = pushed({
          checks: [
            { name: 'test', conclusion: 'failure', log },
            { name: 'slow', durationMs: 60_000 },
          ],
          statuses: [{ context: 'status', state: 'failure' }],
        })
        const { checks } = await checksOf(sha)
        const gone: Check = {
          name: 'gone',
          kind: 'check-run',
          conclusion: 'failure',
          url: null,
          workflowRun: 1,
          job: 4711,
        }
        const tails = await ci.logs(shop, [...checks, gone], 2)
        expect(tails).toEqual([
          { name: 'test', text: 'two\nthree' },
          { name: 'slow', text: '' },
          { name: 'status', text: '' },
          { name: 'gone', text: '' },
        ])
        expect((await ci.logs(shop, checks, 10))[0]?.text).toBe('one\ntwo\nthree')
        expect((await ci.logs(secret, checks, 10)).map(({ text }) => text)).toEqual(['', '', ''])
        expect(await ci.logs(shop, [], 10)).toEqual([])
      })

      it('are the end of one of many megabytes', async () => {
        const log = `${'x'.repeat(99)}\n`.repeat(15_000)
        const sha = pushed({ checks: [{ name: 'test', conclusion: 'failure', log: `${log}the end\n` }] })
        const [tail] = await ci.logs(shop, (await checksOf(sha)).checks, 200)
        expect(tail?.text.split('\n')).toHaveLength(200)
        expect(tail?.text.endsWith('the end')).toBe(true)
      })

      it('are those of the attempt that is asked for', async () => {
        const sha = pushed({ checks: [{ name: 'test', conclusion: 'failure', log: ['first', 'second'] }] })
        const before = await checksOf(sha)
        world.people.rerunChecks(shop, sha, 'mona')
        world.pass(1000)
        const after = await checksOf(sha)
        expect((await ci.logs(shop, before.checks, 9))[0]?.text).toBe('first')
        expect((await ci.logs(shop, after.checks, 9))[0]?.text).toBe('second')
      })
    })

    describe('rerun', () => {
      const failing = () =>
        push({
          ci: {
            checks: [
              { name: 'test', conclusion: ['timed_out', 'success'], durationMs: 1000 },
              { name: 'lint', durationMs: 1000 },
            ],
          },
        })

      it('runs what failed again, once, also when it is asked for while that runs', async () => {
        const sha = failing()
        world.pass(1000)
        await ci.rerun(shop, onlyRun().id)
        await ci.rerun(shop, onlyRun().id)
        expect(onlyRun().attempts).toHaveLength(2)
        expect(onlyRun().attempts[1]?.actor).toBe('afk')
        const shown = (await checksOf(sha)).checks.map(({ name: check, conclusion }) => [check, conclusion])
        expect(shown).toEqual(
          expect.arrayContaining([
            ['lint', 'success'],
            ['test', null],
          ]),
        )
      })

      it('is refused while the first attempt runs, when nothing failed, and to those who may not write', async () => {
        failing()
        const call = (login: string) => failureOf(world.as(login).ci.rerun(shop, onlyRun().id))
        expect(await call('afk')).toMatchObject({ port: 'ci', operation: 'rerun', category: 'refused' })
        world.pass(1000)
        for (const login of ['tri', 'rea', 'stranger']) expect((await call(login)).category).toBe('refused')
        expect(onlyRun().attempts).toHaveLength(1)
        await ci.rerun(shop, onlyRun().id)
        world.pass(1000)
        expect((await call('afk')).category).toBe('refused')
        expect(onlyRun().attempts).toHaveLength(2)
      })

      it('is not-found for what is not there', async () => {
        failing()
        const calls = [ci.rerun(shop, 4711), ci.rerun(secret, onlyRun().id)]
        for (const failure of await Promise.all(calls.map(failureOf))) expect(failure.category).toBe('not-found')
      })
    })

    describe('deployment', () => {
      const deploy = (sha: string, states: readonly DeploymentState[], url: string | null = 'https://shop.example') => {
        const repo = requireRepo(world.state, shop)
        const deployment = addDeployment(world.state, repo, { sha, environment: 'prod', creator: 'wendy' })
        for (const state of states) {
          world.pass(1000)
          addDeploymentStatus(world.state, repo, deployment, {
            state,
            creator: 'wendy',
            environmentUrl: url,
            logUrl: 'https://ci.example/log',
          })
        }
        return deployment
      }

      it.each([
        [[], 'pending'],
        [['queued'], 'pending'],
        [['pending', 'in_progress'], 'pending'],
        [['in_progress', 'success'], 'success'],
        [['success', 'failure'], 'failure'],
        [['error'], 'failure'],
      ] as const)('with the statuses %j is %s', async (states, state) => {
        const sha = push()
        deploy(sha, states)
        const url = states.length === 0 ? null : 'https://shop.example'
        expect(await ci.deployment(shop, 'prod', [sha])).toEqual({ sha, state, url })
      })

      it('shows no status before its time, and the log where there is no other link', async () => {
        const sha = push()
        const deployment = deploy(sha, ['in_progress'], null)
        const later = { state: 'success', creator: 'wendy', environmentUrl: 'https://shop.example' } as const
        addDeploymentStatus(world.state, requireRepo(world.state, shop), deployment, { ...later, delayMs: 5000 })
        const found = await ci.deployment(shop, 'prod', [sha])
        expect(found).toEqual({ sha, state: 'pending', url: 'https://ci.example/log' })
        world.pass(5000)
        expect(await ci.deployment(shop, 'prod', [sha])).toMatchObject({
          state: 'success',
          url: 'https://shop.example',
        })
      })

      it('is null for other commits and other environments, and not-found in a hidden repo', async () => {
        const sha = push()
        deploy(push(), ['success'])
        expect(await ci.deployment(shop, 'prod', [sha])).toBeNull()
        expect(await ci.deployment(shop, 'elsewhere', [sha])).toBeNull()
        expect(await ci.deployment(shop, 'prod', [])).toBeNull()
        expect((await failureOf(ci.deployment(secret, 'prod', [sha]))).category).toBe('not-found')
      })

      it('is the newest of them, whatever commit came later, and a success that another replaced is not there any more', async () => {
        const [older, newer] = [push(), push()]
        deploy(newer, ['failure'])
        expect(await ci.deployment(shop, 'prod', [older, newer])).toMatchObject({ sha: newer, state: 'failure' })
        deploy(newer, ['success'])
        expect(await ci.deployment(shop, 'prod', [older, newer])).toMatchObject({ sha: newer, state: 'success' })
        // Rolled back.
        deploy(older, ['success'])
        expect(await ci.deployment(shop, 'prod', [older, newer])).toMatchObject({ sha: older, state: 'success' })
        expect(await ci.deployment(shop, 'prod', [newer])).toMatchObject({ sha: newer, state: 'pending' })
      })

      it('is found behind a hundred others', async () => {
        const [sha, other] = [push(), push()]
        deploy(sha, ['success'])
        for (let turn = 0; turn < 120; turn += 1) deploy(other, [])
        expect(await ci.deployment(shop, 'prod', [sha])).toMatchObject({ sha, state: 'success' })
      })
    })

    it('reads and reruns in a moved repo under its former name', async () => {
      const sha = push({ files: ['a'], ci: { checks: [{ name: 'test', conclusion: 'failure', log: 'log' }] } })
      world.pass(1000)
      world.people.rename(shop, 'acme/store')
      const { checks } = await checksOf(sha)
      expect(checks).toMatchObject([{ name: 'test', conclusion: 'failure' }])
      expect(await ci.history(shop, 'main', { depth: 1 })).toMatchObject([{ sha }])
      expect(await ci.contains(shop, 'main', sha)).toBe(true)
      expect(await ci.files(shop, sha)).toEqual(['a'])
      // The log itself may be out of reach under the former name: its redirect is one to a file.
      expect(await ci.logs('acme/store', checks, 1)).toEqual([{ name: 'test', text: 'log' }])
      await ci.rerun(shop, onlyRun().id)
      expect(onlyRun().attempts).toHaveLength(2)
    })
  })
}
