import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStage, type Stage } from '../programs/stage.ts'
import { agentPerIssue, needsClarification } from '../sandbox/t3/agents.ts'
import { workAndOpenPull } from '../sandbox/t3/pull-work.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import { hang } from '../sandbox/t3/steps.ts'
import { onTask } from '../sandbox/t3/work.ts'
import { runDesk } from './run-desk.ts'

/** The desk while runs wait for people and reviewers (SPEC 15, 16): one a repo, by what it waits for. */

const settings = `agentLogins: [afk-agent]
ciSettleSeconds: 0
landing: pull-request
review: { rounds: 0 }
repos:
  acme/reviewed: { review: { rounds: 1 } }
  acme/approved: { approval: { before: [merge], by: [ada] } }
  acme/byhand: { merge: human }
`

let stage: Stage
const status = (options: readonly string[] = []) => runDesk(['status', ...options], stage.env)

beforeAll(async () => {
  stage = await createStage({
    repos: ['acme/asked', 'acme/reviewed', 'acme/approved', 'acme/byhand'],
    settings,
    agent: ({ crew }) => {
      const worker = onTask((task, turn) => workAndOpenPull(crew, task, turn, { ci: 'green' }))
      // A reviewer's prompt names no run: it goes to this one, who never comes to an end.
      const reviewer: Agent = { turn: () => [hang()] }
      const workers = ['reviewed', 'approved', 'byhand'].map((name) => [`acme/${name}#1`, worker])
      return agentPerIssue(
        { ...Object.fromEntries(workers), 'acme/asked#1': needsClarification('Which one?', crew) },
        reviewer,
      )
    },
  })
  for (const repo of ['acme/asked', 'acme/reviewed', 'acme/approved', 'acme/byhand']) stage.ready(repo)
  await stage.pass(120)
  await stage.poll({ AFK_MAX_DISPATCH_PER_TICK: '4' })
  await stage.pass(60)
  for (let tick = 0; tick < 3; tick += 1) {
    await stage.watch()
    await stage.pass(30)
  }
}, 120_000)
afterAll(() => stage.close())

describe('afk status of runs that wait for others', () => {
  it('says for what, and where the pull request is', async () => {
    const { code, out, err } = await status()
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toMatch(/^acme\/asked#1 .* an answer of a person on the issue$/m)
    expect(out).toMatch(/^acme\/reviewed#1 .* the agent that reviews it$/m)
    expect(out).toMatch(/^acme\/approved#1 .* a person's yes to merge$/m)
    expect(out).toMatch(/^acme\/byhand#1 .* a person, at the pull request \(merge-human\)$/m)
    expect(out.match(/^ {2}pull {4}https:\/\/github\.com\/acme\/\w+\/pull\/2$/gm)).toHaveLength(3)
  })

  it('says the same in JSON', async () => {
    const { runs } = (await status(['--json'])).json()
    const shown = runs.map((run: { repo: string; pull: number | null; links: object; next: object }) => [
      run.repo,
      run.pull,
      'pull' in run.links,
      run.next,
    ])
    const wait = (code: string) => expect.objectContaining({ decision: 'wait', code })
    expect(shown).toEqual([
      ['acme/approved', 2, true, wait('approval-merge')],
      ['acme/asked', null, false, wait('question')],
      ['acme/byhand', 2, true, wait('merge-human')],
      ['acme/reviewed', 2, true, wait('reviewing')],
    ])
  })

  it('writes nothing, for all that there is to do', async () => {
    stage.world.people.comment('acme/asked', 1, 'The second one.', 'mona')
    stage.github.requests.splice(0)
    stage.t3.requests.splice(0)
    const { runs } = (await status(['--json'])).json()
    const asked = runs.find(({ repo }: { repo: string }) => repo === 'acme/asked')
    expect(asked.waitsFor).toBe('next tick: gives the answer of a person to the agent')
    expect(
      stage.github.requests.filter(
        ({ method, operation, text }) => method !== 'GET' && (operation !== 'graphql' || text.includes('mutation')),
      ),
    ).toEqual([])
    expect(stage.t3.requests.filter(({ commandType }) => commandType !== null)).toEqual([])
  })
})

describe('afk halt while a pull request is reviewed', () => {
  it("interrupts the reviewer's thread, which is afk's by its title, and leaves the pull request alone", async () => {
    const own = stage.cards('acme/reviewed', 1)[0]?.runId
    const reviewer = stage.threads().find(({ title, id }) => title.startsWith('acme/reviewed#1 ') && id !== own)
    stage.github.requests.splice(0)
    const said = await runDesk(
      ['halt', '--json'],
      { ...stage.env, AFK_KILL_SWITCH: 'true' },
      {
        sleep: (ms) => stage.pass(ms / 1000),
      },
    )
    expect(said.code).toBe(0)
    expect(said.json().threads).toEqual([
      expect.objectContaining({
        repo: 'acme/reviewed',
        issue: 1,
        thread: reviewer?.id,
        result: 'interrupted',
        stopped: true,
        card: { result: 'marked', why: null, remedy: null },
      }),
    ])
    expect(stage.github.requests.flatMap(({ method, path }) => (method === 'PATCH' ? [path] : []))).toEqual([
      expect.stringMatching(/^\/repos\/acme\/reviewed\/issues\/comments\/\d+$/),
    ])
    expect(stage.cards('acme/reviewed', 1)[0]?.halted).toEqual(expect.any(Number))
  })
})
