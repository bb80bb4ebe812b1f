import { describe, expect, it } from 'vitest'
import { haltAll } from '../../src/app/halt.ts'
import { readOnly } from '../../src/app/plan-read-only.ts'
import { createReporter, type Line } from '../../src/app/report.ts'
import { recentOutcomes } from '../../src/app/status-recent.ts'
import { createFailures, type Tick, type World } from '../../src/app/tick.ts'
import { progressOn } from '../../src/cli/progress.ts'
import { projectIdOf, uuid5 } from '../../src/core/ids.ts'
import type { ThreadSummary } from '../../src/core/model.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { Executor } from '../../src/ports/executor.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const down = () => Promise.reject(new PortError('executor', 'x', 'unavailable', 'no answer'))

function aThread(state: ThreadSummary['state'], lastMessageAt: number | null = null): ThreadSummary {
  const id = uuid5(`thread ${state}`)
  const projectId = projectIdOf('acme/shop')
  return { id, projectId, title: 'acme/shop#1 A task', state, createdAt: now, updatedAt: now, lastMessageAt }
}

/** An executor that answers its list with each of these in turn, the last one for ever. */
function anExecutor(lists: readonly (readonly ThreadSummary[] | 'down')[], more: Partial<Executor> = {}) {
  const sent: string[] = []
  const left = [...lists]
  const executor = {
    now: () => now,
    threads: async () => {
      const list = left.length > 1 ? left.shift() : left[0]
      if (list === undefined || list === 'down') return down()
      return { projects: [], threads: list }
    },
    detail: down,
    interrupt: async ({ threadId }: { threadId: string }) => void sent.push(threadId),
    link: async () => null,
    ...more,
  } as unknown as Executor
  return { sent, executor }
}

const haltWith = (executor: Executor, waitSeconds = 0) =>
  haltAll({ executor, waitSeconds, sleep: async () => {}, say: () => {} }).then(({ halted }) => halted)

describe('halting', () => {
  it('takes nothing for stopped that it cannot see', async () => {
    const { executor, sent } = anExecutor([[aThread('working')], 'down'])
    expect(await haltWith(executor, 2)).toMatchObject([{ state: 'working', result: 'interrupted', stopped: false }])
    expect(sent).toHaveLength(1)
  })

  it('interrupts what may have been starting and cannot be read, and what it does not understand', async () => {
    const { executor, sent } = anExecutor([[aThread('settled', now - 1000), aThread('unknown')], []])
    expect(await haltWith(executor)).toMatchObject([
      { state: 'starting', stopped: true },
      { state: 'unknown', stopped: true },
    ])
    expect(sent).toHaveLength(2)
  })

  it('leaves threads at rest alone, long settled ones without a look', async () => {
    const { executor, sent } = anExecutor([[aThread('idle'), aThread('settled', now - 3_600_000)]])
    expect(await haltWith(executor)).toEqual([])
    expect(sent).toEqual([])
  })

  it('tells a refusal, and lets faults of afk’s own through', async () => {
    const refused = () => Promise.reject(new PortError('executor', 'interrupt', 'refused', 'T3 rejects the command'))
    const first = anExecutor([[aThread('working')]], { interrupt: refused })
    expect(await haltWith(first.executor)).toMatchObject([
      { result: 'failed', error: 'refused: T3 rejects the command' },
    ])
    const bug = () => Promise.reject(new TypeError('a bug'))
    await expect(haltWith(anExecutor([[aThread('working')]], { interrupt: bug }).executor)).rejects.toThrow('a bug')
    await expect(haltWith(anExecutor([[aThread('settled', now)]], { detail: bug }).executor)).rejects.toThrow('a bug')
    await expect(haltWith(anExecutor(['down']).executor)).rejects.toThrow('no answer')
  })
})

describe('a world that can only be read', () => {
  it('refuses every write as a bug, and passes reads on', async () => {
    const calls: string[] = []
    const every = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, () => void calls.push(name)]))
    const writes = {
      tracker: ['comment', 'editComment', 'deleteComment', 'addLabel', 'removeLabel', 'close', 'reopen'],
      executor: ['createProject', 'createThread', 'startTurn', 'interrupt', 'archive'],
      ci: ['rerun'],
      pulls: ['merge', 'replyToThread', 'resolveThread', 'react', 'decideDeployment'],
      notifier: ['ring'],
    } as const
    const world = {
      tracker: every([...writes.tracker, 'self', 'look']),
      executor: every([...writes.executor, 'threads']),
      ci: every([...writes.ci, 'history']),
      pulls: every([...writes.pulls, 'view']),
      notifier: every(writes.notifier),
    } as unknown as World
    const safe = readOnly(world) as unknown as Record<string, Record<string, () => unknown>>
    for (const [port, names] of Object.entries(writes)) {
      for (const name of names) expect(safe[port]?.[name], name).toThrow('called by a command that only reads')
    }
    safe['tracker']?.['self']?.()
    safe['executor']?.['threads']?.()
    safe['ci']?.['history']?.()
    safe['pulls']?.['view']?.()
    expect(calls).toEqual(['self', 'threads', 'history', 'view'])
    expect(readOnly({ ...world, notifier: null }).notifier).toBeNull()
  })
})

describe('what ended lately', () => {
  it('is left out where it cannot be read, and that is said', async () => {
    const lines: Line[] = []
    const failures = createFailures()
    const look = () => Promise.reject(new PortError('tracker', 'look', 'unavailable', 'GitHub could not answer'))
    const tick = {
      world: { tracker: { now: () => now, look } },
      policy: { repo: () => ({ labels: {} }) },
      report: createReporter('poller', 't', (line) => void lines.push(line)),
      failures,
    } as unknown as Tick
    const overview = { repo: 'acme/shop', nameWithOwner: 'acme/shop', base: null, ready: [], locked: [] }
    const threads = [{ thread: aThread('settled'), issue: { repo: 'acme/shop', number: 1 } }]
    expect(await recentOutcomes({ found: [], overviews: [overview], threads, nameless: [], gone: [] }, tick)).toEqual(
      [],
    )
    expect(lines).toMatchObject([{ event: 'error', what: 'recent', category: 'unavailable' }])
    expect(failures.exitCode()).toBe(1)
  })
})

describe('progress', () => {
  it('is one line that goes away, and only where somebody watches', () => {
    const said: string[] = []
    const watched = progressOn({ err: (text) => void said.push(text), terminal: { out: false, err: true } })
    watched.say('reading GitHub')
    watched.done()
    expect(said).toEqual(['\r\u001B[Kreading GitHub …', '\r\u001B[K'])
    const silent = progressOn({ err: (text) => void said.push(text), terminal: { out: true, err: false } })
    silent.say('reading GitHub')
    silent.done()
    expect(said).toHaveLength(2)
  })
})
