import { describe, expect, it } from 'vitest'
import { PortError } from '../../src/ports/errors.ts'
import type { Around } from './calls.ts'
import { endProblems } from './ends.ts'
import type { Action } from './histories/action.ts'
import { replay, type History } from './histories/replay.ts'
import type { Lab } from './lab.ts'
import { lifeOf } from './life.ts'
import { askedOnly, scenarios, type Scenario } from './scenarios.ts'
import { cardsOn, human, issueAt, labelsOf, lock, ready, threadsIn } from './seen.ts'

const opened: Action = { do: 'open', repo: 0, by: 'mona', labelled: true }
const poll: Action = { do: 'tick', program: 'poller' }
const wait = (seconds: number): Action => ({ do: 'pass', seconds })

/** What the random histories once broke, shrunk, and named by what was wrong. */
const found: readonly (readonly [string, History])[] = [
  [
    'a thread that T3 shows at work for ever after a restart held its repo for ever: each orphan interrupt touched its row',
    {
      moods: ['waits for approval', 'green', 'green'],
      actions: [opened, opened, wait(30), poll, { do: 't3', how: 'restarts' }, poll],
    },
  ],
  [
    'the same for a turn that was running',
    {
      moods: ['hangs', 'green', 'green'],
      actions: [
        opened,
        opened,
        wait(30),
        poll,
        wait(5),
        { do: 't3', how: 'restarts' },
        { do: 'unlabel', issue: 0, label: 'ready-for-agent', by: 'wendy' },
      ],
    },
  ],
  [
    'a question that an interrupted turn left open was interrupted every minute for good',
    { moods: ['waits for approval', 'green'], actions: [opened, opened, wait(30), poll] },
  ],
  [
    'a card edited by somebody before its lock was on: the poller left it to the watcher, the watcher to the poller',
    {
      moods: ['green', 'green'],
      actions: [
        opened,
        opened,
        wait(30),
        { do: 'die', program: 'poller', at: 5, when: 'before' },
        { do: 'card', issue: 0, how: 'edited' },
      ],
    },
  ],
  [
    'an idle thread of a cancelled dispatch, whose card somebody deleted, went first for ever',
    {
      moods: ['green', 'green'],
      actions: [
        opened,
        wait(30),
        { do: 'die', program: 'poller', at: 2, when: 'after' },
        { do: 'label', issue: 0, label: 'ready-for-human', by: 'mona' },
        { do: 'die', program: 'poller', at: 3, when: 'before' },
        { do: 'card', issue: 0, how: 'deleted' },
        wait(2000),
        wait(2000),
        opened,
      ],
    },
  ],
  [
    'a run whose lock an agent took off was overtaken by the next issue when its thread had been silent for a quarter of an hour',
    {
      moods: ['talks', 'green', 'green'],
      actions: [
        opened,
        wait(30),
        poll,
        { do: 'unlabel', issue: 0, label: 'agent-in-progress', by: 'afk-agent' },
        opened,
        wait(130),
        wait(400),
        wait(400),
      ],
    },
  ],
  [
    'a run that a person unlocked while no watcher ran is closed as cancelled, whatever was begun since',
    {
      moods: ['green', 'hangs', 'green'],
      landing: 'pull-request',
      actions: [
        opened,
        wait(5),
        poll,
        { do: 'unlabel', issue: 0, label: 'agent-in-progress', by: 'mona' },
        { do: 'unlabel', issue: 0, label: 'ready-for-agent', by: 'mona' },
        { do: 'label', issue: 0, label: 'ready-for-agent', by: 'mona' },
        wait(2800),
      ],
    },
  ],
]

describe('histories that once broke', () => {
  it.each(found)('%s', async (_name, history) => {
    expect(await replay(history)).toEqual([])
  })
})

const shop = 'acme/shop'

/** To the end of a life that was disturbed; what is wrong with it then. */
async function endOf(lab: Lab, scenario: Scenario, mayRingTwice = false): Promise<readonly string[]> {
  const problems = () => endProblems(lab, scenario, mayRingTwice)
  await lab.run(30, 30, () => problems().length === 0)
  return [...lab.monitor.broken, ...problems()]
}

/** A slower watcher, which had read the card before, writes over it what it stood for then. */
function writtenOver(lab: Lab): { readonly back: () => void; readonly isOther: () => boolean } {
  const card = () => issueAt(lab.world, shop, 1).comments.find(({ author }) => author === 'afk')
  const before = card()?.body ?? ''
  return {
    back: () => lab.world.people.editComment(shop, card()?.id ?? 0, before, 'afk'),
    isOther: () => card()?.body !== before,
  }
}

function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((one) => one.name === name)
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`)
  return scenario
}

describe('lives that once broke', () => {
  it('a conversation that began between the beginning of a tick and its look at the pull request was sent twice', async () => {
    const scenario = scenarioNamed('conversation')
    const lab = await lifeOf(scenario)
    await lab.tick('poller')
    await lab.pass(60)
    const around: Around = async (call, proceed) => {
      lab.clock.tick(1500)
      if (call.port === 'pulls' && call.operation === 'view') scenario.people?.(lab, 0)
      return proceed()
    }
    await lab.tick('watcher', { around })
    expect(threadsIn(lab.world, shop)[0]?.turns).toHaveLength(2)
    expect(await endOf(lab, scenario)).toEqual([])
  })

  it.each(['conversation', 'fix-forward', 'freeze', 'nudge', 'retry'])(
    'a turn that two watchers without a lock lost from the card was sent, or counted, once more: %s',
    async (name) => {
      const scenario = scenarioNamed(name)
      const lab = await lifeOf(scenario)
      await lab.tick('poller')
      let times = 0
      for (let round = 0; round < 12; round += 1) {
        await lab.pass(30)
        scenario.people?.(lab, round)
        const { back } = writtenOver(lab)
        const turns = threadsIn(lab.world, shop)[0]?.turns.length
        await lab.tick('watcher')
        if (threadsIn(lab.world, shop)[0]?.turns.length === turns) continue
        back()
        times += 1
      }
      expect(times).toBe(scenario.turns - 1)
      expect(await endOf(lab, scenario)).toEqual([])
    },
  )

  it('an answer whose turn was lost from the card was sent once more', async () => {
    const scenario = { ...askedOnly, ends: ['landed (green)'], turns: 2 }
    const lab = await lifeOf(scenario)
    await lab.tick('poller')
    await lab.pass(60)
    await lab.tick('watcher')
    await lab.pass(5)
    lab.world.people.comment(shop, 1, 'Blue', 'mona')
    const { back, isOther } = writtenOver(lab)
    await lab.tick('watcher')
    expect(isOther()).toBe(true)
    back()
    expect(await endOf(lab, scenario)).toEqual([])
  })

  it('a run whose outcome was lost from the card after its end went to work again', async () => {
    const scenario = { ...scenarioNamed('takeover'), ends: ['escalated (end-lost)'], turns: 1 }
    const lab = await lifeOf(scenario)
    await lab.tick('poller')
    await lab.tick('watcher')
    lab.world.people.comment(shop, 1, '/afk stop', 'wendy')
    const { back } = writtenOver(lab)
    await lab.tick('watcher')
    expect(cardsOn(lab.world, shop, 1)[0]?.outcome?.reason).toBe('stopped')
    back()
    lab.monitor.forget(cardsOn(lab.world, shop, 1)[0]?.runId ?? '')
    expect(await endOf(lab, scenario, true)).toEqual([])
  })

  it('an escalated run that was never locked went to work again once somebody had deleted its card', async () => {
    const lab = await lifeOf({ ...scenarioNamed('land') })
    const refusing: Around = async (call, proceed) => {
      if (call.operation === 'startTurn') throw new PortError('executor', 'startTurn', 'refused', 'refused as told')
      return proceed()
    }
    await lab.tick('poller', { around: refusing })
    const [card] = cardsOn(lab.world, shop, 1)
    expect(card?.outcome).toMatchObject({ kind: 'escalated', reason: 'start-failed' })
    expect(labelsOf(lab.world, shop, 1)).toEqual([human])
    for (const { id } of issueAt(lab.world, shop, 1).comments) lab.world.people.deleteComment(shop, id)
    await lab.run(10, 60)
    expect(threadsIn(lab.world, shop)[0]?.turns).toEqual([])
    expect(labelsOf(lab.world, shop, 1)).toEqual([human])
    expect(issueAt(lab.world, shop, 1).comments).toEqual([])
  })

  it('an end whose labels a person took off while the doorbell could not be rung was never told to anybody', async () => {
    const scenario = scenarioNamed('escalate')
    const lab = await lifeOf(scenario)
    await lab.tick('poller')
    await lab.pass(60)
    lab.bells.fail('unavailable', 'ring')
    await lab.tick('watcher')
    expect(cardsOn(lab.world, shop, 1)[0]?.outcome?.kind).toBe('escalated')
    for (const label of [ready, lock]) {
      lab.clock.tick(1000)
      lab.world.people.unlabel(shop, 1, label, 'wendy')
    }
    lab.bells.fail(null)
    await lab.run(5, 60)
    expect(lab.bells.rung.map(({ kind }) => kind)).toEqual(['needs-human'])
    expect(await endOf(lab, scenario)).toEqual([])
  })
})
