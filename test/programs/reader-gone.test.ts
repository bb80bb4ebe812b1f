import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { builtProgram } from '../tools/built-programs.ts'
import { hangs } from './agents.ts'
import type { Env } from './run-program.ts'
import { createStage, type Stage } from './stage.ts'

/** Whoever reads the log of a tick may go away in its middle (SPEC 10: what is begun is finished). */

let stage: Stage
beforeEach(async () => {
  stage = await createStage({ repos: ['acme/shop'], agent: () => hangs() })
})
afterEach(() => stage.close())

async function pollUnread(env: Env) {
  const child = spawn(process.execPath, [builtProgram('poller')], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const code = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  return { stderr: await text(child.stderr), code: await code }
}

describe('a tick whose output nobody reads', () => {
  it('finishes its work and exits as it would', async () => {
    const number = stage.ready('acme/shop')
    await stage.pass(90)
    expect(await pollUnread(stage.env)).toEqual({ stderr: '', code: 0 })
    expect(stage.threads()).toHaveLength(1)
    expect(stage.cards('acme/shop', number)).toMatchObject([{ phase: 'worktree' }])
    expect(stage.labels('acme/shop', number)).toContain('agent-in-progress')
    expect(await pollUnread({ ...stage.env, AFK_GITHUB_TOKEN: 'wrong' })).toEqual({ stderr: '', code: 3 })
  })

  it('is inert, or refuses its configuration, as with a reader', async () => {
    expect(await pollUnread({})).toEqual({ stderr: '', code: 0 })
    expect(await pollUnread({ ...stage.env, AFK_T3_URL: 'nowhere' })).toEqual({ stderr: '', code: 2 })
  })
})
