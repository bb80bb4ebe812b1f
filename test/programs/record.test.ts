import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { runDesk } from '../cli/run-desk.ts'
import { pushesRedThenFixes } from '../sandbox/t3/agents.ts'
import { hangs } from './agents.ts'
import { createStage, expectCode, verdictOn, type Stage } from './stage.ts'

/** Decision records of the real programs, and what `afk replay` makes of them (SPEC 12). */

const repo = 'acme/shop'
let stage: Stage
afterEach(() => stage.close())

const recorded = () => ({ AFK_RECORD_DIR: join(stage.folder, 'records') })
const records = () => readdirSync(join(stage.folder, 'records'))
const replay = (...options: readonly string[]) => runDesk(['replay', ...options], {})
const folder = () => join(stage.folder, 'records')

const fileName = /^(?:poller|watcher)-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.json$/

async function rounds(times: number, done: () => boolean): Promise<void> {
  for (let round = 0; round < times && !done(); round += 1) {
    expectCode(await stage.poll(recorded()), 0)
    expectCode(await stage.watch(recorded()), 0)
    await stage.pass(60)
  }
}

describe('a run from label to closed, with AFK_RECORD_DIR', () => {
  it('leaves a record a tick, without a text or a secret, and replay decides all of them the same', async () => {
    stage = await createStage({ repos: [repo, 'acme/api'], agent: ({ crew }) => pushesRedThenFixes(crew) })
    const marks = ['TITLEMARK of it', 'BODYMARK as talked about', 'COMMENTMARK mind the cents']
    const number = stage.ready(repo, { title: marks[0] ?? '', body: `${marks[1]}\n\nBlocked by acme/api#1` })
    stage.world.people.open('acme/api', { title: 'First', body: '', author: 'ada' })
    stage.world.people.comment(repo, number, marks[2] ?? '', 'mona')
    await rounds(2, () => false)
    stage.world.people.close('acme/api', 1, 'ada')
    await rounds(20, () => stage.issue(repo, number).state === 'closed')
    expect(stage.issue(repo, number).state).toBe('closed')

    expect(records()).toHaveLength(stage.ran.length)
    expect(records().filter((name) => !fileName.test(name))).toEqual([])
    const texts = records().map((name) => readFileSync(join(folder(), name), 'utf8'))
    for (const secret of ['MARK', stage.world.githubToken, stage.env['AFK_T3_TOKEN'] ?? '-', 'wrong by']) {
      expect(texts.filter((text) => text.includes(secret))).toEqual([])
    }

    const said = await replay(folder(), '--json')
    expect(said.json().unreadable).toEqual([])
    expect(said.json().records.flatMap(({ changes }: { changes: unknown[] }) => changes)).toEqual([])
    expect(said.code).toBe(0)
    expect(said.json().totals).toMatchObject({ records: stage.ran.length, differs: 0, unknown: 0, unreadable: 0 })
    expect(said.json().totals.same).toBeGreaterThan(6)
    // The same with the file that the programs were configured by.
    expect((await replay(folder(), '--config', stage.env['AFK_CONFIG_FILE'] ?? '')).code).toBe(0)

    const other = join(stage.folder, 'other.yaml')
    writeFileSync(
      other,
      'agentLogins: [afk-agent]\nciSettleSeconds: 0\npickupDelaySeconds: 7200\nfixForward: {maxAttempts: 0}\n',
    )
    const changed = await replay(folder(), '--config', other)
    expect(changed.code).toBe(1)
    expect(changed.out).toContain(`${repo}#${number}  dispatch -> skip (pickup-delay)`)
    expect(changed.out).toContain(`${repo}#${number}  fix-forward (red), attempt 1 -> freeze (budget)`)
    // Of checks the records hold enough to fold them in another way.
    writeFileSync(other, `agentLogins: [afk-agent]\nciSettleSeconds: 0\nrepos: {${repo}: {requiredChecks: [lint]}}\n`)
    expect((await replay(folder(), '--config', other)).out).toContain('fix-forward (red), attempt 1 -> land (green)')
    // Who was to be trusted was asked of GitHub then, and cannot be asked now.
    writeFileSync(other, 'agentLogins: [somebody-else]\nciSettleSeconds: 0\n')
    expect((await replay(folder(), '--config', other)).out).toContain(
      'unknown: not recorded: what it would have looked at (agentLogins)',
    )
  })
})

describe('one tick', () => {
  it('at debug level writes its record into the log, and replay finds it there', async () => {
    stage = await createStage({ repos: [repo], agent: () => hangs() })
    const number = stage.ready(repo, { title: 'TITLEMARK' })
    await stage.pass(90)
    const ran = await stage.poll({ AFK_LOG_LEVEL: 'debug' })
    expect(verdictOn(ran, repo, number)).toBe('dispatch')
    expect(ran.output).not.toContain('TITLEMARK')
    const log = join(stage.folder, 'poller.log')
    writeFileSync(log, `a line of somebody else\n${ran.output}`)
    const said = await replay(log)
    expect(said).toMatchObject({ code: 0, err: '' })
    expect(said.out).toBe('1 record, 1 decision with the recorded configuration: 1 the same, 0 would differ.\n')
    // Nor is there one at any other level.
    expect((await stage.poll()).lines.filter(({ event }) => event === 'record')).toEqual([])
  })

  it('does its work and warns when the record cannot be written', async () => {
    stage = await createStage({ repos: [repo], agent: () => hangs() })
    const number = stage.ready(repo)
    await stage.pass(90)
    const file = join(stage.folder, 'a-file')
    writeFileSync(file, '')
    const ran = await stage.poll({ AFK_RECORD_DIR: file })
    expectCode(ran, 0)
    expect(verdictOn(ran, repo, number)).toBe('dispatch')
    expect(ran.lines.filter(({ event }) => event === 'warning').map(({ message }) => message)).toContain(
      'the decision record could not be written to AFK_RECORD_DIR (EEXIST)',
    )
  })

  it('with shut gates, or without an answer of GitHub, leaves none', async () => {
    stage = await createStage({ repos: [repo] })
    expectCode(await stage.poll({ ...recorded(), AFK_KILL_SWITCH: 'true' }), 0)
    expectCode(await stage.poll({ ...recorded(), AFK_GITHUB_TOKEN: 'wrong-token-of-nobody' }), 3)
    expect(existsSync(folder())).toBe(false)
  })
})
