import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inParallel } from '../../../src/app/in-parallel.ts'
import { addToken, revokeToken } from '../../sandbox/github/state/users.ts'
import { adminScopes } from '../../sandbox/t3/auth.ts'
import { endProblems } from '../ends.ts'
import { addFigure, isFull } from '../figures.ts'
import { quick } from '../policy.ts'
import { scenarios, type Scenario } from '../scenarios.ts'
import { createLife, liveOn, liveUntil } from './points.ts'
import { startServers } from './servers.ts'

const life = scenarios.find(({ name }) => name === 'land') as Scenario
const moments = [
  { round: 0, program: 'poller' },
  { round: 1, program: 'watcher' },
] as const

it('both tokens are rotated before any request of a tick, and the tick goes on', { timeout: 600_000 }, async () => {
  const cases = moments.flatMap((moment) =>
    Array.from({ length: isFull ? 30 : 3 }, (_, index) => [moment, 1 + index * (isFull ? 1 : 6)] as const),
  )
  const broken: string[] = []
  await inParallel(cases, 3, async ([moment, at]) => {
    const problems = await rotateAt(moment, at)
    broken.push(...problems.map((what) => `${moment.program}, request ${at}: ${what}`))
  })
  addFigure('tokens rotated in mid tick, real processes', { tried: cases.length, held: cases.length - broken.length })
  expect(broken).toEqual([])
})

async function rotateAt(moment: (typeof moments)[number], at: number): Promise<readonly string[]> {
  const lab = await createLife(life)
  await liveUntil(lab, life, moment)
  const servers = await startServers(lab, quick)
  const github = join(servers.folder, 'github')
  const t3 = join(servers.folder, 't3')
  writeFileSync(github, lab.world.githubToken)
  writeFileSync(t3, 'lab-t3-token')
  const { AFK_GITHUB_TOKEN: _github, AFK_T3_TOKEN: _t3, ...env } = servers.env
  const problems: string[] = []
  let isRotated = false
  const exit = await servers.tick(moment.program, {
    only: { ...env, AFK_GITHUB_TOKEN_FILE: github, AFK_T3_TOKEN_FILE: t3 },
    atRequest: (_kill, { requests }) => {
      if (requests < at || isRotated) return
      isRotated = true
      // As a kubelet does it: the new file takes the old one's place at once.
      addToken(lab.world.github, 'ghp_rotated', 'afk')
      revokeToken(lab.world.github, lab.world.githubToken)
      for (const [file, text] of [
        [github, 'ghp_rotated'],
        [t3, 'rotated-t3-token'],
      ] as const) {
        writeFileSync(`${file}.new`, text)
        renameSync(`${file}.new`, file)
      }
      servers.tokens['rotated-t3-token'] = adminScopes
      delete servers.tokens['lab-t3-token']
    },
  })
  if (exit.code !== 0) problems.push(`exit ${exit.code}: ${JSON.stringify(exit.lines.slice(-3))}`)
  problems.push(...(await servers.close()))
  const judge = () => endProblems(lab, life, false)
  await liveOn(lab, life, moment, () => judge().length === 0)
  return [...problems, ...lab.monitor.broken, ...judge()]
}
