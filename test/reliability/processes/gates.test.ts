import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inParallel } from '../../../src/app/in-parallel.ts'
import { endProblems } from '../ends.ts'
import { addFigure, isFull } from '../figures.ts'
import { quick } from '../policy.ts'
import { scenarios, type Scenario } from '../scenarios.ts'
import { createLife, liveOn, liveUntil } from './points.ts'
import { startServers } from './servers.ts'

/** What starts or continues agent work (SPEC 3.5), as T3 gets it. */
const agentWork = ['project.create', 'thread.create', 'thread.turn.start']

/** A dispatch, and a fix turn: the ticks that begin work. */
const moments = [
  { name: 'land', round: 0, program: 'poller' },
  { name: 'fix-forward', round: 1, program: 'watcher' },
] as const

it(
  'gates in files are shut before any request of a real tick, and no agent work begins after',
  { timeout: 600_000 },
  async () => {
    const cases = (['AFK_KILL_SWITCH', 'AFK_ALLOWLIST'] as const).flatMap((gate) =>
      moments.flatMap((moment) =>
        Array.from({ length: isFull ? 18 : 3 }, (_, index) => ({ moment, gate, at: 1 + index * (isFull ? 1 : 8) })),
      ),
    )
    const broken: string[] = []
    let worked = 0
    await inParallel(cases, 3, async ({ moment, gate, at }) => {
      const { problems, works } = await shutAt(moment, gate, at)
      worked += works
      broken.push(...problems.map((what) => `${moment.name}, ${gate} at request ${at}: ${what}`))
    })
    addFigure('gates shut in mid tick, real processes', { tried: cases.length, held: cases.length - broken.length })
    expect(broken).toEqual([])
    // Shut late enough, the work has begun: these are the ticks in which it does.
    expect(worked).toBeGreaterThan(0)
  },
)

async function shutAt(
  moment: (typeof moments)[number],
  gate: 'AFK_KILL_SWITCH' | 'AFK_ALLOWLIST',
  at: number,
): Promise<{ readonly problems: readonly string[]; readonly works: number }> {
  const life = scenarios.find(({ name }) => name === moment.name) as Scenario
  const lab = await createLife(life)
  await liveUntil(lab, life, moment)
  const servers = await startServers(lab, life.settings ?? quick)
  const folder = join(servers.folder, 'gates')
  mkdirSync(folder)
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
  put('AFK_KILL_SWITCH', 'false')
  put('AFK_ALLOWLIST', lab.repos.join(','))
  put('AFK_DRAIN', 'no')
  let shutAfter = Infinity
  const exit = await servers.tick(moment.program, {
    env: { AFK_GATES_DIR: folder },
    atRequest: (_kill, { requests }) => {
      if (requests !== at) return
      // The request that is here was sent before.
      put(gate, gate === 'AFK_KILL_SWITCH' ? 'true' : 'acme/other')
      shutAfter = servers.t3.requests.length
    },
  })
  const commands = servers.t3.requests.map(({ commandType }) => commandType ?? '')
  const isWork = (command: string) => agentWork.includes(command)
  const late = commands.slice(shutAfter).filter(isWork)
  const problems = late.map((command) => `${command} after the gate was shut`)
  if (exit.stderr !== '') problems.push(`on stderr: ${exit.stderr}`)
  problems.push(...(await servers.close()))
  // A run whose repo leaves the list is stopped where it would go on (SPEC 3.7): how it ends depends on the instant.
  const judge = () => (gate === 'AFK_KILL_SWITCH' ? endProblems(lab, life, true) : [])
  await liveOn(lab, life, moment, () => judge().length === 0)
  return { problems: [...problems, ...lab.monitor.broken, ...judge()], works: commands.filter(isWork).length }
}
