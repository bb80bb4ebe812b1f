import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { landsAtOnce, pushesRedThenFixes } from '../sandbox/t3/agents.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import type { World } from '../sandbox/world.ts'
import { hangs } from './agents.ts'
import { runProgram } from './run-program.ts'
import { createStage, decisionOn, expectCode, verdictOn, type Stage } from './stage.ts'

/** SPEC 3.4 to 3.6: gates from files, thrown in the middle of a tick, and the drain. */

let stage: Stage
afterEach(() => stage.close())

/** Two repos with an issue each, `acme/a` the more urgent; gates come from files. */
async function aStage(agent: (world: World) => Agent) {
  stage = await createStage({ repos: ['acme/a', 'acme/b'], agent })
  const dir = join(stage.folder, 'gates')
  mkdirSync(dir)
  const gate = (name: 'AFK_KILL_SWITCH' | 'AFK_ALLOWLIST' | 'AFK_DRAIN', text: string) =>
    writeFileSync(join(dir, name), `${text}\n`)
  gate('AFK_KILL_SWITCH', 'off')
  gate('AFK_ALLOWLIST', 'acme/a\nacme/b')
  gate('AFK_DRAIN', 'no')
  const a = stage.ready('acme/a', { labels: ['P1'] })
  const b = stage.ready('acme/b', { labels: ['P2'] })
  await stage.pass(120)
  // The variables say shut: with a folder they must not count.
  const env = { AFK_GATES_DIR: dir, AFK_KILL_SWITCH: 'true', AFK_ALLOWLIST: '' }
  return { a, b, env, gate }
}

/** Runs `act` when T3 gets the first command of this type, before it is carried out. */
function at(commandType: string, act: () => void): void {
  let done = false
  stage.t3.faults.add({
    match: (request) => {
      if (!done && request.commandType === commandType) {
        done = true
        act()
      }
      return false
    },
    kind: '500',
  })
}

const threadOf = (repo: string) => stage.threads().find(({ title }) => title.startsWith(`${repo}#`))

describe('gates from files', () => {
  it('decide, whatever the variables say', async () => {
    const { a, b, env, gate } = await aStage(() => hangs())
    const ran = await stage.poll(env)
    expectCode(ran, 0)
    expect([verdictOn(ran, 'acme/a', a), verdictOn(ran, 'acme/b', b)]).toEqual(['dispatch', 'dispatch'])
    gate('AFK_KILL_SWITCH', 'on')
    for (const shut of [await stage.poll(env), await stage.watch(env)]) {
      expectCode(shut, 0)
      expect(shut.summary).toMatchObject({ outcome: 'inert' })
      expect(shut.lines).toHaveLength(1)
    }
  })

  it('a switch thrown while the first agent starts: it gets its card and its lock, the second does not start', async () => {
    const { a, b, env, gate } = await aStage(() => hangs())
    at('thread.turn.start', () => gate('AFK_KILL_SWITCH', 'true'))
    const ran = await stage.poll(env)
    expectCode(ran, 0)
    expect(verdictOn(ran, 'acme/a', a)).toBe('dispatch')
    expect(stage.cards('acme/a', a)).toHaveLength(1)
    expect(stage.labels('acme/a', a)).toContain('agent-in-progress')
    expect(verdictOn(ran, 'acme/b', b)).toBe('skip: held-back')
    expect(JSON.stringify(decisionOn(ran, 'acme/b', b))).toContain('kill switch')
    expect(threadOf('acme/b')).toBeUndefined()
    expect(stage.labels('acme/b', b)).not.toContain('agent-in-progress')
  })

  it('a switch thrown before the first turn: no agent works, and the same thread is used when it is off again', async () => {
    const { a, b, env, gate } = await aStage(() => hangs())
    at('thread.create', () => gate('AFK_KILL_SWITCH', 'true'))
    const held = await stage.poll(env)
    expectCode(held, 0)
    expect([verdictOn(held, 'acme/a', a), verdictOn(held, 'acme/b', b)]).toEqual(['skip: held-back', 'skip: held-back'])
    expect(stage.threads()).toMatchObject([{ turns: [] }])
    const [idle] = stage.threads()

    gate('AFK_KILL_SWITCH', 'false')
    const again = await stage.poll(env)
    expectCode(again, 0)
    expect(verdictOn(again, 'acme/a', a)).toBe('dispatch')
    expect(decisionOn(again, 'acme/a', a)['facts']).toMatchObject({ resume: true })
    expect(threadOf('acme/a')).toMatchObject({ id: idle?.id, turns: [expect.any(String)] })
    expect(stage.threads()).toHaveLength(2)
  })

  it('a repo taken off the list in the middle of a tick does not start', async () => {
    const { a, b, env, gate } = await aStage(() => hangs())
    at('thread.turn.start', () => gate('AFK_ALLOWLIST', 'acme/a'))
    const ran = await stage.poll(env)
    expect(verdictOn(ran, 'acme/a', a)).toBe('dispatch')
    expect(verdictOn(ran, 'acme/b', b)).toBe('skip: not-allowlisted')
    expect(threadOf('acme/b')).toBeUndefined()
  })

  it('a gate that can no longer be read in the middle of a tick is shut, and the next tick says what is wrong', async () => {
    const { b, env, gate } = await aStage(() => hangs())
    at('thread.turn.start', () => gate('AFK_KILL_SWITCH', 'perhaps'))
    const ran = await stage.poll(env)
    expect(verdictOn(ran, 'acme/b', b)).toBe('skip: held-back')
    const next = await stage.poll(env)
    expectCode(next, 2)
    expect(next.lines[0]).toMatchObject({ path: 'AFK_KILL_SWITCH', got: '"perhaps"' })
    expect(String(next.lines[0]?.['source'])).toContain('gates/AFK_KILL_SWITCH')
  })

  it('thrown while the watcher works: no corrective turn; it is sent once when the switch is off again', async () => {
    const { a, env, gate } = await aStage(({ crew }) => pushesRedThenFixes(crew))
    gate('AFK_ALLOWLIST', 'acme/a')
    await stage.poll(env)
    await stage.pass(60)
    const remove = stage.github.faults.add({
      match: ({ path }) => {
        if (path.includes('/logs')) gate('AFK_KILL_SWITCH', 'true')
        return false
      },
      kind: '500',
    })
    const held = await stage.watch(env)
    expectCode(held, 0)
    expect(decisionOn(held, 'acme/a', a)).toMatchObject({ decision: 'wait', codes: ['red', 'held-back'] })
    expect(threadOf('acme/a')?.turns).toHaveLength(1)
    remove()
    await stage.pass(300)
    gate('AFK_KILL_SWITCH', 'false')
    expectCode(await stage.watch(env), 0)
    expect(threadOf('acme/a')?.turns).toHaveLength(2)
    expect(stage.cards('acme/a', a)[0]?.turns.map(({ purpose }) => purpose.split(':')[0])).toEqual(['start', 'fix'])
  })
})

describe('drain', () => {
  it('starts nothing new, brings what runs to its end, and says so when nothing is left', async () => {
    const { a, b, env, gate } = await aStage(({ crew }) => landsAtOnce(crew))
    gate('AFK_ALLOWLIST', 'acme/a')
    expect(verdictOn(await stage.poll(env), 'acme/a', a)).toBe('dispatch')
    gate('AFK_ALLOWLIST', 'acme/a,acme/b')
    gate('AFK_DRAIN', 'yes')
    const draining = await stage.poll(env)
    expectCode(draining, 0)
    expect(verdictOn(draining, 'acme/b', b)).toContain('draining')
    const busy = await stage.watch(env)
    expectCode(busy, 0)
    expect(busy.summary).toMatchObject({ outcome: 'ok' })
    await stage.pass(60)
    expect(decisionOn(await stage.watch(env), 'acme/a', a)).toMatchObject({ decision: 'land' })
    const done = await stage.watch(env)
    expectCode(done, 0)
    expect(done.summary).toMatchObject({ outcome: 'drained' })
    expect(threadOf('acme/b')).toBeUndefined()
    gate('AFK_DRAIN', 'no')
    expect((await stage.watch(env)).summary).toMatchObject({ outcome: 'ok' })
    expect(verdictOn(await stage.poll(env), 'acme/b', b)).toBe('dispatch')
  })

  it('finishes a dispatch that died half way', async () => {
    const { a, b, env, gate } = await aStage(() => hangs())
    at('thread.create', () => gate('AFK_KILL_SWITCH', 'true'))
    await stage.poll(env)
    gate('AFK_KILL_SWITCH', 'false')
    gate('AFK_DRAIN', 'on')
    const ran = await stage.poll(env)
    expectCode(ran, 0)
    expect(verdictOn(ran, 'acme/a', a)).toBe('dispatch')
    expect(verdictOn(ran, 'acme/b', b)).toContain('draining')
    expect(threadOf('acme/a')?.turns).toHaveLength(1)
  })
})

describe('SIGTERM', () => {
  it('lets the dispatch under way come to its end, and begins no other', async () => {
    const { a, b } = await aStage(() => hangs())
    let pid = 0
    // The answer comes late enough for the signal to have been handled.
    stage.t3.faults.add({
      match: ({ commandType }) => {
        if (commandType !== 'thread.turn.start') return false
        process.kill(pid, 'SIGTERM')
        return true
      },
      kind: 'slow',
      delayMs: 300,
      times: 1,
    })
    const ran = await runProgram('poller', stage.env, (started) => {
      pid = started
    })
    expectCode(ran, 0)
    expect(verdictOn(ran, 'acme/a', a)).toBe('dispatch')
    expect(stage.labels('acme/a', a)).toContain('agent-in-progress')
    expect(verdictOn(ran, 'acme/b', b)).toBe('skip: deadline')
    expect(threadOf('acme/b')).toBeUndefined()
  })
})
