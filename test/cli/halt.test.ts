import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hangs } from '../programs/agents.ts'
import { createStage, decisionOn, type Stage } from '../programs/stage.ts'
import { addToken } from '../sandbox/github/state/users.ts'
import { neverStarts } from '../sandbox/t3/agents.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import { runDesk } from './run-desk.ts'

let stage: Stage
// The second between two writes to GitHub is not what these tests are about.
beforeAll(() => import('../tools/short-pauses.mjs'))
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

/** Nothing was started. */
async function atRest() {
  stage = await createStage({ repos: ['acme/shop'], agent: hangs })
}

describe('afk halt', () => {
  it('interrupts every thread at work and says what it did', async () => {
    await atWork()
    const { code, out, err } = await halt()
    expect(err).toBe('')
    expect(code).toBe(0)
    const rest = 'was working {2}interrupted {2}stopped {2}card marked {2}http:\\/\\/127\\.0\\.0\\.1:\\d+\\/\\S+$'
    expect(out).toMatch(new RegExp(`^acme\\/api#1 +${rest}`, 'm'))
    expect(out).toMatch(new RegExp(`^acme\\/shop#1 +${rest}`, 'm'))
    expect(out).toContain('2 threads interrupted; nothing of afk is at work any more.')
    expect(out).toContain('armed again, the watcher goes on with these runs and takes the marks away')
    expect(interrupts()).toHaveLength(2)
    expect(commands()).toHaveLength(2)
  })

  it('has a stable JSON form', async () => {
    await atWork()
    const document = (await halt(['--json'])).json()
    const thread = (repo: string) => stage.threads().find(({ title }) => title.startsWith(repo))?.id
    expect(Object.keys(document)).toEqual(['command', 'gates', 'threads', 'stillWorking', 'unmarked', 'cardsProblem'])
    expect(document).toMatchObject({ command: 'halt', gates: { killSwitch: true } })
    expect(document).toMatchObject({ stillWorking: 0, unmarked: 0, cardsProblem: null })
    const sorted = document.threads.toSorted((a: { repo: string }, b: { repo: string }) => (a.repo < b.repo ? -1 : 1))
    expect(sorted).toEqual(
      ['acme/api', 'acme/shop'].map((repo) => ({
        repo,
        issue: 1,
        thread: thread(repo),
        state: 'working',
        result: 'interrupted',
        stopped: true,
        mayBeginUntil: null,
        error: null,
        link: expect.stringContaining(thread(repo) ?? '-'),
        card: { result: 'marked', why: null, remedy: null },
      })),
    )
  })

  it('needs no valid configuration for its interrupts; what it could not mark it says, and exits 1', async () => {
    await atWork()
    stage.github.requests.splice(0)
    const labels = stage.labels('acme/shop', 1)
    const said = await halt([], { AFK_STALL_SECONDS: 'nonsense' })
    expect(said.code).toBe(1)
    expect(said.out).toMatch(/^acme\/shop#1 +was working {2}interrupted {2}stopped {2}card not marked /m)
    expect(said.out).toContain(
      'Cards could not be looked at: the configuration has 1 problem(s), such as stallSeconds: expected',
    )
    expect(said.out).toContain('remedy: mend the configuration (afk doctor shows all of it), then run halt again')
    expect(stage.github.requests).toEqual([])
    expect(stage.labels('acme/shop', 1)).toEqual(labels)
    expect(interrupts()).toHaveLength(2)
    expect(stage.cards('acme/shop', 1)[0]).not.toHaveProperty('halted')
  })

  it('interrupts all the same where GitHub cannot be reached', async () => {
    await atWork()
    const said = await halt(['--json'], { AFK_GITHUB_API_URL: 'http://127.0.0.1:9' })
    expect(said.code).toBe(1)
    expect(interrupts()).toHaveLength(2)
    expect(said.json()).toMatchObject({ stillWorking: 0, unmarked: 2 })
    expect(said.json().threads.map(({ card }: { card: object }) => card)).toMatchObject([
      { result: 'failed', why: expect.stringContaining('unavailable'), remedy: expect.stringContaining('halt again') },
      { result: 'failed' },
    ])
  })

  it.each([['false'], ['no']])('refuses while the kill switch is off (%s), and names the remedy', async (word) => {
    await atRest()
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
    await atRest()
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
    // Without GitHub nothing is waited for.
    await halt(['--wait', '0'], { AFK_STALL_SECONDS: 'nonsense' })
    await halt(['--wait', '0'], { AFK_STALL_SECONDS: 'nonsense' })
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
    // Its card is there, and says nothing that is not so.
    const row = (await halt(['--wait', '0'])).out.split('\n').find((line) => line.startsWith('acme/shop'))
    expect(row).toContain('failed: ')
    expect(row).toContain('card left as it is')
  })

  it('interrupts a turn too that was sent and has not begun', async () => {
    await atWork(neverStarts)
    const said = await halt(['--json', '--wait', '0'])
    expect(said.json().threads.map(({ state }: { state: string }) => state)).toEqual(['starting', 'starting'])
    expect(interrupts()).toHaveLength(2)
    // It is not called work that was never seen; T3 may begin it for ten minutes.
    const until = said.json().threads.map(({ mayBeginUntil }: { mayBeginUntil: string }) => mayBeginUntil)
    const { threads } = stage.world.t3.snapshot() as { threads: { messages: { createdAt: string }[] }[] }
    const sent = threads.map(({ messages }) => Date.parse(messages.at(-1)?.createdAt ?? ''))
    expect(until.toSorted()).toEqual(sent.map((at) => new Date(at + 600_000).toISOString()).toSorted())
    const { code, out } = await halt(['--wait', '0'])
    expect(code).toBe(1)
    const last = `${until.toSorted().at(-1)?.slice(11, 16)} UTC`
    expect(out).toContain(`not begun; T3 may still begin it until ${last}`)
    expect(out).toContain(`2 threads not begun: look again after ${last}, or open the link.`)
    expect(out).not.toContain('still at work')
    await stage.pass(601)
    expect(await halt(['--wait', '0'])).toMatchObject({ code: 0, out: expect.stringContaining('No thread of afk') })
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
    await atRest()
    const said = await halt([], { AFK_T3_URL: 'http://127.0.0.1:9' })
    expect(said).toMatchObject({ code: 3, out: '' })
    expect(said.err).toMatch(
      /^afk: nothing was interrupted: T3 \(AFK_T3_URL\) does not answer: GET \/api\/orchestration\/shell: no answer/,
    )
    expect(said.err).toContain('\n  remedy: check that T3 is up and that AFK_T3_URL is its address')
    expect(said.err).toContain(
      "\n  meanwhile: agents may still be at work: stop them on T3's machine, or take the right to push",
    )
    const { error } = (await halt(['--json'], { AFK_T3_URL: 'http://127.0.0.1:9' })).json()
    expect(error).toEqual({
      category: 'unavailable',
      message: expect.stringContaining('T3 (AFK_T3_URL) does not answer'),
      remedy: expect.stringContaining('AFK_T3_URL'),
      meanwhile: expect.stringContaining('agents may still be at work'),
    })
    // Another server, or another token.
    const refused = await halt([], { AFK_T3_TOKEN: 'wrong' })
    expect(refused.err).toContain(
      'set AFK_T3_TOKEN, or replace what AFK_T3_TOKEN_FILE names, whichever you use; or AFK_T3_URL is not the address of T3; then run halt again\n',
    )
  })

  it('exits 2 with what is missing', async () => {
    await atRest()
    const nope = await halt([], { AFK_KILL_SWITCH: 'nope' })
    expect(nope.code).toBe(2)
    expect(nope.err).toContain('remedy:   write true, here and where the CronJobs read it')
    expect(nope.err).not.toContain('false;')
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

describe('afk halt and the cards', () => {
  it('marks with afk’s own token only, is repeated for what is missing, and the mark goes when the run goes on', async () => {
    await atWork()
    addToken(stage.world.github, 'ghp_of_a_person', 'mona')
    const before = stage.issue('acme/shop', 1).comments[0]
    const foreign = await halt([], { AFK_GITHUB_TOKEN: 'ghp_of_a_person' })
    expect(foreign.code).toBe(1)
    expect(foreign.out).toMatch(/^acme\/shop#1 +was working {2}interrupted {2}stopped {2}card not marked /m)
    expect(foreign.out).toMatch(
      /^acme\/(?:api|shop)#1, acme\/(?:api|shop)#1: not marked: its card is by afk, and this token is mona's: .* card-tampered$/m,
    )
    expect(foreign.out).toContain("  remedy: run halt again with afk's own GitHub token")
    expect(before).toMatchObject({ lastEditedAt: null })

    const again = await halt(['--json'])
    expect(again.code).toBe(0)
    expect(again.json().threads).toMatchObject([
      { state: 'failed', result: 'earlier', stopped: true, card: { result: 'marked' } },
      { state: 'failed', result: 'earlier', stopped: true, card: { result: 'marked' } },
    ])
    expect(interrupts()).toHaveLength(2)
    expect((await halt()).out).toBe('No thread of afk is at work. Nothing was done.\n')

    const shut = await runDesk(['status'], { ...stage.env, AFK_KILL_SWITCH: 'true' })
    expect(shut.out).toMatch(/^acme\/shop#1 .* halted since \d{4}-\d\d-\d\d \d\d:\d\d UTC; waits for the kill switch/m)
    const run = (await runDesk(['status', '--json', '--repo', 'acme/shop'], stage.env)).json().runs[0]
    expect(run.halted).toBe(new Date(stage.cards('acme/shop', 1)[0]?.halted ?? 0).toISOString())

    await stage.pass(400)
    const watched = await stage.watch()
    expect(decisionOn(watched, 'acme/shop', 1)).toMatchObject({ decision: 'retry', codes: ['halted'] })
    expect(
      stage
        .threads()
        .find(({ title }) => title.startsWith('acme/shop'))
        ?.turns.at(-1),
    ).toMatch(/^Your last turn was stopped by an operator before it was over\./)
    const [card] = stage.cards('acme/shop', 1)
    expect(card).not.toHaveProperty('halted')
    expect(card?.turns.at(-1)).toMatchObject({ purpose: 'continue', retry: true, halted: true })
  })
})
