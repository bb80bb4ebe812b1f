import { describe, expect, it } from 'vitest'
import { landsAtOnce } from '../sandbox/t3/agents.ts'
import { PortError, type Category } from '../../src/ports/errors.ts'
import { blamed, type Around } from './calls.ts'
import { endProblems } from './ends.ts'
import { addFigure } from './figures.ts'
import { createLab } from './lab.ts'
import { policyOf, quick } from './policy.ts'
import { openReady, scenarios, type Scenario } from './scenarios.ts'

/** What SPEC 10 knows, as a tick meets it at its ports; how adapters come to these words is `test/adapters`. */
const categories: readonly Category[] = [
  'auth',
  'forbidden',
  'not-found',
  'rate',
  'unavailable',
  'contract',
  'conflict',
]
const reads = [
  'self',
  'overview',
  'summaries',
  'look',
  'permission',
  'file',
  'history',
  'checks',
  'logs',
  'threads',
  'detail',
  'link',
]
const writes = [
  'comment',
  'editComment',
  'addLabel',
  'removeLabel',
  'close',
  'createProject',
  'createThread',
  'startTurn',
  'interrupt',
  'ring',
]
const pullReads = ['list', 'view', 'files']
const pullWrites = ['merge', 'resolveThread', 'replyToThread']
const lives: readonly (readonly [name: string, operations: readonly string[]])[] = [
  ['fix-forward', [...reads, ...writes]],
  ['escalate', [...reads, ...writes]],
  ['conversation', [...pullReads, ...pullWrites]],
]

/** A merge that is forbidden is a person's from then on; a conversation that may not be resolved stays open, and counts until its run ends. */
const byDesign: Readonly<Record<string, readonly string[]>> = {
  merge: ['forbidden'],
  resolveThread: ['forbidden', 'not-found'],
}

describe.each(lives)('%s', (name, operations) => {
  const scenario = scenarios.find((one) => one.name === name) as Scenario
  it.each(operations)(
    '%s fails twice, in every way, before and after it was done',
    { timeout: 60_000 },
    async (operation) => {
      const broken: string[] = []
      let tried = 0
      for (const category of categories.filter((one) => !byDesign[operation]?.includes(one))) {
        for (const late of [...writes, ...pullWrites].includes(operation) ? [false, true] : [false]) {
          tried += 1
          const problems = await failing(scenario, operation, category, late)
          if (problems.length > 0) broken.push(`${category}${late ? ', answer lost' : ''}: ${problems.join('; ')}`)
        }
      }
      addFigure('faults in process, by operation and category', { tried, held: tried - broken.length })
      expect(broken).toEqual([])
    },
  )
})

async function failing(
  scenario: Scenario,
  operation: string,
  category: Category,
  late: boolean,
): Promise<readonly string[]> {
  const lab = await createLab({
    policy: await policyOf(scenario.settings ?? quick),
    agent: scenario.agent ?? ((world) => landsAtOnce(world.crew)),
  })
  openReady(lab)
  await lab.pass(120)
  // A bell whose answer is lost has rung, and rings once more.
  const isLostRing = late && operation === 'ring'
  let left = isLostRing ? 1 : 2
  const around: Around = async (call, proceed) => {
    if (call.operation !== operation || left === 0) return proceed()
    left -= 1
    if (late) await proceed()
    throw new PortError(blamed(call.port), operation, category, `${operation} fails as told`)
  }
  const judge = () => endProblems(lab, scenario, isLostRing)
  for (let round = 0; round < 30; round += 1) {
    scenario.people?.(lab, round)
    for (const program of ['poller', 'watcher'] as const) await lab.tick(program, { around })
    await lab.pass(60)
    if (judge().length === 0) break
  }
  return [...lab.monitor.broken, ...lab.monitor.lostUpdates, ...judge()]
}
