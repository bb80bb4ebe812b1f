import { beforeEach, describe, expect, it } from 'vitest'
import { applyContext, applyEffects, type ApplyContext } from '../../src/app/apply.ts'
import type { Card } from '../../src/core/card/card.ts'
import type { DoorbellMessage, Effect } from '../../src/core/effects.ts'
import { commandIdOf, messageIdOf, runIdOf } from '../../src/core/ids.ts'
import { PortError } from '../../src/ports/errors.ts'
import { landsAtOnce } from '../sandbox/t3/agents.ts'
import { hang, say } from '../sandbox/t3/steps.ts'
import { createBench, readyIssue, type Bench, type BenchTick } from './bench.ts'
import { cardOf } from './card-of.ts'

/** SPEC 3.5, 5.2, 6.5: effects are carried out in order, and what one of them comes to decides about the rest. */

const repo = 'acme/shop'
const model = { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' } as const
let bench: Bench
let tick: BenchTick
let context: ApplyContext
let number: number
let runId: string
let card: Card
beforeEach(async () => {
  bench = await createBench()
  bench.world.t3.setAgent(landsAtOnce(bench.world.crew))
  number = await readyIssue(bench)
  begin()
  const facts = await bench.facts(repo, number)
  const epoch = facts.labelEvents.findLast(({ label }) => label === 'ready-for-agent')?.id ?? ''
  runId = runIdOf(repo, number, epoch)
  card = cardOf({ runId, repo, issue: number, epoch })
  context = applyContext(tick, { repo, number }, runId, facts)
})
/** Another tick, with what the one before knew of the issue. */
const begin = (changes: Parameters<Bench['tick']>[0] = {}, ports: Parameters<Bench['tick']>[1] = {}) => {
  tick = bench.tick(changes, ports)
  if (context !== undefined) context = applyContext(tick, { repo, number }, runId, context.facts)
}

const project: Effect = { kind: 'project.ensure', repo, workspaceRoot: '/data/acme__shop' }
const lock: Effect = { kind: 'label.add', label: 'agent-in-progress' }
const human: Effect = { kind: 'label.add', label: 'ready-for-human' }
const thread = (ifBurnt: readonly Effect[] = []): Effect => ({
  kind: 'thread.create',
  runId,
  repo,
  title: `${repo}#${number} A task`,
  model,
  ifBurnt,
})
const turn = (ifRefused: readonly Effect[] = []): Effect => ({
  kind: 'turn.start',
  runId,
  purpose: 'start',
  attempt: 1,
  text: `Do it in ${repo}#${number}.\n\nAFK-Run: ${runId}`,
  model,
  ifRefused,
})
const rerun = (...ifRefused: readonly Effect[]): Effect => ({
  kind: 'ci.rerun',
  sha: 'a'.repeat(40),
  workflowRuns: [7, 8],
  ifRefused,
})
const message: DoorbellMessage = {
  kind: 'needs-human',
  headline: 'acme/shop#1 needs a person',
  repo,
  issue: 1,
  paragraphs: [],
  buttons: [],
  mention: false,
}
const labels = () => bench.issue(repo, number).labels.map(({ name }) => name)
const messagesOf = (id: string) => bench.world.t3.messages(id).filter(({ role }) => role === 'user')
const deleteThread = () =>
  bench.world.t3.dispatch({ type: 'thread.delete', commandId: `person-${runId}`, threadId: runId })

describe('in order', () => {
  it('a whole dispatch, and again the same: every step is known as done', async () => {
    const all = [project, thread(), { kind: 'thread.yield', runId, repo } as const, turn(), lock]
    expect(await applyEffects(all, context)).toEqual({ kind: 'done' })
    expect(tick.effects()).toEqual([
      'project.ensure done',
      'thread.create done',
      'thread.yield done',
      'turn.start done',
      'label.add done',
    ])
    begin()
    expect(await applyEffects(all, context)).toEqual({ kind: 'done' })
    expect(tick.effects().slice(0, 4)).toEqual([
      'project.ensure replayed',
      'thread.create done',
      'thread.yield done',
      'turn.start replayed',
    ])
    expect(messagesOf(runId)).toHaveLength(1)
  })

  it('the first that fails ends the list, and is reported without more than it says', async () => {
    bench.fail('addLabel', 'unavailable')
    const applied = await applyEffects([lock, { kind: 'issue.close' }], context)
    expect(applied).toMatchObject({ kind: 'failed', category: 'unavailable' })
    expect(tick.effects()).toEqual(['label.add failed'])
    expect(tick.lines[0]).toMatchObject({
      repo,
      issue: number,
      run: runId,
      category: 'unavailable',
      port: 'tracker',
      operation: 'addLabel',
    })
    expect(bench.issue(repo, number).state).toBe('open')
    expect(tick.failures.exitCode()).toBe(1)
    expect(tick.failures.stopped('tracker')).toBeNull()
  })

  it.each(['auth', 'rate'] as const)('%s stops the port and its twin, and nothing else', async (category) => {
    bench.fail('addLabel', category)
    await applyEffects([lock], context)
    expect(tick.failures.exitCode()).toBe(3)
    expect(tick.failures.stopped('tracker')).toBe(category)
    expect(tick.failures.stopped('ci')).toBe(category)
    expect(tick.failures.stopped('executor')).toBeNull()
  })

  it('what is thrown and is no port’s failure is thrown on', async () => {
    bench.fail('addLabel', new TypeError('a fault of afk'))
    await expect(applyEffects([lock], context)).rejects.toThrow(TypeError)
  })

  it('labels, closing and opening again', async () => {
    const close = [human, { kind: 'label.remove', label: 'ready-for-agent' }, { kind: 'issue.close' }] as const
    await applyEffects(close, context)
    expect(labels()).toEqual(['ready-for-human'])
    expect(bench.issue(repo, number)).toMatchObject({ state: 'closed', stateReason: 'completed' })
    await applyEffects([{ kind: 'issue.reopen' }], context)
    expect(bench.issue(repo, number).state).toBe('open')
  })
})

describe('gates are read before every effect that starts or continues agent work', () => {
  const work = () => [project, thread(), turn(), rerun()]

  it('shut: refused, with the reason', async () => {
    bench.gates.open = false
    bench.gates.why = 'kill switch is on (AFK_KILL_SWITCH)'
    for (const effect of work()) {
      expect(await applyEffects([effect, lock], context)).toEqual({ kind: 'refused', why: bench.gates.why })
    }
    expect(tick.effects()).toEqual(work().map(({ kind }) => `${kind} refused`))
    expect(labels()).not.toContain('agent-in-progress')
    expect(bench.executor.calls).toEqual([])
    expect(tick.failures.exitCode()).toBe(0)
  })

  it('off the list: refused; another case of the name is the same repo', async () => {
    bench.gates.allowlist = ['acme/other']
    expect(await applyEffects([thread()], context)).toEqual({ kind: 'refused', why: 'not-allowlisted' })
    bench.gates.allowlist = ['ACME/Shop']
    expect(await applyEffects([project], context)).toEqual({ kind: 'done' })
  })

  it('over the deadline: refused', async () => {
    begin({ over: () => true })
    for (const effect of work()) expect(await applyEffects([effect], context)).toMatchObject({ why: 'deadline' })
  })

  it('card, labels, bell and interrupt are none of it', async () => {
    await applyEffects([project, thread(), turn()], context)
    bench.gates.open = false
    begin({ over: () => true })
    const end: readonly Effect[] = [
      { kind: 'card.write', card },
      lock,
      { kind: 'doorbell.ring', cause: 'needs-human', message },
      { kind: 'turn.interrupt', runId, attempt: 1 },
    ]
    expect(await applyEffects(end, context)).toEqual({ kind: 'done' })
    expect(bench.cards(repo, number)).toHaveLength(1)
    expect(bench.notifier.rung).toHaveLength(1)
  })
})

describe('instead', () => {
  it('a burnt thread: its own effects, and not the rest', async () => {
    await applyEffects([project, thread()], context)
    deleteThread()
    begin()
    const applied = await applyEffects([project, thread([human]), lock], context)
    expect(applied).toEqual({ kind: 'refused', why: 'thread-burnt' })
    expect(tick.effects()).toEqual(['project.ensure replayed', 'thread.create refused', 'label.add done'])
    expect(labels()).toEqual(['ready-for-agent', 'ready-for-human'])
  })

  it('and when those fail, that is what became of it', async () => {
    await applyEffects([project, thread()], context)
    deleteThread()
    bench.fail('addLabel', 'forbidden')
    expect(await applyEffects([thread([human])], context)).toEqual({ kind: 'failed', category: 'forbidden' })
  })

  it('a turn that T3 refuses under every id', async () => {
    await applyEffects([project, thread()], context)
    bench.executor.fail({ operation: 'startTurn', category: 'refused' })
    const applied = await applyEffects([turn([human]), lock], context)
    expect(applied).toMatchObject({ kind: 'refused' })
    expect(bench.executor.calls.filter((call) => call === 'startTurn')).toHaveLength(3)
    expect(labels()).toEqual(['ready-for-agent', 'ready-for-human'])
  })

  it.each(['refused', 'forbidden', 'not-found'] as const)('CI that will not run again (%s)', async (category) => {
    bench.fail('rerun', category)
    expect(await applyEffects([rerun(human), lock], context)).toMatchObject({ kind: 'refused' })
    expect(bench.calls.filter((call) => call === 'rerun')).toHaveLength(1)
    expect(labels()).toEqual(['ready-for-agent', 'ready-for-human'])
  })

  it('CI that cannot be reached has failed, and is asked again by the next tick', async () => {
    bench.fail('rerun', 'unavailable')
    expect(await applyEffects([rerun(human)], context)).toMatchObject({ kind: 'failed' })
    expect(labels()).toEqual(['ready-for-agent'])
  })

  it('CI runs again, each workflow run once', async () => {
    const reran: number[] = []
    const { ci } = bench.tick().world
    begin({}, { ci: { ...ci, rerun: async (_repo, run) => void reran.push(run) } })
    expect(await applyEffects([rerun(human), lock], context)).toEqual({ kind: 'done' })
    expect(reran).toEqual([7, 8])
    expect(labels()).toEqual(['ready-for-agent', 'agent-in-progress'])
  })
})

describe('a turn is sent once', () => {
  beforeEach(async () => {
    await applyEffects([project, thread()], context)
  })

  it('refused under one id and not there: the next id', async () => {
    bench.executor.fail({ operation: 'startTurn', category: 'refused', times: 1 })
    expect(await applyEffects([turn()], context)).toEqual({ kind: 'done' })
    expect(messagesOf(runId).map(({ id }) => id)).toEqual([messageIdOf(runId, 'start', 2)])
    // Whoever repeats it finds it, under whichever of its ids it got through.
    begin()
    await applyEffects([turn()], context)
    expect(tick.effects()).toEqual(['turn.start replayed'])
    expect(messagesOf(runId)).toHaveLength(1)
  })

  it('refused, and there all the same: done', async () => {
    bench.executor.fail({ operation: 'startTurn', category: 'refused', times: 1, done: true })
    expect(await applyEffects([turn([human])], context)).toEqual({ kind: 'done' })
    expect(messagesOf(runId)).toHaveLength(1)
    expect(labels()).toEqual(['ready-for-agent'])
  })

  it('called a bad request: what it names instead, and no other id', async () => {
    const { executor } = bench.tick().world
    const startTurn = async () => {
      throw new PortError('executor', 'startTurn', 'contract', 'T3 does not take this request', { status: 400 })
    }
    begin({}, { executor: { ...executor, startTurn } })
    const applied = await applyEffects([turn([human]), lock], context)
    expect(applied).toEqual({ kind: 'refused', why: 'T3 does not take the turn (400)' })
    expect(tick.failures.exitCode()).toBe(1)
    expect(labels()).toEqual(['ready-for-agent', 'ready-for-human'])
  })

  it('an answer that cannot be read fails, and says nothing of the turn', async () => {
    bench.executor.fail({ operation: 'startTurn', category: 'contract' })
    expect(await applyEffects([turn([human]), lock], context)).toMatchObject({ kind: 'failed', category: 'contract' })
    expect(labels()).toEqual(['ready-for-agent'])
  })

  it('an answer that is lost fails; the next tick finds the turn', async () => {
    bench.executor.fail({ operation: 'startTurn', category: 'unavailable', times: 1, done: true })
    expect(await applyEffects([turn(), lock], context)).toMatchObject({ kind: 'failed' })
    begin()
    expect(await applyEffects([turn(), lock], context)).toEqual({ kind: 'done' })
    expect(messagesOf(runId)).toHaveLength(1)
  })

  it('never to a thread that is gone', async () => {
    deleteThread()
    expect(await applyEffects([turn()], context)).toMatchObject({ kind: 'failed', category: 'not-found' })
    expect(bench.executor.calls).not.toContain('startTurn')
  })
})

describe('an interrupt', () => {
  const stop: Effect = { kind: 'turn.interrupt', runId: '', attempt: 1 }

  const work = async () => {
    bench.world.t3.setAgent({ turn: () => [say('AFK-PHASE: worktree'), hang()] })
    await applyEffects([project, thread(), turn()], context)
    await bench.pass(30)
    begin()
  }
  const stateOf = async () => (await bench.executor.executor.detail(runId)).state

  it('that T3 refuses of a thread that is not at work is as good as done', async () => {
    bench.executor.fail({ operation: 'interrupt', category: 'refused' })
    expect(await applyEffects([{ ...stop, runId }], context)).toEqual({ kind: 'done' })
    expect(tick.effects()).toEqual(['turn.interrupt replayed'])
    expect(bench.executor.calls.filter((call) => call === 'interrupt')).toHaveLength(1)
  })

  it('that T3 refuses of one at work: another id', async () => {
    await work()
    bench.executor.fail({ operation: 'interrupt', category: 'refused', times: 1 })
    expect(await applyEffects([{ ...stop, runId }], context)).toEqual({ kind: 'done' })
    expect(tick.effects()).toEqual(['turn.interrupt done'])
    await bench.pass(10)
    expect(await stateOf()).toBe('failed')
  })

  it('that T3 refuses under every id has failed, and what it names is done instead of the rest', async () => {
    await work()
    bench.executor.fail({ operation: 'interrupt', category: 'refused' })
    const effects = [{ ...stop, runId, ifFailed: [human] }, lock]
    expect(await applyEffects(effects, context)).toEqual({ kind: 'failed', category: 'refused' })
    expect(tick.effects()).toEqual(['turn.interrupt failed', 'label.add done'])
    expect(labels()).toEqual(['ready-for-agent', 'ready-for-human'])
    expect(await stateOf()).toBe('working')
  })

  it('that gets no answer has failed', async () => {
    bench.executor.fail({ operation: 'interrupt', category: 'unavailable' })
    expect(await applyEffects([{ ...stop, runId }], context)).toMatchObject({ kind: 'failed' })
  })

  it('archives under its own command', async () => {
    await applyEffects([project, thread()], context)
    const commandId = commandIdOf(runId, 'archive', 1)
    expect(await applyEffects([{ kind: 'thread.archive', threadId: runId, commandId }], context)).toEqual({
      kind: 'done',
    })
    expect(bench.world.t3.thread(runId)).toBeNull()
  })
})

describe('a bell', () => {
  it('its receipt goes into the card that is written after it, and into no other bell', async () => {
    const bells = { 'needs-human': { at: 1 }, frozen: { at: 2 } }
    const ring: Effect = { kind: 'doorbell.ring', cause: 'needs-human', message }
    await applyEffects([{ kind: 'card.write', card }, ring, { kind: 'card.write', card: { ...card, bells } }], context)
    expect(bench.cards(repo, number)[0]?.bells).toEqual({
      'needs-human': { at: 1, channel: 'C000000001', ts: '1700000000.000001' },
      frozen: { at: 2 },
    })
  })

  it('that rang for something the card does not list changes nothing of it', async () => {
    const ring: Effect = { kind: 'doorbell.ring', cause: 'done', message }
    await applyEffects([ring, { kind: 'card.write', card }], context)
    expect(bench.cards(repo, number)[0]?.bells).toEqual({})
  })

  it('that cannot ring holds the labels back', async () => {
    bench.notifier.fail('unavailable')
    const ring: Effect = { kind: 'doorbell.ring', cause: 'frozen', message }
    expect(await applyEffects([ring, human], context)).toMatchObject({ kind: 'failed', category: 'unavailable' })
    expect(labels()).toEqual(['ready-for-agent'])
  })

  it('that cannot ring and holds nothing up: what it names instead is done, and the failure stays one', async () => {
    bench.notifier.fail('unavailable')
    const ring: Effect = { kind: 'doorbell.ring', cause: 'frozen', message, ifFailed: [human] }
    const more: Effect = { kind: 'label.remove', label: 'ready-for-agent' }
    expect(await applyEffects([ring, more], context)).toMatchObject({ kind: 'failed', category: 'unavailable' })
    expect(labels()).toEqual(['ready-for-agent', 'ready-for-human'])
    bench.notifier.fail(null)
    expect(await applyEffects([ring, more], context)).toEqual({ kind: 'done' })
    expect(labels()).toEqual(['ready-for-human'])
  })

  it.each([
    ['that had no time to ring', new PortError('notifier', 'ring', 'unavailable', 'too late', { isTooLate: true })],
    ['before which the card was changed', new PortError('tracker', 'ring', 'conflict', 'changed')],
  ])('%s was not tried: nothing is done instead', async (_, error) => {
    const { notifier } = bench.tick().world
    if (notifier === null) throw new Error('the bench has one')
    const failing = async () => {
      throw error
    }
    begin({}, { notifier: { ...notifier, ring: failing } })
    const ring: Effect = { kind: 'doorbell.ring', cause: 'frozen', message, ifFailed: [human] }
    expect(await applyEffects([ring], context)).toEqual({ kind: 'failed', category: error.category })
    expect(labels()).toEqual(['ready-for-agent'])
  })

  it('where there is none to ring is a fault of the configuration', async () => {
    begin({}, { notifier: null })
    const ring: Effect = { kind: 'doorbell.ring', cause: 'frozen', message }
    expect(await applyEffects([ring], context)).toMatchObject({ kind: 'failed', category: 'config' })
  })
})
