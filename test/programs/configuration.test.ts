import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Line } from '../../src/app/report.ts'
import { runWatched, type Env } from './run-program.ts'

/** SPEC 3.3, 4, 10: a configuration that is wrong ends with code 2 before any I/O, and says all that is wrong at once. */

const folder = mkdtempSync(join(tmpdir(), 'afk-configuration-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** Tokens that must not be seen in any output, whatever is wrong with them or around them. */
const secrets = {
  AFK_GITHUB_TOKEN: 'ghp_neverToBeSeenInAnyOutput000000000000',
  AFK_T3_TOKEN: 'eyJzZWNyZXQiOiJuZXZlciB0byBiZSBzZWVuIn0',
  AFK_SLACK_BOT_TOKEN: 'xoxb-1111-2222-neverToBeSeen',
}

/** Nothing listens there: a program that tried would fail with another code. */
const whole: Env = {
  AFK_KILL_SWITCH: 'false',
  AFK_ALLOWLIST: 'acme/shop',
  AFK_GITHUB_API_URL: 'http://127.0.0.1:1',
  AFK_T3_URL: 'http://127.0.0.1:1',
  AFK_SLACK_CHANNEL: 'C000000001',
  AFK_LOCK: 'none',
  ...secrets,
}

const without = (env: Env, ...names: readonly string[]): Env =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))

interface Case {
  readonly what: string
  readonly env: Env
  /** The paths of all problems, in any order. */
  readonly paths: readonly string[]
  /** Something that one of the problems must say. */
  readonly says?: string
}

const cases: readonly Case[] = [
  {
    what: 'a switch that is no boolean, with an empty list',
    env: { AFK_KILL_SWITCH: 'offf' },
    paths: ['AFK_KILL_SWITCH'],
    says: 'true',
  },
  {
    what: 'a switch that is no boolean, with everything else open',
    env: { ...whole, AFK_KILL_SWITCH: 'nope' },
    paths: ['AFK_KILL_SWITCH'],
    says: 'nope',
  },
  {
    what: 'a list with a wildcard, although the switch is on',
    env: { AFK_KILL_SWITCH: 'true', AFK_ALLOWLIST: 'acme/*' },
    paths: ['AFK_ALLOWLIST'],
    says: 'acme/*',
  },
  {
    what: 'a drain that is no boolean, although the gates are shut',
    env: { AFK_DRAIN: 'later' },
    paths: ['AFK_DRAIN'],
    says: 'later',
  },
  {
    what: 'every gate at once',
    env: { AFK_KILL_SWITCH: 'x', AFK_DRAIN: 'y', AFK_ALLOWLIST: 'acme, acme/shop ACME/SHOP' },
    paths: ['AFK_KILL_SWITCH', 'AFK_ALLOWLIST', 'AFK_ALLOWLIST', 'AFK_DRAIN'],
  },
  {
    what: 'an unparseable gate hides the rest of the configuration',
    env: { ...without(whole, 'AFK_T3_TOKEN'), AFK_DRAIN: 'y' },
    paths: ['AFK_DRAIN'],
  },
  {
    what: 'an unknown key in the file',
    env: { ...whole, AFK_CONFIG_FILE: file('unknown.yaml', 'pickupDelaySeconds: 5\nmaxConcurentRuns: 2\n') },
    paths: ['maxConcurentRuns'],
    says: 'maxConcurrentRuns',
  },
  {
    what: 'a file that is not there',
    env: { ...whole, AFK_CONFIG_FILE: join(folder, 'nowhere.yaml') },
    paths: ['AFK_CONFIG_FILE'],
  },
  {
    what: 'missing secrets',
    env: without(whole, 'AFK_GITHUB_TOKEN', 'AFK_T3_TOKEN'),
    paths: ['AFK_GITHUB_TOKEN', 'AFK_T3_TOKEN'],
  },
  {
    what: 'a secret where a path belongs',
    env: { ...without(whole, 'AFK_T3_TOKEN'), AFK_T3_TOKEN_FILE: secrets.AFK_T3_TOKEN },
    paths: ['AFK_T3_TOKEN_FILE'],
  },
  {
    what: 'a secret with a space in it',
    env: { ...whole, AFK_GITHUB_TOKEN: `${secrets.AFK_GITHUB_TOKEN} ${secrets.AFK_T3_TOKEN}` },
    paths: ['AFK_GITHUB_TOKEN'],
  },
  {
    what: 'everything behind the gates at once',
    env: {
      ...without(whole, 'AFK_GITHUB_TOKEN', 'AFK_T3_URL'),
      AFK_MAX_CONCURRENT_RUNS: 'many',
      AFK_HUMAN_LABEL: 'Ready-For-Agent',
      AFK_LOCK: 'sometimes',
      AFK_CONFIG_FILE: file('wrong.yaml', 'repos:\n  acme/*:\n    ci: none\n  acme/shop:\n    requiredCheks: [test]\n'),
    },
    paths: [
      'AFK_GITHUB_TOKEN',
      'AFK_T3_URL',
      'maxConcurrentRuns',
      'readyLabel and humanLabel',
      'AFK_LOCK',
      'repos."acme/*"',
      'repos."acme/shop".requiredCheks',
    ],
  },
]

describe.each(['poller', 'watcher'] as const)('the %s exits 2', (program) => {
  it.each(cases)('$what', async ({ env, paths, says }) => {
    const ran = await runWatched(program, env)
    expect(ran.code, ran.output).toBe(2)
    expect(ran.stderr).toBe('')
    expect(ran.summary).toMatchObject({ outcome: 'failed' })
    const problems = ran.lines.filter(({ event }) => event === 'error')
    const found = problems.map((line) => String(line['path']))
    expect(found.toSorted()).toEqual(expect.arrayContaining([...paths].toSorted()))
    for (const problem of problems) expectComplete(problem)
    if (says !== undefined) expect(JSON.stringify(problems)).toContain(says)
    for (const secret of Object.values(secrets)) expect(ran.output).not.toContain(secret)
    expect(ran.seen.connections).toEqual([])
    expect(ran.seen.lookups).toEqual([])
  })
})

/** What, where, expected, got, remedy: each in words. */
function expectComplete(problem: Line): void {
  expect(problem['category']).toBe('config')
  for (const field of ['path', 'expected', 'got', 'remedy', 'source']) {
    expect(problem[field], `${field} of ${JSON.stringify(problem)}`).toMatch(/\S/)
  }
}
