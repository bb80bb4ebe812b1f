import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inParallel } from '../../../src/app/in-parallel.ts'
import { addFigure, isFull } from '../figures.ts'
import {
  beforeWork,
  countRequests,
  tickAt,
  workMoments,
  workProblems,
  type Disturbed,
  type Moment,
} from './mid-tick.ts'

const gates = ['AFK_KILL_SWITCH', 'AFK_ALLOWLIST'] as const

interface Case {
  readonly moment: Moment
  readonly undisturbed: Disturbed['writes']
  readonly gate: (typeof gates)[number]
  /** The request at which it is shut. */
  readonly at: number
}

it(
  'gates in files are shut before any request of a real tick, and no agent work begins after',
  { timeout: 600_000 },
  async () => {
    const cases: Case[] = []
    await inParallel(workMoments, 3, async (moment) => {
      const undisturbed = await countRequests(moment)
      const all = isFull ? undisturbed.map((_, index) => index + 1) : beforeWork(undisturbed)
      for (const [index, at] of all.entries())
        for (const gate of isFull ? gates : gates.slice(index % 2, (index % 2) + 1))
          cases.push({ moment, undisturbed, gate, at })
    })
    const broken: string[] = []
    let held = 0
    await inParallel(cases, 3, async (one) => {
      const problems = await shutAt(one)
      if (problems.length === 0) held += 1
      broken.push(...problems.map((what) => `${one.moment.scenario.name}, ${one.gate} at request ${one.at}: ${what}`))
    })
    addFigure('gates shut in mid tick, real processes', { tried: cases.length, held })
    expect(broken).toEqual([])
    for (const moment of workMoments) expect(cases.map((one) => one.moment)).toContain(moment)
  },
)

async function shutAt({ moment, undisturbed, gate, at }: Case): Promise<readonly string[]> {
  // A run whose repo leaves the list is stopped where it would go on (SPEC 3.7): how it ends depends on the instant.
  const isCompared = gate === 'AFK_KILL_SWITCH'
  const { writes, problems } = await tickAt(
    moment,
    ({ folder, env }, { world }) => {
      // The list is changed for one that is as good, and not for one that cannot be read.
      world.addRepo('acme/other')
      const dir = join(folder, 'gates')
      mkdirSync(dir)
      const put = (name: string, text: string) => writeFileSync(join(dir, name), text)
      put('AFK_KILL_SWITCH', 'false')
      put('AFK_ALLOWLIST', String(env['AFK_ALLOWLIST']))
      put('AFK_DRAIN', 'no')
      return {
        env: { AFK_GATES_DIR: dir },
        atRequest: (_kill, { requests }) => {
          // The request that is here was sent before.
          if (requests === at) put(gate, gate === 'AFK_KILL_SWITCH' ? 'true' : 'acme/other')
          return 'serve'
        },
      }
    },
    isCompared,
  )
  return [...workProblems(at, undisturbed, writes), ...problems]
}
