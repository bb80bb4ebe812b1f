import { afterEach, describe, expect, it } from 'vitest'
import { hangs } from '../programs/agents.ts'
import { createStage, type Stage } from '../programs/stage.ts'
import { neverStarts } from '../sandbox/t3/agents.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import { runDesk } from './run-desk.ts'

let stage: Stage
afterEach(() => stage.close())

/** While the command waits, the sandbox's time goes on. */
const halt = (options: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  runDesk(
    ['halt', ...options],
    { ...stage.env, AFK_KILL_SWITCH: 'true', ...env },
    { sleep: (ms) => stage.pass(ms / 1000) },
  )
const interrupts = () => stage.t3.requests.filter(({ commandType }) => commandType === 'thread.turn.interrupt')
const commands = () => stage.t3.requests.filter(({ commandType }) => commandType !== null)

/** Two agents at work in two repos. */
async function atWork(agent: () => Agent = hangs) {
  stage = await createStage({ repos: ['acme/shop', 'acme/api'], agent: () => agent() })
  stage.ready('acme/shop', { title: 'One' })
  stage.ready('acme/api', { title: 'Two' })
  await stage.pass(120)
  await stage.poll()
  await stage.pass(5)
  stage.t3.requests.splice(0)
}

describe('afk halt', () => {
  it('interrupts every thread at work and says what it did', async () => {
    await atWork()
    const { code, out, err } = await halt()
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toMatch(/^acme\/api#1 +was working {2}interrupted {2}stopped {2}http:\/\/127\.0\.0\.1:\d+\/\S+$/m)
    expect(out).toMatch(/^acme\/shop#1 +was working {2}interrupted {2}stopped {2}http:\/\/127\.0\.0\.1:\d+\/\S+$/m)
    expect(out).toContain('2 threads interrupted; nothing of afk is at work any more.')
    expect(interrupts()).toHaveLength(2)
    expect(commands()).toHaveLength(2)
  })

  it('has a stable JSON form', async () => {
    await atWork()
    const document = (await halt(['--json'])).json()
    const thread = (repo: string) => stage.threads().find(({ title }) => title.startsWith(repo))?.id
    expect(document).toMatchObject({ command: 'halt', gates: { killSwitch: true }, stillWorking: 0 })
    const sorted = document.threads.toSorted((a: { repo: string }, b: { repo: string }) => (a.repo < b.repo ? -1 : 1))
    expect(sorted).toEqual(
      ['acme/api', 'acme/shop'].map((repo) => ({
        repo,
        issue: 1,
        thread: thread(repo),
        state: 'working',
        result: 'interrupted',
        stopped: true,
        error: null,
        link: expect.stringContaining(thread(repo) ?? '-'),
      })),
    )
  })

  it('touches neither GitHub nor the cluster, and leaves cards and labels alone', async () => {
    await atWork()
    stage.github.requests.splice(0)
    const labels = stage.labels('acme/shop', 1)
    await halt([], { AFK_GITHUB_TOKEN: '', AFK_GITHUB_API_URL: 'http://127.0.0.1:9', AFK_STALL_SECONDS: 'nonsense' })
    expect(stage.github.requests).toEqual([])
    expect(stage.labels('acme/shop', 1)).toEqual(labels)
    expect(interrupts()).toHaveLength(2)
  })

  it.each([['false'], ['no']])('refuses while the kill switch is off (%s), and names the remedy', async (word) => {
    await atWork()
    const text = await halt([], { AFK_KILL_SWITCH: word })
    expect(text).toMatchObject({ code: 2, out: '' })
    expect(text.err).toContain('afk: the kill switch is off: the next tick would start the agents again')
    expect(text.err).toContain('remedy: set AFK_KILL_SWITCH=true where the CronJobs read it')
    const json = await halt(['--json'], { AFK_KILL_SWITCH: word })
    expect(json.code).toBe(2)
    expect(json.json().error).toMatchObject({
      category: 'config',
      remedy: expect.stringContaining('AFK_KILL_SWITCH=true'),
    })
    expect(stage.t3.requests).toEqual([])
  })

  it('says that a switch which is set nowhere is on here only', async () => {
    await atWork()
    const said = await halt([], { AFK_KILL_SWITCH: '' })
    expect(said.code).toBe(0)
    expect(said.err).toBe(
      'afk: AFK_KILL_SWITCH is not set here, which counts as on: make sure that it is on where the CronJobs read it\n',
    )
  })

  it('can be repeated: what is at rest is left alone, what works again is interrupted anew', async () => {
    await atWork()
    await halt()
    const again = await halt()
    expect(again).toMatchObject({ code: 0, out: 'No thread of afk is at work. Nothing was done.\n' })
    expect(interrupts()).toHaveLength(2)
    // Armed again by mistake: the watcher sends the agents on, after its backoff.
    await stage.pass(400)
    await stage.watch()
    await stage.pass(5)
    const third = await halt(['--json'])
    expect(third.json().threads).toHaveLength(2)
    expect(third.json().stillWorking).toBe(0)
    expect(new Set(interrupts().map(({ commandId }) => commandId)).size).toBe(4)
  })

  it('uses ids derived from thread and T3’s time: the same second is the same command', async () => {
    await atWork()
    await halt(['--wait', '0'])
    await halt(['--wait', '0'])
    expect(interrupts()).toHaveLength(4)
    expect(new Set(interrupts().map(({ commandId }) => commandId)).size).toBe(2)
  })

  it('exits 1 and says so while something is still at work', async () => {
    await atWork()
    const said = await halt(['--wait', '0'])
    expect(said.code).toBe(1)
    expect(said.out).toContain('still at work')
    expect(said.out).toContain('2 threads still at work: run halt again in a moment.')
  })

  it('goes on with the others when one cannot be interrupted', async () => {
    await atWork()
    const shop = stage.threads().find(({ title }) => title.startsWith('acme/shop'))?.id ?? ''
    stage.t3.faults.add({ match: { threadId: shop }, kind: '502' })
    const said = await halt(['--json', '--wait', '1'])
    expect(said.code).toBe(1)
    const byRepo = Object.fromEntries(said.json().threads.map((one: { repo: string }) => [one.repo, one]))
    expect(byRepo['acme/shop']).toMatchObject({
      result: 'failed',
      stopped: false,
      error: expect.stringContaining('unavailable'),
    })
    expect(byRepo['acme/api']).toMatchObject({ result: 'interrupted', stopped: true, error: null })
  })

  it('interrupts a turn too that was sent and has not begun', async () => {
    await atWork(neverStarts)
    const said = await halt(['--json', '--wait', '0'])
    expect(said.json().threads.map(({ state }: { state: string }) => state)).toEqual(['starting', 'starting'])
    expect(interrupts()).toHaveLength(2)
  })

  it('leaves threads of others alone', async () => {
    await atWork()
    const model = {
      modelSelection: { instanceId: 'claudeAgent', model: 'm' },
      runtimeMode: 'full-access',
      interactionMode: 'default',
    }
    const { t3 } = stage.world
    const createdAt = '2026-01-01T00:00:00.000Z'
    const project = (stage.world.t3.shell() as { projects: { id: string }[] }).projects[0]?.id
    const threadId = '3f8d2a2e-1111-4222-8333-444455556666'
    t3.dispatch({
      type: 'thread.create',
      commandId: 'x1',
      threadId,
      projectId: project,
      title: 'acme/shop#1 mine',
      ...model,
      branch: null,
      worktreePath: null,
      createdAt,
    })
    t3.dispatch({
      type: 'thread.turn.start',
      commandId: 'x2',
      threadId,
      message: { messageId: 'm1', role: 'user', text: 'hello', attachments: [] },
      ...model,
      createdAt,
    })
    await stage.pass(5)
    const { threads } = (await halt(['--json'])).json()
    expect(threads.map(({ thread }: { thread: string }) => thread)).not.toContain(threadId)
    expect(interrupts().map((request) => request.threadId)).not.toContain(threadId)
  })

  it('exits 3 when T3 does not answer', async () => {
    await atWork()
    const said = await halt([], { AFK_T3_URL: 'http://127.0.0.1:9' })
    expect(said).toMatchObject({ code: 3, out: '' })
    expect(said.err).toMatch(/^afk: nothing was interrupted: GET \/api\/orchestration\/shell: no answer/)
  })

  it('exits 2 with what is missing', async () => {
    await atWork()
    const said = await halt([], { AFK_T3_URL: '', AFK_T3_TOKEN: '' })
    expect(said.code).toBe(2)
    expect(said.err).toContain('AFK_T3_URL (env AFK_T3_URL)')
    expect(said.err).toContain('AFK_T3_TOKEN (env AFK_T3_TOKEN)')
    expect(await halt(['--wait', '90'])).toMatchObject({
      code: 2,
      err: 'afk: --wait: expected seconds from 0 to 60, got "90"\n',
    })
  })
})
