import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runWatched, type Env, type Program, type Seen } from './run-program.ts'
import { createStage, type Stage } from './stage.ts'

/** SPEC 3.2: inert is exit 0 after one line, with no connection, no lease, no secret, no vendor client, no validation of the rest. */

const folder = mkdtempSync(join(tmpdir(), 'afk-inert-'))
const trap = join(folder, 'trap')
const gatesDir = (name: string, files: Env): string => {
  const path = join(folder, name)
  mkdirSync(path)
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content)
  return path
}

// A pipe that nobody writes to: whoever reads it hangs, and is seen hanging.
execFileSync('/usr/bin/mkfifo', [trap])

/** Everything but the gates is set, and all of it is wrong or a trap: an inert program must not so much as look. */
const behindTheGates: Env = {
  AFK_GITHUB_TOKEN_FILE: trap,
  AFK_T3_TOKEN_FILE: trap,
  AFK_SLACK_BOT_TOKEN_FILE: trap,
  AFK_CONFIG_FILE: trap,
  KUBECONFIG: trap,
  AFK_GITHUB_API_URL: 'http://127.0.0.1:1',
  AFK_T3_URL: 'not an address',
  AFK_SLACK_API_URL: 'http://127.0.0.1:1/api/',
  AFK_LOCK: 'lease',
  AFK_LEASE_NAMESPACE: 'afk',
  AFK_MAX_CONCURRENT_RUNS: 'many',
  AFK_READY_LABEL: 'agent-in-progress',
}

const shutDir = gatesDir('shut', { AFK_KILL_SWITCH: 'true\n', AFK_ALLOWLIST: 'acme/shop\n', AFK_DRAIN: 'false' })
const unreadable = gatesDir('unreadable', { AFK_ALLOWLIST: 'acme/shop' })
mkdirSync(join(unreadable, 'AFK_KILL_SWITCH'))
const openGates: Env = { AFK_KILL_SWITCH: 'false', AFK_ALLOWLIST: 'acme/shop' }

const cases: readonly (readonly [what: string, gates: Env, why: string])[] = [
  ['nothing set', {}, 'kill switch is on'],
  ['switch off, list empty', { AFK_KILL_SWITCH: 'false', AFK_ALLOWLIST: ' , ' }, 'allowlist is empty'],
  ['list full, switch on', { AFK_KILL_SWITCH: 'TRUE', AFK_ALLOWLIST: 'acme/shop' }, 'kill switch is on'],
  ['list full, switch empty', { AFK_KILL_SWITCH: ' ', AFK_ALLOWLIST: 'acme/shop' }, 'kill switch is on'],
  ['gates folder missing', { ...openGates, AFK_GATES_DIR: join(folder, 'nowhere') }, 'kill switch is on'],
  ['gates folder empty', { ...openGates, AFK_GATES_DIR: gatesDir('empty', {}) }, 'allowlist is empty'],
  ['shut by its file, open by its variable', { ...openGates, AFK_GATES_DIR: shutDir }, 'kill switch is on'],
  ['switch file unreadable', { ...openGates, AFK_GATES_DIR: unreadable }, 'kill switch is on'],
  ['only the list file there', { ...openGates, AFK_GATES_DIR: gatesDir('list', { AFK_ALLOWLIST: 'a/b' }) }, 'kill'],
]
const programs: readonly Program[] = ['poller', 'watcher']

let stage: Stage
beforeAll(async () => {
  stage = await createStage({ repos: ['acme/shop'] })
})
afterAll(async () => {
  await stage.close()
  rmSync(folder, { recursive: true })
})

describe.each(programs)('the %s is inert', (program) => {
  it.each(cases)('%s', async (_what, gates, why) => {
    const ran = await runWatched(program, { ...gates, ...behindTheGates }, 10_000)
    expect(ran.code).toBe(0)
    expect(ran.stderr).toBe('')
    expect(ran.lines).toHaveLength(1)
    expect(ran.summary).toMatchObject({ event: 'summary', program, outcome: 'inert' })
    expect(ran.summary['why']).toContain(why)
    expect(ran.summary).toMatchObject({ counts: {}, requests: {}, points: {}, ms: expect.any(Number) })
    expect(ran.seen.connections).toEqual([])
    expect(ran.seen.lookups).toEqual([])
    expect(packagesOf(ran.seen)).toEqual([])
    // Of the machine it touches the gates' own files and the place of a container's last words, nothing else.
    const others = ran.seen.files.filter(
      (path) => !/\/AFK_(KILL_SWITCH|ALLOWLIST|DRAIN)$|^\/dev\/termination-log$/.test(path),
    )
    expect(others).toEqual([])
  })
})

describe('what the preload can see', () => {
  it.each(programs)('the %s behind open gates connects, loads its clients and reads its secrets', async (program) => {
    const token = join(folder, `token-${program}`)
    writeFileSync(token, stage.world.githubToken)
    const { AFK_GITHUB_TOKEN: _token, ...env } = stage.env
    const ran = await runWatched(program, { ...env, AFK_GITHUB_TOKEN_FILE: token })
    expect(ran.code).toBe(0)
    expect(ran.seen.connections.length).toBeGreaterThan(1)
    expect(packagesOf(ran.seen)).toEqual(expect.arrayContaining(['@octokit/core', 'zod', 'yaml']))
    expect(ran.seen.files).toContain(token)
  })
})

function packagesOf({ modules }: Seen): readonly string[] {
  const names = modules.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])
  return [...new Set(names)]
}
