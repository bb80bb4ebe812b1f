import { afterEach, describe, expect, it } from 'vitest'
import { hangs } from './agents.ts'
import { createStage, decisionOn, expectCode, verdictOn, type Stage } from './stage.ts'

/** SPEC 4 and 5.1: how many start, which of them first, and what the others are told. */

let stage: Stage
afterEach(() => stage.close())

const repos = ['acme/a', 'acme/b', 'acme/c', 'acme/d', 'acme/e', 'acme/f']
const factsOf = (line: object) => (line as { facts: { [code: string]: { [fact: string]: unknown } } }).facts

describe('caps', () => {
  it('three a tick, five at a time, and by priority', async () => {
    stage = await createStage({ repos, agent: () => hangs() })
    const priorities = ['P5', 'P0', 'priority:3', 'priority/1', 'p4', 'P2']
    const issues = repos.map((repo, index) => ({
      repo,
      number: stage.ready(repo, { labels: [priorities[index] ?? ''] }),
    }))
    await stage.pass(120)

    const first = await stage.poll()
    expectCode(first, 0)
    const started = (ran: typeof first) =>
      issues.filter(({ repo, number }) => verdictOn(ran, repo, number) === 'dispatch').map(({ repo }) => repo)
    expect(started(first).toSorted()).toEqual(['acme/b', 'acme/d', 'acme/f'])
    expect(factsOf(decisionOn(first, 'acme/a', 1))['capacity']).toMatchObject({
      limit: 'maxDispatchPerTick',
      ahead: ['acme/b#1', 'acme/d#1', 'acme/f#1'],
    })
    // In the order of their priorities, one after the other.
    const order = first.lines.filter((line) => line.event === 'decision' && line['decision'] === 'dispatch')
    expect(order.map((line) => line['repo'])).toEqual(['acme/b', 'acme/d', 'acme/f'])

    const second = await stage.poll()
    expect(started(second).toSorted()).toEqual(['acme/c', 'acme/e'])
    expect(factsOf(decisionOn(second, 'acme/a', 1))['capacity']).toMatchObject({ limit: 'maxConcurrentRuns' })
    expect(stage.threads()).toHaveLength(5)
  })

  it('one run a repo: the more urgent first, the others are told by whom they are beaten', async () => {
    stage = await createStage({ repos: ['acme/a'], agent: () => hangs() })
    const late = stage.ready('acme/a', { labels: ['priority:200'] })
    const plain = stage.ready('acme/a')
    const urgent = stage.ready('acme/a', { labels: ['P1'] })
    await stage.pass(120)
    const first = await stage.poll()
    expectCode(first, 0)
    expect(verdictOn(first, 'acme/a', urgent)).toBe('dispatch')
    for (const number of [late, plain]) {
      expect(factsOf(decisionOn(first, 'acme/a', number))['capacity']).toMatchObject({ beatenBy: `acme/a#${urgent}` })
    }
    await stage.pass(60)
    const second = await stage.poll()
    expect(verdictOn(second, 'acme/a', plain)).toContain('repo-busy')
    expect(stage.threads()).toHaveLength(1)
  })

  it('so many a day', async () => {
    stage = await createStage({ repos: ['acme/a', 'acme/b'], agent: () => hangs(), env: { AFK_MAX_RUNS_PER_DAY: '1' } })
    const a = stage.ready('acme/a')
    const b = stage.ready('acme/b')
    await stage.pass(120)
    const first = await stage.poll()
    expect(verdictOn(first, 'acme/a', a)).toBe('dispatch')
    expect(verdictOn(first, 'acme/b', b)).toBe('skip: daily-cap')
    await stage.pass(24 * 3600)
    const next = await stage.poll()
    expect(verdictOn(next, 'acme/b', b)).toBe('dispatch')
  })
})

describe('the label itself', () => {
  it('waits a minute for second thoughts, and compares without case', async () => {
    stage = await createStage({ repos: [], agent: () => hangs(), env: { AFK_ALLOWLIST: 'ACME/Shop' } })
    stage.world.addRepo('acme/shop', { labels: ['Ready-For-Agent', 'AGENT-in-progress', 'ready-for-human'] })
    await stage.pass(60)
    const { number } = stage.world.people.open('acme/shop', { title: 'A task', author: 'ada' })
    stage.world.people.label('acme/shop', number, 'READY-for-agent', 'mona')
    await stage.pass(59)
    const early = await stage.poll()
    expect(verdictOn(early, 'ACME/Shop', number)).toBe('skip: pickup-delay')
    await stage.pass(1)
    const due = await stage.poll()
    expectCode(due, 0)
    expect(verdictOn(due, 'ACME/Shop', number)).toBe('dispatch')
    expect(stage.labels('acme/shop', number)).toContain('AGENT-in-progress')
  })
})
