import { beforeEach, describe, expect, it } from 'vitest'
import { watch } from '../../src/app/watch.ts'
import { createBench, type Bench } from './bench.ts'

/** SPEC 4, `archiveAfterSeconds`: threads of ended runs are tidied away, a few a tick, and never one that could be needed. */

const repo = 'acme/shop'
const twoDays = 172_800
let bench: Bench
beforeEach(async () => {
  bench = await createBench({ repos: [repo, 'acme/api'] })
})

/** Threads of issues that are all over, one a number. */
async function threadsFor(numbers: readonly number[], where = repo): Promise<readonly string[]> {
  const { createProject, createThread } = bench.executor.executor
  const projectId = `project of ${where}`
  await createProject({
    commandId: projectId,
    projectId,
    title: where,
    workspaceRoot: `/data/${where.replace('/', '__')}`,
  })
  const ids: string[] = []
  for (const number of numbers) {
    const threadId = `${String(number).padStart(8, '0')}-0000-5000-8000-${where.length.toString(16).padStart(12, '0')}`
    await createThread({
      commandId: threadId,
      threadId,
      projectId,
      title: `${where}#${number} Done`,
      model: { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' },
    })
    ids.push(threadId)
  }
  return ids
}
const issues = (count: number, where = repo) =>
  Array.from({ length: count }, () => bench.world.people.open(where, { title: 'Done', author: 'ada' }).number)
const isThere = (id: string) => bench.world.t3.thread(id) !== null
const archivedBy = async (changes: Parameters<Bench['tick']>[0] = {}) => {
  const tick = bench.tick(changes)
  await watch(tick)
  return tick.effects()
}

describe('archiving', () => {
  it('three a tick, and only after two days', async () => {
    const ids = await threadsFor(issues(4))
    await bench.pass(twoDays - 1)
    expect(await archivedBy()).toEqual([])
    await bench.pass(2)
    expect(await archivedBy()).toEqual(Array.from({ length: 3 }, () => 'thread.archive done'))
    expect(ids.filter((id) => isThere(id))).toHaveLength(1)
    expect(await archivedBy()).toEqual(['thread.archive done'])
    expect(await archivedBy()).toEqual([])
  })

  it('never one whose issue is ready or locked, nor one of a repo that cannot be seen', async () => {
    const [free = 0, ready = 0, locked = 0] = issues(3)
    const [gone = ''] = await threadsFor([1], 'acme/nowhere')
    const ids = await threadsFor([free, ready, locked])
    bench.world.people.label(repo, ready, 'ready-for-agent', 'mona')
    bench.world.people.label(repo, locked, 'agent-in-progress', 'mona')
    await bench.pass(twoDays + 1)
    expect(await archivedBy()).toContain('thread.archive done')
    expect([...ids, gone].map((id) => isThere(id))).toEqual([false, true, true, true])
  })

  it('not when time is up, and not when T3 was not heard of', async () => {
    const ids = await threadsFor(issues(1))
    await bench.pass(twoDays + 1)
    expect(await archivedBy({ over: () => true })).toEqual([])
    bench.executor.fail({ operation: 'threads', category: 'unavailable' })
    expect(await archivedBy()).toEqual([])
    expect(ids.every((id) => isThere(id))).toBe(true)
  })

  it('T3 refusing one does not keep the next', async () => {
    await threadsFor(issues(2))
    await bench.pass(twoDays + 1)
    bench.executor.fail({ operation: 'archive', category: 'refused', times: 1 })
    expect(await archivedBy()).toEqual(['thread.archive failed', 'thread.archive done'])
  })
})
