import { beforeEach, describe, expect, it } from 'vitest'
import { applyContext, applyEffects, type Applied } from '../../src/app/apply.ts'
import { poll } from '../../src/app/poll.ts'
import { watch } from '../../src/app/watch.ts'
import type { Effect } from '../../src/core/effects.ts'
import { projectCommandIdOf, projectIdOf, runIdOf } from '../../src/core/ids.ts'
import { finish, hang, say } from '../sandbox/t3/steps.ts'
import { createBench, readyIssue, type Bench, type BenchTick } from './bench.ts'

/** SPEC 5.2: projects and threads that are there already, ids that are refused, and *look again*. */

const repo = 'acme/shop'
const model = { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' } as const
let bench: Bench
let tick: BenchTick
beforeEach(async () => {
  bench = await createBench()
  bench.world.t3.setAgent({ turn: () => [say('AFK-PHASE: worktree'), hang()] })
  tick = bench.tick()
})

const project: Effect = { kind: 'project.ensure', repo, workspaceRoot: '/data/acme__shop' }
const threadFor = (runId: string, number: number): Effect => ({
  kind: 'thread.create',
  runId,
  repo,
  title: `${repo}#${number} A task`,
  model,
  ifBurnt: [{ kind: 'label.add', label: 'ready-for-human' }],
})
const apply = async (number: number, ...effects: readonly Effect[]): Promise<Applied> =>
  applyEffects(effects, applyContext(tick, { repo, number }, 'run', await bench.facts(repo, number)))
const shell = () => bench.world.t3.shell() as { projects: { id: string }[]; threads: { projectId: string }[] }
const dispatch = (command: Record<string, unknown>) => bench.world.t3.dispatch(command)
const createProject = (projectId: string) =>
  dispatch({
    type: 'project.create',
    commandId: `by hand ${projectId}`,
    projectId,
    title: repo,
    workspaceRoot: '/data/acme__shop',
    createWorkspaceRootIfMissing: true,
    createdAt: '2026-11-21T03:00:00.000Z',
  })

describe('the project', () => {
  let number: number
  beforeEach(async () => {
    number = await readyIssue(bench)
  })

  it('that somebody made for the same folder is adopted, and gets the thread', async () => {
    createProject('made-by-hand')
    const applied = await apply(number, project, threadFor('0d9d7b4e-5d2e-5c4b-9f3a-1b2c3d4e5f60', number))
    expect(applied).toEqual({ kind: 'done' })
    expect(tick.effects()).toEqual(['project.ensure replayed', 'thread.create done'])
    expect(shell().threads).toMatchObject([{ projectId: 'made-by-hand' }])
  })

  it('whose id was refused once is made under the next command', async () => {
    bench.executor.fail({ operation: 'createProject', category: 'refused', times: 1 })
    expect(await apply(number, project)).toEqual({ kind: 'done' })
    expect(shell().projects.map(({ id }) => id)).toEqual([projectIdOf(repo)])
  })

  it('that another poller made between look and command is adopted', async () => {
    const real = bench.executor.executor
    tick = bench.tick(
      {},
      {
        executor: {
          ...real,
          createProject: async (command) => {
            createProject('of-the-other')
            return real.createProject(command)
          },
        },
      },
    )
    expect(await apply(number, project)).toEqual({ kind: 'done' })
    expect(shell().projects.map(({ id }) => id)).toEqual(['of-the-other'])
  })

  it('that T3 refuses under every command is a failure that says where', async () => {
    bench.executor.fail({ operation: 'createProject', category: 'refused' })
    expect(await apply(number, project)).toEqual({ kind: 'failed', category: 'refused' })
    expect(String(tick.lines.at(-1)?.['message'])).toContain('/data/acme__shop')
    expect(new Set([1, 2, 3].map((attempt) => projectCommandIdOf(repo, attempt))).size).toBe(3)
  })

  it('that a person deleted keeps its id for ever: the failure says so, and the way out it names works', async () => {
    await apply(number, project)
    dispatch({ type: 'project.delete', commandId: 'a person deletes', projectId: projectIdOf(repo), force: true })
    tick = bench.tick()
    expect(await apply(number, project)).toEqual({ kind: 'failed', category: 'refused' })
    expect(tick.lines.at(-1)?.['message']).toBe(
      'T3 will not make a project for acme/shop at /data/acme__shop: has one been deleted there? T3 gives no id twice. Make a project with that folder in T3 by hand, and afk uses it',
    )
    createProject('made-by-hand')
    tick = bench.tick()
    const applied = await apply(number, project, threadFor('0d9d7b4e-5d2e-5c4b-9f3a-1b2c3d4e5f60', number))
    expect(applied).toEqual({ kind: 'done' })
    expect(shell().threads).toMatchObject([{ projectId: 'made-by-hand' }])
  })

  it('that cannot be asked for fails at once', async () => {
    bench.executor.fail({ operation: 'createProject', category: 'unavailable' })
    expect(await apply(number, project)).toEqual({ kind: 'failed', category: 'unavailable' })
    expect(bench.executor.calls.filter((call) => call === 'createProject')).toHaveLength(1)
  })
})

describe('the thread', () => {
  const id = '0d9d7b4e-5d2e-5c4b-9f3a-1b2c3d4e5f60'

  it('refused and there all the same is there', async () => {
    const number = await readyIssue(bench)
    bench.executor.fail({ operation: 'createThread', category: 'refused', times: 1, done: true })
    expect(await apply(number, project, threadFor(id, number))).toEqual({ kind: 'done' })
    expect(tick.effects()).toEqual(['project.ensure done', 'thread.create replayed'])
  })

  it('archived or deleted is burnt', async () => {
    const number = await readyIssue(bench)
    await apply(number, project, threadFor(id, number))
    dispatch({ type: 'thread.archive', commandId: 'a person archives', threadId: id })
    expect(await apply(number, threadFor(id, number))).toEqual({ kind: 'refused', why: 'thread-burnt' })
    expect(bench.issue(repo, number).labels.map(({ name }) => name)).toContain('ready-for-human')
  })

  it('is made without a project of this tick, under the derived id', async () => {
    const number = await readyIssue(bench)
    await apply(number, project)
    expect(await apply(number, threadFor(id, number))).toEqual({ kind: 'done' })
    expect(shell().threads).toMatchObject([{ projectId: projectIdOf(repo) }])
  })
})

describe('look again', () => {
  /** Two issues of one repo with a thread each, the first one's created earlier. */
  async function two() {
    const first = await readyIssue(bench, repo, 'First')
    const second = await readyIssue(bench, repo, 'Second')
    const ids = await Promise.all([first, second].map(async (number) => runOf(number)))
    const [one = '', other = ''] = ids
    await apply(first, project, threadFor(one, first))
    await bench.pass(5)
    await apply(second, project, threadFor(other, second))
    tick = bench.tick()
    return { first, second, one, other }
  }
  const runOf = async (number: number): Promise<string> => {
    const facts = await bench.facts(repo, number)
    return runIdOf(repo, number, facts.labelEvents.findLast(({ label }) => label === 'ready-for-agent')?.id ?? '')
  }
  const yieldOf = (runId: string): Effect => ({ kind: 'thread.yield', runId, repo })
  const startIn = (threadId: string) =>
    bench.executor.executor.startTurn({
      commandId: `c${threadId}`,
      messageId: `m${threadId}`,
      threadId,
      text: 'x',
      model,
    })

  it('the earlier thread of two half dispatches goes first', async () => {
    const { first, second, one, other } = await two()
    expect(await apply(first, yieldOf(one))).toEqual({ kind: 'done' })
    expect(await apply(second, yieldOf(other))).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining(`#${first}`),
    })
  })

  it('an earlier one at work goes first, without a look at its issue', async () => {
    const { second, one, other } = await two()
    await startIn(one)
    await bench.pass(10)
    const looks = bench.calls.filter((call) => call === 'look').length
    const applied = await apply(second, yieldOf(other))
    expect(applied).toMatchObject({ kind: 'refused', why: expect.stringContaining('at work') })
    expect(bench.calls.filter((call) => call === 'look')).toHaveLength(looks)
  })

  it('an earlier one that has given no sign for stallSeconds holds nobody up', async () => {
    const { first, second, one, other } = await two()
    await startIn(one)
    bench.world.people.unlabel(repo, first, 'ready-for-agent', 'mona')
    await bench.pass(1801)
    expect(await apply(second, yieldOf(other))).toEqual({ kind: 'done' })
  })

  it('an earlier one that a person took back holds the repo until its card says so', async () => {
    const { first, second, other } = await two()
    bench.world.people.unlabel(repo, first, 'ready-for-agent', 'mona')
    expect(await apply(second, yieldOf(other))).toMatchObject({ kind: 'refused' })
    await watch(bench.tick())
    expect(bench.cards(repo, first)).toMatchObject([{ outcome: { kind: 'cancelled', reason: 'label-removed' } }])
    expect(await apply(second, yieldOf(other))).toEqual({ kind: 'done' })
  })

  it('what cannot be read may be a run: the later one waits', async () => {
    const { first, second, other } = await two()
    const { tracker } = tick.world
    const error = { category: 'forbidden' as const }
    tick = bench.tick(
      {},
      {
        tracker: {
          ...tracker,
          look: async (refs) =>
            (await tracker.look(refs)).map((entry) =>
              entry.ref.number === first ? { ref: entry.ref, ok: false, error: error as never } : entry,
            ),
        },
      },
    )
    expect(await apply(second, yieldOf(other))).toMatchObject({ kind: 'refused' })
  })

  it('an issue that is not there any more holds nobody up', async () => {
    const second = await readyIssue(bench)
    await apply(second, project, threadFor('11111111-1111-5111-8111-111111111111', 99))
    await bench.pass(1)
    const other = await runOf(second)
    await apply(second, threadFor(other, second))
    expect(await apply(second, yieldOf(other))).toEqual({ kind: 'done' })
  })

  it('a thread that is missing from the list after it was created is a conflict', async () => {
    const number = await readyIssue(bench)
    expect(await apply(number, yieldOf('22222222-2222-5222-8222-222222222222'))).toEqual({
      kind: 'failed',
      category: 'conflict',
    })
  })

  it('an ended run of the same issue holds nobody up', async () => {
    const number = await readyIssue(bench)
    bench.world.t3.setAgent({
      turn: () => [say('AFK-RESULT: no-change it is there already', 100), finish()],
    })
    await poll(tick)
    await bench.pass(30)
    await watch(bench.tick())
    expect(bench.cards(repo, number)).toMatchObject([{ outcome: { kind: 'escalated', reason: 'no-change' } }])
    bench.world.people.label(repo, number, 'ready-for-agent', 'mona')
    await bench.pass(120)
    tick = bench.tick()
    await poll(tick)
    expect(tick.effects()).toContain('thread.yield done')
    expect(bench.cards(repo, number)).toHaveLength(2)
  })
})
