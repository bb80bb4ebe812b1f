import { describe, expect, it } from 'vitest'
import type { Agent } from './agent.ts'
import * as agents from './agents.ts'
import { bench, type Bench } from './harness.ts'
import { advance } from './manual-clock.ts'
import { readTask } from './prompt.ts'
import { documentOf } from './trace-rows.ts'
import type { Crew, Push } from './work.ts'

const RUN = 'b1c2d3e4-1111-5aaa-8bbb-0123456789ab'
const PROMPT = `You work on acme/shop#42 in a branch afk/42-fix-it-b1c2d3e4. Every commit carries the trailer \`AFK-Run: ${RUN}\`.

> Blocked by evil/other#7
> AFK-Run: 00000000-0000-5000-8000-000000000000`

interface World extends Bench {
  pushes: Push[]
  tell(text: string, ms?: number): Promise<void>
  reports(): string[]
}

function world(make: (crew: Crew) => Agent): World {
  const pushes: Push[] = []
  const host = {
    push: (push: Push): string => {
      pushes.push(push)
      return String(pushes.length).repeat(40)
    },
  }
  const b = bench({ agent: make({ host }) })
  b.thread('t', { projectId: 'nogit' })
  return {
    ...b,
    pushes,
    tell: async (text, ms = 60_000) => {
      b.start('t', text)
      await advance(b.state, b.clock, ms)
    },
    reports: () =>
      b.state
        .messages('t')
        .flatMap(({ role, text }) => (role === 'user' ? [] : (text.match(/^AFK-.*|^API Error.*/gm) ?? []))),
  }
}

const phases = ['AFK-PHASE: worktree', 'AFK-PHASE: tests-red', 'AFK-PHASE: green', 'AFK-PHASE: pushed']
const landed = (nth: number): string[] => [...phases, `AFK-RESULT: pushed ${String(nth).repeat(40)}`]

describe('agents', () => {
  it('land at once, with the trailer and the issue that the prompt names first', async () => {
    const w = world(agents.landsAtOnce)
    await w.tell(PROMPT)
    expect(w.reports()).toEqual(landed(1))
    expect(w.pushes).toMatchObject([
      { repo: 'acme/shop', ci: 'green', author: 'afk-agent', branch: 'afk/42-fix-it-b1c2d3e4' },
    ])
    expect(w.pushes[0]?.message).toBe(`Change 1 for issue 42\n\nRefs #42\n\nAFK-Run: ${RUN}`)
    // It cloned into an empty folder in its first turn: from the second on there are checkpoints.
    expect(documentOf(w.state, 't').latestTurn).toBeNull()
    await w.tell('CI is red: other/repo#9')
    expect(documentOf(w.state, 't').latestTurn?.state).toBe('completed')
    expect(w.pushes[1]).toMatchObject({
      repo: 'acme/shop',
      message: expect.stringContaining(RUN) as string,
    })
  })

  it.each<[string, (crew: Crew) => Agent, (string | undefined)[]]>([
    ['pushes red, then fixes', agents.pushesRedThenFixes, ['red', 'green', 'green']],
    ['never fixes', agents.neverFixes, ['red', 'red', 'red']],
    ['answers the correction without a push first', agents.answersCorrectionFirst, ['red', 'green']],
    ['pushes after a nudge', agents.pushesAfterNudge, ['green', 'green']],
    ['asks first', (crew) => agents.needsClarification('which?', crew), ['green', 'green']],
    ['lands after an API error', agents.apiErrorThenLands, ['green', 'green']],
    ['lands after a failed start', agents.failsFirstStart, ['green', 'green']],
    ['never pushes', agents.neverPushes, []],
    ['reports blocked', (crew) => agents.reportsBlocked('no access', crew), []],
    ['dies silently', agents.diesSilently, []],
    ['never starts', agents.neverStarts, []],
  ])('%s: three turns push %j', async (_, make, expected) => {
    const w = world(make)
    for (const text of [PROMPT, PROMPT, 'third']) await w.tell(text)
    expect(w.pushes.map(({ ci }) => ci)).toEqual(expected)
  })

  it.each<[string, (crew: Crew) => Agent, string]>([
    ['blocked', (crew) => agents.reportsBlocked('no access', crew), 'AFK-RESULT: blocked no access'],
    ['no change', (crew) => agents.reportsNoChange('done already', crew), 'AFK-RESULT: no-change done already'],
    ['a question', (crew) => agents.needsClarification('which?', crew), 'AFK-RESULT: needs-clarification which?'],
    [
      'an API error',
      () => agents.answersApiError(),
      'API Error: 529 {"type":"overloaded_error","message":"Overloaded"}',
    ],
    ['a lie', (crew) => agents.liesAboutPush(crew), `AFK-RESULT: pushed ${'0123456789'.repeat(4)}`],
  ])('report %s as a whole line', async (_, make, line) => {
    const w = world(() => make({ host: { push: () => '' } }))
    await w.tell(PROMPT)
    expect(w.reports().at(-1)).toBe(line)
  })

  it('dies silently, and an interrupt brings out what it had begun to say', async () => {
    const w = world(agents.diesOnceThenLands)
    await w.tell(PROMPT, 3_600_000)
    expect(documentOf(w.state, 't').latestTurn?.state).toBe('running')
    w.send('thread.turn.interrupt', { threadId: 't' })
    await advance(w.state, w.clock, 1000)
    expect(documentOf(w.state, 't').messages.at(-1)?.text).toBe('Let me look at')
    await w.tell('continue')
    expect(w.reports().at(-1)).toBe(`AFK-RESULT: pushed ${'1'.repeat(40)}`)
  })

  it.each([
    ['approval', agents.waitsForApproval],
    ['user-input', (crew: Crew) => agents.waitsForInput('Which branch?', crew)],
  ])('waits for %s, and lands when it has it', async (kind, make) => {
    const w = world(make)
    await w.tell(PROMPT, 3_600_000)
    expect(w.pushes).toEqual([])
    const asked = documentOf(w.state, 't').activities.find((activity) => activity.kind === `${kind}.requested`)
    w.send(`thread.${kind}.respond`, {
      threadId: 't',
      requestId: asked?.payload['requestId'],
      decision: 'accept',
      answers: { x: 'main' },
    })
    await advance(w.state, w.clock, 60_000)
    expect(w.pushes).toHaveLength(1)
  })

  it('break the rules when they are that kind: Closes, and a workflow file', async () => {
    const closing = world(agents.closesByCommit)
    await closing.tell(PROMPT)
    expect(closing.pushes[0]?.message).toContain('Closes #42')
    const touching = world(agents.touchesWorkflow)
    await touching.tell(PROMPT)
    expect(Object.keys(touching.pushes[0]?.files ?? {})).toEqual(['.github/workflows/x.yml'])
  })

  it('are chosen by issue, in any case', async () => {
    const w = world((crew) =>
      agents.agentPerIssue({ 'Acme/Shop#42': agents.neverFixes(crew) }, agents.reportsBlocked('not mine')),
    )
    await w.tell(PROMPT)
    expect(w.pushes).toMatchObject([{ ci: 'red' }])
    w.thread('u')
    w.start('u', PROMPT.replace('#42', '#43'))
    await advance(w.state, w.clock, 60_000)
    expect(w.state.messages('u').at(-1)?.text).toContain('not mine')
  })
})

describe('readTask', () => {
  it.each([
    [`AFK-Run: ${RUN}\nacme/shop#42`],
    [`issue **acme/shop#42**; trailer "AFK-Run: ${RUN}"`],
    [`acme/shop#42\n\n    AFK-Run: \`${RUN.toUpperCase()}\``],
  ])('finds run and issue in %j', (text) => {
    expect(readTask({ text, history: [] })).toMatchObject({
      runId: RUN,
      repo: 'acme/shop',
      number: 42,
    })
  })

  it('goes by the first prompt that names both', () => {
    const history = ['hello', PROMPT]
    expect(readTask({ text: `evil/repo#1 AFK-Run: ${RUN.replace('b', 'c')}`, history })).toMatchObject({
      repo: 'acme/shop',
      runId: RUN,
    })
  })

  it('finds nothing where nothing is', () => {
    expect(readTask({ text: 'AFK-Run: <runId> for acme/shop', history: [] })).toBeNull()
  })
})
