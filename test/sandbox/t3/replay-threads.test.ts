import { describe, expect, it } from 'vitest'
import { bench, sample, type Bench } from './harness.ts'
import { advance } from './manual-clock.ts'
import { shapeOf } from './shape.ts'

interface Case {
  file: string
  /** Brings the thread `x` to where it was when it was recorded. */
  reach: (bench: Bench) => void | Promise<void>
  fields?: Record<string, unknown>
}

const run = (text: string, ms: number) => (b: Bench) => {
  b.start('x', text)
  return advance(b.state, b.clock, ms)
}

async function killWhileRunning(b: Bench, text: string): Promise<void> {
  await run(text, 1000)(b)
  b.state.restart({ kill: true })
  await advance(b.state, b.clock, 300_000)
}

async function idleStop(b: Bench): Promise<void> {
  await run('hi', 5000)(b)
  b.send('thread.session.stop', { threadId: 'x' })
  await advance(b.state, b.clock, 1000)
}

async function stopAndInterrupt(b: Bench, type: string): Promise<void> {
  await run('[[hang]]', 3000)(b)
  b.send(type, { threadId: 'x' })
  await advance(b.state, b.clock, 5000)
}

/** Up to the moment at which the recording was made: turn 2 was over, its checkpoint not yet captured. */
async function queueSecond(b: Bench): Promise<void> {
  await run('first [[slow:5]]', 1000)(b)
  b.start('x', 'second')
  const twoAnswers = (): boolean => b.state.messages('x').length === 4
  for (let ms = 0; !twoAnswers() && ms < 10_000; ms += 10) await advance(b.state, b.clock, 10)
  await advance(b.state, b.clock, 140)
}

const cases: Case[] = [
  {
    file: 'thread-snapshot-after-turn',
    reach: run('Hello agent [[bash:echo x >> out.txt]]', 10_000),
  },
  {
    file: 'thread-nogit-after-turn',
    reach: run('hello nogit', 10_000),
    fields: { projectId: 'nogit' },
  },
  {
    file: 'thread-http-premade-worktree',
    reach: run('hi [[bash:echo w > wt.txt]]', 10_000),
    fields: { branch: 'issue/http-1', worktreePath: '/data' },
  },
  { file: 'thread-provider-error-401', reach: run('please [[err401]]', 190_000) },
  { file: 'thread-provider-error-400', reach: run('please [[err400]]', 10_000) },
  {
    file: 'thread-unknown-instance',
    reach: run('hi', 10_000),
    fields: { modelSelection: { instanceId: 'no-such-instance', model: 'x' } },
  },
  {
    file: 'thread-codex-missing',
    reach: run('hi', 10_000),
    fields: { modelSelection: { instanceId: 'codex', model: 'gpt-5' } },
  },
  {
    file: 'thread-missing-worktree-path',
    reach: run('hi', 10_000),
    fields: { branch: 'x', worktreePath: '/data/does-not-exist' },
  },
  { file: 'thread-interrupted', reach: (b) => stopAndInterrupt(b, 'thread.turn.interrupt') },
  { file: 'thread-stopped', reach: (b) => stopAndInterrupt(b, 'thread.session.stop') },
  { file: 'thread-stopped-after-idle-stop', reach: idleStop },
  { file: 'thread-two-turns', reach: queueSecond },
  {
    file: 'thread-pending-approval',
    reach: run('go [[bash:touch a.txt]]', 10_000),
    fields: { runtimeMode: 'approval-required' },
  },
  { file: 'thread-pending-user-input', reach: run('go [[ask]]', 10_000) },
  { file: 'thread-running-after-kill9-restart', reach: (b) => killWhileRunning(b, '[[hang]]') },
  {
    file: 'thread-running-after-sigterm-restart',
    reach: (b) => killWhileRunning(b, '[[slow:60]]'),
  },
  {
    file: 'thread-lost-turn-after-restart',
    reach: async (b) => {
      b.start('x', 'hi boot')
      b.state.restart({ kill: true })
      await advance(b.state, b.clock, 60_000)
    },
  },
]

describe('recorded threads', () => {
  it.each(cases)('$file', async ({ file, fields, reach }) => {
    const b = bench({ timing: { idleReaper: null } })
    b.thread('x', fields)
    await reach(b)
    const mine = b.state.thread('x')
    // Not modelled: which files a checkpoint saw, and how many choices a question had.
    expect(shapeOf(without(mine))).toEqual(shapeOf(without(sample(file))))
  })

  it('relates the times of a finished turn as recorded', async () => {
    const b = bench()
    b.thread('x')
    await run('Hello agent [[bash:echo x >> out.txt]]', 10_000)(b)
    const links = timeLinks(sample('thread-snapshot-after-turn'))
    expect(links).toMatchObject({
      startedIsRequested: true,
      requestedIsMessage: true,
      updatedIsCompleted: true,
      checkpointIsCompleted: true,
    })
    expect(timeLinks(b.state.thread('x'))).toEqual(links)
  })

  it('shows the shell entry of a thread that waits for an approval as recorded', async () => {
    const b = bench()
    b.thread('x', { runtimeMode: 'approval-required' })
    await run('go [[bash:touch a.txt]]', 10_000)(b)
    const { threads } = b.state.shell() as { threads: object[] }
    expect(shapeOf(threads[0])).toEqual(shapeOf(sample('shell-pending-approval')))
  })

  it('shows the shell entry of a finished thread as recorded', async () => {
    const b = bench()
    b.thread('x')
    await run('hi', 10_000)(b)
    const { threads } = b.state.shell() as { threads: object[] }
    expect(shapeOf(threads[0])).toEqual(shapeOf(sample('shell-snapshot-thread-entry')))
  })

  it.each(['full-snapshot-sample', 'shell-snapshot-sample'])('has the keys of %s', async (file) => {
    const b = bench()
    b.thread('x')
    await run('hi', 10_000)(b)
    const mine = (file === 'full-snapshot-sample' ? b.state.snapshot() : b.state.shell()) as Snapshot
    const recorded = sample(file) as unknown as Snapshot
    expect(Object.keys(mine).toSorted()).toEqual(Object.keys(recorded).toSorted())
    expect(Object.keys(mine.projects[0] ?? {}).toSorted()).toEqual(Object.keys(recorded.projects[0] ?? {}).toSorted())
    expect(Object.keys(mine.threads[0] ?? {}).toSorted()).toEqual(Object.keys(recorded.threads[0] ?? {}).toSorted())
  })
})

interface Snapshot {
  projects: object[]
  threads: object[]
}

function without(view: unknown): unknown {
  return JSON.parse(
    JSON.stringify(view, (key, value: unknown) => {
      if (key === 'files' || key === 'options') return []
      return value
    }),
  )
}

interface Timed {
  thread: {
    updatedAt: string
    latestTurn: { requestedAt: string; startedAt: string; completedAt: string }
    messages: { createdAt: string }[]
    checkpoints: { completedAt: string }[]
    activities: { kind: string; createdAt: string }[]
    session: { updatedAt: string }
  }
}

function timeLinks(view: unknown): Record<string, boolean> {
  const { thread } = view as Timed
  const { requestedAt, startedAt, completedAt } = thread.latestTurn
  return {
    startedIsRequested: startedAt === requestedAt,
    requestedIsMessage: thread.messages[0]?.createdAt === requestedAt,
    updatedIsCompleted: thread.updatedAt === completedAt,
    sessionIsCompleted: thread.session.updatedAt === completedAt,
    checkpointIsCompleted: thread.checkpoints[0]?.completedAt === completedAt,
    captureIsCompleted: thread.activities.find(({ kind }) => kind === 'checkpoint.captured')?.createdAt === completedAt,
  }
}
