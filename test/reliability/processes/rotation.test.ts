import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inParallel } from '../../../src/app/in-parallel.ts'
import { addToken, revokeToken } from '../../sandbox/github/state/users.ts'
import { adminScopes } from '../../sandbox/t3/auth.ts'
import { endProblems } from '../ends.ts'
import { addFigure, isFull } from '../figures.ts'
import type { Lab } from '../lab.ts'
import { quick } from '../policy.ts'
import { countRequests, momentOf, type Moment } from './mid-tick.ts'
import { createLife, liveOn, liveUntil } from './points.ts'
import { startServers, type Servers } from './servers.ts'

const moments: readonly Moment[] = [momentOf('land', 0, 'poller'), momentOf('land', 1, 'watcher')]

it('all tokens are rotated before any request of a tick, and the tick goes on', { timeout: 600_000 }, async () => {
  const cases: (readonly [Moment, number])[] = []
  await inParallel(moments, 2, async (moment) => {
    const requests = await countRequests(moment)
    // In CI as the tick begins, and before its last write.
    const few = [1, requests.findLastIndex((write) => write !== null) + 1]
    for (const at of isFull ? requests.keys() : few) cases.push([moment, isFull ? at + 1 : at])
  })
  const broken: string[] = []
  let held = 0
  const renewed = new Set<string>()
  await inParallel(cases, 3, async ([moment, at]) => {
    const { problems, asked } = await rotateAt(moment, at)
    for (const who of asked) renewed.add(who)
    if (problems.length === 0) held += 1
    broken.push(...problems.map((what) => `${moment.program}, request ${at}: ${what}`))
  })
  addFigure('tokens rotated in mid tick, real processes', { tried: cases.length, held })
  expect(broken).toEqual([])
  // Each of the three was asked for something after its token had changed.
  expect([...renewed].toSorted()).toEqual(['github', 'slack', 't3'])
})

async function rotateAt({ scenario, ...moment }: Moment, at: number) {
  const lab = await createLife(scenario)
  await liveUntil(lab, scenario, moment)
  const servers = await startServers(lab, quick)
  const { rotate, env } = rotatable(lab, servers)
  const asked = new Set<string>()
  let isRotated = false
  const exit = await servers.tick(moment.program, {
    only: env,
    atRequest: (_kill, { requests, to }) => {
      if (requests >= at && !isRotated) {
        isRotated = true
        rotate()
      }
      if (isRotated) asked.add(to)
      return 'serve'
    },
  })
  const problems = isRotated ? [] : [`the tick made no request ${at}, and nothing was rotated`]
  if (exit.code !== 0) problems.push(`exit ${exit.code}: ${JSON.stringify(exit.lines.slice(-3))}`)
  problems.push(...(await servers.close()))
  const judge = () => endProblems(lab, scenario, false)
  await liveOn(lab, scenario, moment, () => judge().length === 0)
  return { asked, problems: [...problems, ...lab.monitor.broken, ...judge()] }
}

/** All three tokens come from files; `rotate` renews them as a kubelet does it: the new file takes the old one's place at once. */
function rotatable({ world }: Lab, { env: usual, folder, tokens, slackTokens }: Servers) {
  const { AFK_GITHUB_TOKEN: github, AFK_T3_TOKEN: t3, AFK_SLACK_BOT_TOKEN: slack, ...env } = usual
  const file = (name: string, text = '') => {
    writeFileSync(join(folder, `${name}.new`), text)
    renameSync(join(folder, `${name}.new`), join(folder, name))
    return join(folder, name)
  }
  return {
    env: {
      ...env,
      AFK_GITHUB_TOKEN_FILE: file('github', github),
      AFK_T3_TOKEN_FILE: file('t3', t3),
      AFK_SLACK_BOT_TOKEN_FILE: file('slack', slack),
    },
    rotate: () => {
      addToken(world.github, 'ghp_rotated', 'afk')
      revokeToken(world.github, world.githubToken)
      tokens['rotated-t3-token'] = adminScopes
      delete tokens[String(t3)]
      slackTokens.clear()
      slackTokens.add('xoxb-rotated')
      file('github', 'ghp_rotated')
      file('t3', 'rotated-t3-token')
      file('slack', 'xoxb-rotated')
    },
  }
}
