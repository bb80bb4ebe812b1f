import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { landsAtOnce } from '../sandbox/t3/agents.ts'
import { createStage, decisionOn, errorsIn, expectCode, verdictOn, type Stage } from './stage.ts'
import type { Program } from './run-program.ts'

/** SPEC 5, 10: a dependency that fails as a whole ends the tick with 3, one item with 1; the poller fails closed. */

const programs: readonly Program[] = ['poller', 'watcher']
let stage: Stage
afterEach(() => stage.close())

const aStage = async (restLimit?: number) => {
  stage = await createStage({
    repos: ['acme/shop', 'acme/api'],
    agent: ({ crew }) => landsAtOnce(crew),
    ...(restLimit === undefined ? {} : { restLimit }),
  })
  const number = stage.ready('acme/shop')
  await stage.pass(120)
  return number
}
const run = (program: Program, more: Record<string, string> = {}) =>
  program === 'poller' ? stage.poll(more) : stage.watch(more)
const commands = () => stage.t3.requests.filter(({ commandType }) => commandType !== null)
const writesToGitHub = () =>
  stage.github.requests.filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql')

describe.each(programs)('the %s exits 3', (program) => {
  it('with a wrong token for GitHub', async () => {
    await aStage()
    const ran = await run(program, { AFK_GITHUB_TOKEN: 'ghp_wrongWrongWrongWrongWrongWrongWrong0' })
    expectCode(ran, 3)
    expect(ran.summary).toMatchObject({ outcome: 'failed' })
    expect(errorsIn(ran)[0]).toMatchObject({ category: 'auth' })
    expect(ran.output).not.toContain('ghp_wrong')
    expect(commands()).toEqual([])
  })

  it('with a wrong token for T3', async () => {
    await aStage()
    const ran = await run(program, { AFK_T3_TOKEN: 'wrongWrongWrong' })
    expectCode(ran, 3)
    expect(errorsIn(ran)[0]).toMatchObject({ category: 'auth', port: 'executor' })
    expect(ran.output).not.toContain('wrongWrongWrong')
    expect(writesToGitHub()).toEqual([])
  })

  it('with T3 down', async () => {
    await aStage()
    const ran = await run(program, { AFK_T3_URL: 'http://127.0.0.1:1' })
    expectCode(ran, 3)
    expect(errorsIn(ran)[0]).toMatchObject({ category: 'unavailable', port: 'executor' })
    expect(writesToGitHub()).toEqual([])
  })

  it('with T3 answering its web page', async () => {
    await aStage()
    stage.t3.faults.add({ match: { path: '/api/orchestration/shell' }, kind: 'html' })
    const ran = await run(program)
    expectCode(ran, 3)
    expect(errorsIn(ran)[0]).toMatchObject({ category: 'contract', port: 'executor' })
    expect(String(errorsIn(ran)[0]?.['message'])).toMatch(/expected|JSON/i)
    expect(writesToGitHub()).toEqual([])
  })

  it('with GitHub answering a page that is not JSON', async () => {
    await aStage()
    stage.github.faults.add({ match: { pathRegex: /graphql/ }, kind: 'html' })
    const ran = await run(program)
    expect([1, 3]).toContain(ran.code)
    expect(errorsIn(ran).map((line) => line['category'])).toContain('contract')
    expect(commands()).toEqual([])
  })

  it('when GitHub says that the limit is reached', async () => {
    await aStage()
    stage.github.faults.add({ match: () => true, kind: '403-rate' })
    const ran = await run(program)
    expectCode(ran, 3)
    expect(errorsIn(ran)[0]).toMatchObject({ category: 'rate' })
    expect(commands()).toEqual([])
  })
})

describe('a token file that is renewed while a tick runs', () => {
  it.each(programs)('is read again once, and the %s goes on', async (program) => {
    await aStage()
    const tokens = { AFK_GITHUB_TOKEN_FILE: join(stage.folder, 'github'), AFK_T3_TOKEN_FILE: join(stage.folder, 't3') }
    writeFileSync(tokens.AFK_GITHUB_TOKEN_FILE, 'ghp_old')
    writeFileSync(tokens.AFK_T3_TOKEN_FILE, 'old')
    const renew = (file: string, token: string) => () => {
      writeFileSync(file, `${token}\n`)
      return false
    }
    stage.github.faults.add({ match: renew(tokens.AFK_GITHUB_TOKEN_FILE, stage.world.githubToken), kind: '500' })
    stage.t3.faults.add({ match: renew(tokens.AFK_T3_TOKEN_FILE, String(stage.env['AFK_T3_TOKEN'])), kind: '500' })
    const ran = await run(program, { ...tokens, AFK_GITHUB_TOKEN: '', AFK_T3_TOKEN: '' })
    expectCode(ran, 0)
    const refused = [...stage.github.requests, ...stage.t3.requests].filter(({ status }) => status === 401)
    expect(refused.length).toBeGreaterThanOrEqual(2)
  })
})

describe('the poller fails closed', () => {
  it('below 10 % of the hourly limit', async () => {
    await aStage()
    stage.github.rate.spend('afk', 'graphql', 4510)
    const ran = await stage.poll()
    expectCode(ran, 3)
    expect(errorsIn(ran)[0]).toMatchObject({ category: 'rate' })
    expect(String(errorsIn(ran)[0]?.['message'])).toContain('10 %')
    expect(commands()).toEqual([])
    // The watcher goes on: what runs is brought to its end.
    expectCode(await stage.watch(), 0)
  })

  it('when only the limit of REST is nearly spent, which its first look does not ask', async () => {
    await aStage()
    stage.github.rate.spend('afk', 'core', 4600)
    const ran = await stage.poll()
    expectCode(ran, 3)
    expect(errorsIn(ran)[0]).toMatchObject({ category: 'rate' })
    expect(commands()).toEqual([])
  })

  it('and dispatches a little above it', async () => {
    const number = await aStage()
    stage.github.rate.spend('afk', 'graphql', 4300)
    const ran = await stage.poll()
    expectCode(ran, 0)
    expect(verdictOn(ran, 'acme/shop', number)).toBe('dispatch')
  })
})

describe('a tick that is shorter than the timeout of a request', () => {
  it('does its work as any other', async () => {
    const number = await aStage()
    const short = { AFK_TICK_DEADLINE_SECONDS: '9' }
    const ran = await stage.poll(short)
    expectCode(ran, 0)
    expect(verdictOn(ran, 'acme/shop', number)).toBe('dispatch')
    expectCode(await stage.watch(short), 0)
  })
})

describe('one item fails, the others go on', () => {
  it('a repo that cannot be seen: exit 1, and the other one is served', async () => {
    const number = await aStage()
    const more = { AFK_ALLOWLIST: 'acme/secret acme/shop' }
    const polled = await stage.poll(more)
    expectCode(polled, 1)
    expect(polled.summary).toMatchObject({ outcome: 'partial' })
    expect(errorsIn(polled)[0]).toMatchObject({ repo: 'acme/secret', category: 'not-found' })
    expect(verdictOn(polled, 'acme/shop', number)).toBe('dispatch')
    await stage.pass(60)
    const watched = await stage.watch(more)
    expectCode(watched, 1)
    expect(decisionOn(watched, 'acme/shop', number)['decision']).toBe('land')
  })

  it('a dispatch whose thread T3 does not create: exit 1, and the other repo is served', async () => {
    const number = await aStage()
    const other = stage.ready('acme/api')
    await stage.pass(120)
    const hit = (threadId: string | null) => threadId !== null && stage.threads().every(({ id }) => id !== threadId)
    let broken: string | null = null
    stage.t3.faults.add({
      match: ({ commandType, threadId }) => {
        if (commandType !== 'thread.create' || !hit(threadId)) return false
        broken ??= threadId
        return threadId === broken
      },
      kind: '502',
    })
    const ran = await stage.poll()
    expectCode(ran, 1)
    const verdicts = [verdictOn(ran, 'acme/shop', number), verdictOn(ran, 'acme/api', other)]
    expect(verdicts.filter((verdict) => verdict === 'dispatch')).toHaveLength(1)
    expect(verdicts.filter((verdict) => verdict.startsWith('skip: failed-'))).toHaveLength(1)
    stage.t3.faults.clear()
    await stage.pass(60)
    const again = await stage.poll()
    expectCode(again, 0)
    expect(stage.threads()).toHaveLength(2)
    for (const thread of stage.threads()) expect(thread.turns).toHaveLength(1)
  })

  it('a permission that GitHub does not tell: that issue waits, the other one starts', async () => {
    const number = await aStage()
    const other = stage.ready('acme/api', { by: 'wendy' })
    await stage.pass(120)
    stage.github.faults.add({ match: { pathRegex: /collaborators\/wendy\/permission/ }, kind: 'html' })
    const ran = await stage.poll()
    expectCode(ran, 1)
    expect(verdictOn(ran, 'acme/shop', number)).toBe('dispatch')
    expect(verdictOn(ran, 'acme/api', other)).toContain('unreadable')
  })

  it('a thread that T3 cannot show: its run waits, the other one lands', async () => {
    const number = await aStage()
    const other = stage.ready('acme/api')
    await stage.pass(120)
    expectCode(await stage.poll(), 0)
    await stage.pass(60)
    const [thread] = stage.threads()
    stage.t3.faults.add({ match: { path: `/api/orchestration/threads/${thread?.id}` }, kind: 'truncated-json' })
    const ran = await stage.watch()
    expectCode(ran, 1)
    const decisions = [decisionOn(ran, 'acme/shop', number), decisionOn(ran, 'acme/api', other)]
    expect(decisions.map((line) => String(line['decision'])).toSorted()).toEqual(['land', 'wait'])
    stage.t3.faults.clear()
    await stage.rounds(2)
    expect(stage.issue('acme/shop', number).state).toBe('closed')
    expect(stage.issue('acme/api', other).state).toBe('closed')
  })
})
