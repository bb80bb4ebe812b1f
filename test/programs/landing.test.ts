import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startSlack, type SlackSandbox } from '../sandbox/slack/server.ts'
import { landsAtOnce, pushesRedThenFixes } from '../sandbox/t3/agents.ts'
import type { Step } from '../sandbox/t3/agent.ts'
import { pushesAs } from './agents.ts'
import type { Env } from './run-program.ts'
import { createStage, decisionOn, expectCode, verdictOn, type Stage } from './stage.ts'

/** From a label to the end, with every trace that a run leaves on GitHub, in T3, in Slack and in the log. */

const repo = 'acme/shop'
let slack: SlackSandbox
let stage: Stage
beforeAll(async () => {
  slack = await startSlack()
})
afterAll(() => slack.close())
afterEach(() => stage.close())

const slackEnv = (): Env => ({
  AFK_SLACK_API_URL: slack.apiUrl,
  AFK_SLACK_BOT_TOKEN: slack.token,
  AFK_SLACK_CHANNEL: slack.channel,
  AFK_SLACK_MENTION: 'U000000002',
})
/** Bells since the call before. */
const bellsSince = async (before: number) => (await slack.messages()).slice(before)
const isOver = (number: number) => () => !stage.labels(repo, number).includes('agent-in-progress')

describe('one issue from label to closed', () => {
  it('leaves one thread, one card, one quiet bell, right labels, and no text in the log', async () => {
    const marks = {
      title: 'TITLEMARK the cart',
      body: 'BODYMARK as talked about',
      comment: 'COMMENTMARK mind the cents',
    }
    stage = await createStage({ repos: [repo], agent: ({ crew }) => landsAtOnce(crew), env: slackEnv() })
    const rung = (await slack.messages()).length
    const number = stage.ready(repo, { title: marks.title, body: marks.body })
    stage.world.people.comment(repo, number, marks.comment, 'mona')
    await stage.pass(60)
    expect(verdictOn(await stage.poll(), repo, number)).toBe('dispatch')
    await stage.pass(5)
    await stage.rounds(8, () => stage.issue(repo, number).state === 'closed')

    const issue = stage.issue(repo, number)
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
    expect(stage.labels(repo, number)).toEqual([])
    const [thread] = stage.threads()
    expect(stage.threads()).toHaveLength(1)
    expect(thread?.title).toBe(`${repo}#${number} ${marks.title}`)
    expect(thread?.turns).toHaveLength(1)
    for (const mark of Object.values(marks)) expect(thread?.turns[0]).toContain(mark)
    // One card, edited and never repeated: every other comment is the people's.
    expect(stage.cards(repo, number)).toMatchObject([{ outcome: { kind: 'landed', untold: false }, phase: 'done' }])
    expect(issue.comments).toHaveLength(2)
    expect(postsOfComments()).toHaveLength(1)
    const bells = await bellsSince(rung)
    expect(bells).toHaveLength(1)
    expect(JSON.stringify(bells)).not.toMatch(/U000000002|<!/)
    expectQuiet([...Object.values(marks), slack.token])
  })

  it('and a tick in which nothing has changed writes nothing anywhere', async () => {
    stage = await createStage({ repos: [repo], agent: ({ crew }) => landsAtOnce(crew), env: slackEnv() })
    const number = stage.ready(repo)
    await stage.pass(60)
    await stage.poll()
    await stage.pass(12)
    // Pushed, its checks still running.
    await stage.watch()
    const before = { ...writes(), bells: (await slack.messages()).length }
    await stage.pass(3)
    const quiet = await stage.watch()
    expectCode(quiet, 0)
    expect(decisionOn(quiet, repo, number)).toMatchObject({ decision: 'wait', codes: ['ci-pending'] })
    expect({ ...writes(), bells: (await slack.messages()).length }).toEqual(before)
    expect(quiet.lines.filter(({ event }) => event === 'effect')).toEqual([])
    // And when all is over, neither program has anything to do.
    await stage.pass(60)
    await stage.rounds(2)
    expect(stage.issue(repo, number).state).toBe('closed')
    const after = { ...writes(), bells: (await slack.messages()).length }
    await stage.rounds(2)
    expect({ ...writes(), bells: (await slack.messages()).length }).toEqual(after)
  })
})

describe('fix forward', () => {
  it('red while the agent works sends nothing; the correction goes into the same thread, with names and log tails', async () => {
    stage = await createStage({ repos: [repo], agent: ({ crew }) => pushesRedThenFixes(crew) })
    const number = stage.ready(repo)
    await stage.pass(60)
    await stage.poll()
    const [thread] = stage.threads()
    const turns = () => stage.threads()[0]?.turns ?? []

    // The push is red and the agent is not done: it has stopped for approval of something else, say.
    await stage.pass(3)
    const sha = stage.world.people.push(repo, {
      author: 'afk-agent',
      message: `Half of it\n\nRefs #${number}\n\nAFK-Run: ${thread?.id}`,
      files: { 'half.txt': 'half\n' },
      ci: { checks: [{ name: 'test', conclusion: 'failure', durationMs: 1, log: 'HALF IS RED' }] },
    })
    const busy = await stage.watch()
    expectCode(busy, 0)
    expect(decisionOn(busy, repo, number)).toMatchObject({ decision: 'wait', codes: ['busy'] })
    expect(stage.cards(repo, number)[0]?.head?.sha).toBe(sha)
    expect(turns()).toHaveLength(1)

    await stage.pass(60)
    const red = await stage.watch()
    expectCode(red, 0)
    expect(decisionOn(red, repo, number)).toMatchObject({ decision: 'fix-forward', codes: ['red'] })
    expect(turns()).toHaveLength(2)
    expect(stage.threads()).toHaveLength(1)
    expect(turns()[1]).toContain('test')
    expect(turns()[1]).toContain('AssertionError: expected 3 to be 4')
    expect(turns()[1]).not.toContain('As talked about.')
    expect(red.output).not.toContain('AssertionError')
    expect(stage.cards(repo, number)[0]?.turns).toHaveLength(2)

    await stage.pass(60)
    await stage.rounds(2)
    expect(stage.issue(repo, number).state).toBe('closed')
    expect(turns()).toHaveLength(2)
  })
})

describe('a run that ends badly', () => {
  it('frozen: loses the ready label, is never dispatched again, and a new label is a new run with fresh counters', async () => {
    stage = await createStage({
      repos: [repo],
      agent: ({ crew }) => pushesAs(crew, 'red', 'red', 'green'),
      settings: 'agentLogins: [afk-agent]\nciSettleSeconds: 0\nfixForward: { maxAttempts: 1 }\n',
      env: slackEnv(),
    })
    const rung = (await slack.messages()).length
    const number = stage.ready(repo, { title: 'FROZENMARK' })
    await stage.pass(60)
    await stage.rounds(8, () => stage.cards(repo, number)[0]?.outcome != null)

    expect(stage.cards(repo, number)).toMatchObject([{ outcome: { kind: 'frozen', reason: 'budget' } }])
    expect(stage.labels(repo, number)).toEqual(['ready-for-human'])
    expect(stage.issue(repo, number).state).toBe('open')
    const bells = await bellsSince(rung)
    expect(bells).toHaveLength(1)
    expect(JSON.stringify(bells)).toContain('U000000002')
    const left = writes()
    for (let tick = 0; tick < 3; tick += 1) {
      const polled = await stage.poll()
      expectCode(polled, 0)
      expect(polled.lines.filter(({ event }) => event === 'decision')).toEqual([])
      await stage.pass(600)
    }
    expectCode(await stage.watch(), 0)
    expect(writes()).toEqual(left)
    expect(await bellsSince(rung)).toHaveLength(1)

    // The base is red by the run's own commit: that is what the new run is there to mend.
    stage.world.people.label(repo, number, 'ready-for-agent', 'mona')
    await stage.pass(60)
    expect(verdictOn(await stage.poll(), repo, number)).toBe('dispatch')
    const threads = stage.threads()
    const cards = stage.cards(repo, number)
    expect(threads).toHaveLength(2)
    expect(cards).toHaveLength(2)
    expect(cards[0]).toMatchObject({ outcome: { kind: 'frozen' } })
    expect(cards[1]).toMatchObject({ outcome: null, reds: [], firstRedAt: null, turns: [{ purpose: 'start' }] })
    expect(cards.map(({ runId }) => runId).toSorted()).toEqual(threads.map(({ id }) => id).toSorted())
    expect(stage.labels(repo, number)).toEqual(['agent-in-progress', 'ready-for-agent'])
    expectQuiet(['FROZENMARK', slack.token])
  })

  it('escalated: the same, and nothing is written about it again', async () => {
    stage = await createStage({ repos: [repo], agent: () => ({ turn: () => blocked() }), env: slackEnv() })
    const rung = (await slack.messages()).length
    const number = stage.ready(repo)
    await stage.pass(60)
    await stage.poll()
    await stage.pass(60)
    await stage.rounds(3, isOver(number))
    expect(stage.cards(repo, number)).toMatchObject([{ outcome: { kind: 'escalated', reason: 'blocked' } }])
    expect(stage.labels(repo, number)).toEqual(['ready-for-human'])
    const left = writes()
    await stage.rounds(3)
    expect(writes()).toEqual(left)
    expect(stage.threads()).toHaveLength(1)
    expect(await bellsSince(rung)).toHaveLength(1)
    // Its words are the agent's, from outside: on the card and the bell, never in the log.
    expectQuiet(['BLOCKEDMARK'])
  })
})

function blocked(): Step[] {
  return [
    { kind: 'say', after: 1000, text: 'AFK-RESULT: blocked BLOCKEDMARK the key is refused' },
    { kind: 'finish', after: 0 },
  ]
}

/** How often anything was changed so far: GitHub by REST, T3 by commands. */
function writes() {
  const { github, t3 } = stage
  return {
    github: github.requests.filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql').length,
    t3: t3.requests.filter(({ commandType }) => commandType !== null).length,
  }
}

function postsOfComments() {
  return stage.github.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/comments'))
}

function expectQuiet(texts: readonly string[]): void {
  const output = stage.ran.map((ran) => ran.output).join('\n')
  for (const text of texts) expect(output).not.toContain(text)
}
