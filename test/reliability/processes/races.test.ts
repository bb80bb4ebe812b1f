import { describe, expect, it } from 'vitest'
import { inParallel } from '../../../src/app/in-parallel.ts'
import { endProblems } from '../ends.ts'
import { addFigure, isFull } from '../figures.ts'
import { quick } from '../policy.ts'
import { openReady, scenarios, type Scenario } from '../scenarios.ts'
import { createLife, liveOn, liveUntil } from './points.ts'
import { startServers, type Ticked } from './servers.ts'

const times = isFull ? 50 : 6

/** Two issues of one repo, so that two pollers have something to disagree on. */
const two: Scenario = {
  name: 'two issues',
  begin: (lab) => {
    openReady(lab, 'One')
    openReady(lab, 'Two')
  },
  ends: ['landed (green)', 'landed (green)'],
  turns: 2,
}

const couples: readonly (readonly [Scenario, number, readonly ('poller' | 'watcher')[]])[] = [
  [two, 0, ['poller', 'poller']],
  [two, 1, ['watcher', 'poller']],
  ...['land', 'fix-forward', 'nudge', 'escalate', 'freeze'].map(
    (name) => [requireScenario(name), 1, ['watcher', 'watcher']] as const,
  ),
]

describe('real processes at once, without a lock', () => {
  it(`${times} races`, { timeout: 1_800_000 }, async () => {
    const broken: string[] = []
    let held = 0
    const all = Array.from({ length: times }, (_, index) => couples[index % couples.length] ?? couples[0])
    await inParallel(all, 2, async (couple) => {
      if (couple === undefined) return
      const problems = await race(...couple)
      if (problems.length === 0) held += 1
      broken.push(...problems.map((what) => `${couple[0].name} ${couple[2].join('+')}: ${what}`))
    })
    addFigure('races of real processes', { tried: times, held })
    expect(broken).toEqual([])
  })

  it('both pollers have decided, each on another issue of the repo', { timeout: 600_000 }, async () => {
    const tries = isFull ? 10 : 1
    const broken: string[] = []
    let held = 0
    await inParallel(Array.from({ length: tries }), 2, async () => {
      const problems = await decidedApart()
      if (problems.length === 0) held += 1
      broken.push(...problems)
    })
    addFigure('races of real processes', { tried: tries, held })
    expect(broken).toEqual([])
  })
})

/**
 * What *look again* is for (SPEC 5.2). The first poller has read everything when an urgent issue is opened: it is stopped at its first
 * command until the second, which knows of that issue, has come as far.
 */
async function decidedApart(): Promise<readonly string[]> {
  const scenario: Scenario = { ...two, begin: (lab) => void openReady(lab, 'Not urgent') }
  const lab = await createLife(scenario)
  const servers = await startServers(lab, quick)
  const second: Promise<Ticked>[] = []
  let isApart = false
  const beginsWork = (write: string | null) => write?.startsWith('executor.') === true
  const first = await servers.tick('poller', {
    atRequest: (kill, { write }) => {
      // T3 stamps threads by the millisecond, and answers no request in less.
      lab.clock.tick(1)
      if (second.length > 0 || !beginsWork(write)) return 'serve'
      kill('SIGSTOP')
      lab.clock.tick(1000)
      openReady(lab, 'Urgent', lab.repos[0], ['P0'])
      lab.clock.tick(100_000)
      const other = servers.tick('poller', {
        atRequest: (_kill, seen) => {
          if (beginsWork(seen.write)) isApart = true
          if (isApart) kill('SIGCONT')
          return 'serve'
        },
      })
      second.push(other.finally(() => kill('SIGCONT')))
      return 'serve'
    },
  })
  const exits = [first, ...(await Promise.all(second))]
  const problems = isApart ? [] : ['the second poller began nothing: that was no race']
  for (const { code, signal, stderr } of exits)
    if (code !== 0 || stderr !== '') problems.push(`ended by ${signal}, exit ${code}: ${stderr}`)
  problems.push(...(await servers.close()))
  const judge = () => endProblems(lab, scenario, false)
  await liveOn(lab, scenario, { round: 0, program: 'poller' }, () => judge().length === 0)
  return [...problems, ...lab.monitor.broken, ...lab.monitor.lostUpdates, ...judge()]
}

async function race(
  scenario: Scenario,
  round: number,
  programs: readonly ('poller' | 'watcher')[],
): Promise<readonly string[]> {
  const lab = await createLife(scenario)
  await liveUntil(lab, scenario, { round, program: programs[0] ?? 'poller' })
  const servers = await startServers(lab, scenario.settings ?? quick)
  const problems: string[] = []
  try {
    const exits = await Promise.all(programs.map((program) => servers.tick(program)))
    for (const { stderr, signal } of exits) {
      if (stderr !== '' || signal !== null) problems.push(`ended by ${signal}: ${stderr}`)
    }
  } finally {
    problems.push(...(await servers.close()))
  }
  const judge = () => endProblems(lab, scenario, true)
  await liveOn(lab, scenario, { round, program: 'watcher' }, () => judge().length === 0)
  return [...problems, ...lab.monitor.broken, ...judge()]
}

function requireScenario(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found === undefined) throw new Error(`there is no scenario ${name}`)
  return found
}
