import { expect, it } from 'vitest'
import { turnStart } from '../../src/adapters/t3/commands.ts'
import { PortError } from '../../src/ports/errors.ts'
import { landsAtOnce } from '../sandbox/t3/agents.ts'
import { onTask, talk } from '../sandbox/t3/work.ts'
import { blamed, type Around } from './calls.ts'
import { concerns, serviceOf } from './concerns.ts'
import { addFigure, isFull, seedOf } from './figures.ts'
import { createLab, type Lab } from './lab.ts'
import { policyOf, quick } from './policy.ts'
import { openReady } from './scenarios.ts'
import { issueAt, threadsIn } from './seen.ts'

/** SPEC 10: a service that refuses everything (`auth`, `rate`) is asked nothing more in that tick, but for what is under way. */

const repos = Array.from({ length: 9 }, (_, index) => `acme/r${index}`)
const settings = `${quick}maxConcurrentRuns: 9\nmaxDispatchPerTick: 9\narchiveAfterSeconds: 600\n`

/** In CI one of them, by the seed. */
const seed = seedOf('fault stops')
const categories = (['auth', 'rate'] as const).filter((_, index) => isFull || index === seed % 2)

const refusals = categories.flatMap((category) =>
  (
    [
      ['ci', 'history', 'landing'],
      ['executor', 'detail', 'landing'],
      ['tracker', 'editComment', 'landing'],
      ['notifier', 'ring', 'landing'],
      ['executor', 'archive', 'archiving'],
      ['executor', 'detail', 'orphans'],
    ] as const
  ).map(([port, operation, when]) => [category, port, operation, when] as const),
)

it.each(refusals)('%s at %s.%s, nine repos %s', { timeout: 60_000 }, async (category, port, operation, when) => {
  const lab = await createLab({
    policy: await policyOf(settings),
    repos,
    agent: ({ crew }) => {
      const first = landsAtOnce(crew)
      const second = onTask(() => talk('Looking.', { paceMs: 600_000 }))
      return { turn: (turn) => (turn.turnNumber === 1 ? first : second).turn(turn) }
    },
  })
  for (const repo of repos) openReady(lab, 'A task', repo)
  await lab.pass(120)
  await lab.tick('poller')
  await lab.pass(60)
  if (when !== 'landing') await afterwards(lab, when)
  const owners = new Map(repos.flatMap((repo) => threadsIn(lab.world, repo).map(({ id }) => [id, repo])))
  /** Of the service, for a repo that was not under way. */
  const later: string[] = []
  let struck = false
  const around: Around = async (call, proceed) => {
    const name = `${call.port}.${call.operation}`
    if (struck && serviceOf(call.port) === serviceOf(port)) {
      const whose = waiting[when].filter((repo) => concerns(call, repo, owners, lab.bells))
      later.push(...whose.map((repo) => `${name} ${repo}`))
    }
    if (struck || call.port !== port || call.operation !== operation) return proceed()
    struck = true
    throw new PortError(blamed(port), operation, category, 'refused as told')
  }
  const { code } = await lab.tick('watcher', { around })
  const problems = [
    ...(struck ? [] : ['nothing was struck']),
    ...(code === 3 ? [] : [`exit ${code}, expected 3`]),
    ...later.map((what) => `afterwards still ${what}`),
  ]
  await lab.run(8)
  problems.push(...lab.monitor.broken)
  problems.push(...repos.filter((repo) => !isOver(lab, repo, when)).map((repo) => `${repo} did not come to its end`))
  addFigure('faults in process, by operation and category', { tried: 1, held: problems.length === 0 ? 1 : 0 })
  expect(problems).toEqual([])
})

/** Runs are advanced side by side, orphans and archives one after the other. */
const waiting = { landing: repos.slice(6), archiving: repos, orphans: repos } as const

/** In a later tick, with the service well again, all of it is done. */
function isOver(lab: Lab, repo: string, when: keyof typeof waiting): boolean {
  const [thread] = threadsIn(lab.world, repo)
  if (when === 'archiving') return thread === undefined
  return issueAt(lab.world, repo, 1).state === 'closed'
}

async function afterwards(lab: Lab, when: 'archiving' | 'orphans'): Promise<void> {
  await lab.run(2)
  if (when === 'archiving') return lab.pass(900)
  for (const repo of repos) {
    const [thread] = threadsIn(lab.world, repo)
    const model = { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' } as const
    const ids = { commandId: `command of a person ${repo}`, messageId: `message of a person ${repo}` }
    lab.world.t3.dispatch(turnStart({ ...ids, threadId: thread?.id ?? '', text: 'What did you find?', model }))
  }
  await lab.pass(30)
}
