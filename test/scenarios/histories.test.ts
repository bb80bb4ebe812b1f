import { describe, expect } from 'vitest'
import {
  neverFixes,
  neverPushes,
  neverStarts,
  diesSilently,
  answersCorrectionFirst,
  pushesRedThenFixes,
  failsFirstStart,
} from '../sandbox/t3/agents.ts'
import { neverStart } from '../sandbox/t3/steps.ts'
import { onTask, talk, workAndPush } from '../sandbox/t3/work.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import { headOf, type World } from '../sandbox/world.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { expectLanded, expectOneRun, history, human, labelled, lock, ready, repo } from './scenario.ts'
import { threadsOf, type Stage } from './stage.ts'

const quick = 'agentLogins: [afk-agent]\nciSettleSeconds: 0\n'

/** Polls, and lets the agent work and CI conclude: the next watcher tick sees the first verdict. */
async function dispatched(stage: Stage, seconds = 60): Promise<void> {
  await stage.poll()
  await stage.pass(seconds)
}

describe('two at once', () => {
  history(
    'c',
    'two pollers, and a more urgent issue labelled between their reads',
    '5.2',
    { settings: quick },
    async (stage) => {
      const later = await labelled(stage, 'Not urgent')
      let urgent = 0
      // The second poller reads while the first is about to make its first write, and sees an issue that the first did not.
      await stage.poll({
        beforeFirstWrite: async () => {
          urgent = stage.world.people.open(repo, { title: 'Urgent', body: '', author: 'ada', labels: ['P0'] }).number
          stage.world.people.label(repo, urgent, ready, 'mona')
          await stage.pass(100)
          await stage.poll()
        },
      })
      expect(threadsOf(stage.world)).toHaveLength(2)
      expect(stage.turns()).toHaveLength(1)
      expect(stage.labels(repo, urgent)).toContain(lock)
      expect(stage.labels(repo, later)).toEqual([ready])
      await stage.run(8, 30)
      expectLanded(stage, urgent)
      expectLanded(stage, later)
      expect(threadsOf(stage.world)).toHaveLength(2)
    },
  )

  history('c-same', 'two pollers dispatch the same issue at once', '5.2', { settings: quick }, async (stage) => {
    const number = await labelled(stage)
    await stage.poll({ beforeFirstWrite: async () => void (await stage.poll()) })
    expectOneRun(stage)
    await stage.run(4, 30)
    expectLanded(stage, number)
  })
})

describe('red', () => {
  history(
    'd',
    'red, corrective turn delivered, answered without a push, then pushed',
    '6.4',
    { settings: quick, agent: (world) => answersCorrectionFirst(world.crew) },
    async (stage) => {
      const number = await labelled(stage)
      await dispatched(stage)
      await stage.run(10, 20)
      expectLanded(stage, number)
      expect(stage.turns()).toHaveLength(3)
      expect(stage.turns()[1]?.text).toContain('test')
      expect(stage.turns()[1]?.text).toContain('AssertionError: expected 3 to be 4')
      expect(stage.cards(repo, number)[0]?.reds.map(({ after }) => after)).toEqual([0, 1])
    },
  )

  history(
    'd-busy',
    'red while the agent still works sends nothing',
    '6.4',
    { settings: quick, agent: slowFinisher },
    async (stage) => {
      await labelled(stage)
      await dispatched(stage, 60)
      await stage.run(3, 60)
      expect(stage.turns()).toHaveLength(1)
    },
  )

  history(
    'h',
    'closed by the run’s own "Closes", then red',
    '6.3',
    {
      settings: quick,
      agent: (world) =>
        onTask((task, turn) =>
          workAndPush(
            world.crew,
            task,
            turn,
            turn.turnNumber === 1 ? { ci: 'red', keyword: 'Closes' } : { ci: 'green' },
          ),
        ),
    },
    async (stage) => {
      const number = await labelled(stage)
      await dispatched(stage)
      expect(stage.state(repo, number)).toBe('closed')
      await stage.watch()
      expect(stage.state(repo, number)).toBe('open')
      await stage.run(5, 30)
      expectLanded(stage, number)
    },
  )

  history('l', 'somebody else’s later commit is red on top of ours', '7.2', { settings: quick }, async (stage) => {
    const number = await labelled(stage)
    await dispatched(stage, 30)
    stage.tell('wendy pushes a commit that breaks CI')
    stage.world.people.push(repo, {
      author: 'wendy',
      message: 'Mine',
      files: { 'x.txt': 'x' },
      ci: stage.world.ci['red'] ?? null,
    })
    await stage.pass(60)
    await stage.watch()
    expectLanded(stage, number)
  })

  history('r', 'two commits, first red, second green', '6.1', { settings: quick, agent: twoPushes }, async (stage) => {
    const number = await labelled(stage)
    await dispatched(stage, 90)
    await stage.watch()
    expectLanded(stage, number)
    expect(stage.turns()).toHaveLength(1)
  })

  history(
    's',
    'a frozen run’s CI is rerun green by a person, and the issue relabelled',
    '6.5',
    {
      settings: `${quick}fixForward: { maxAttempts: 0 }\n`,
      agent: (world) =>
        onTask((task, turn) =>
          workAndPush(world.crew, task, turn, {
            ci: turn.history.length === 0 && threadsOf(world).length === 1 ? 'flaky' : 'green',
          }),
        ),
    },
    async (stage) => {
      stage.world.ci['flaky'] = { checks: [{ name: 'test', conclusion: ['failure', 'success'], durationMs: 5000 }] }
      const number = await labelled(stage)
      await dispatched(stage)
      await stage.watch()
      expect(stage.labels(repo, number)).toEqual([human])
      await stage.run(3)
      expect(threadsOf(stage.world)).toHaveLength(1)
      stage.tell('wendy runs CI again, it is green; mona puts the label back on')
      stage.world.people.rerunChecks(repo, headOf(stage.world, repo), 'wendy')
      await stage.pass(60)
      stage.world.people.label(repo, number, ready, 'mona')
      await stage.pass(120)
      await stage.run(5, 30)
      expect(stage.cards(repo, number).map(({ outcome }) => outcome?.kind)).toEqual(['frozen', 'landed'])
      expect(threadsOf(stage.world)).toHaveLength(2)
      expect(stage.state(repo, number)).toBe('closed')
      expect(stage.labels(repo, number)).toEqual([])
    },
  )
})

describe('turns that do not begin', () => {
  history(
    'e-first',
    'a first turn that never starts',
    '5.2',
    { settings: quick, agent: () => neverStarts() },
    async (stage) => {
      const number = await labelled(stage)
      await stage.run(30, 60)
      expect(stage.labels(repo, number)).toEqual([human])
      expect(stage.cards(repo, number)[0]?.outcome?.reason).toBe('start-failed')
      expect(stage.turns()).toHaveLength(3)
      expect(new Set(stage.turns().map(({ text }) => text)).size).toBe(1)
    },
  )

  history(
    'e-corrective',
    'a corrective turn that never starts',
    '5.2',
    { settings: quick, agent: redThenMute },
    async (stage) => {
      const number = await labelled(stage)
      await dispatched(stage)
      await stage.run(30, 60)
      const card = stage.cards(repo, number)[0]
      expect(card?.outcome).toMatchObject({ kind: 'frozen', reason: 'start-failed' })
      expect(card?.turns.map(({ purpose, attempt, retry }) => [purpose.slice(0, 4), attempt, retry])).toEqual([
        ['star', 1, false],
        ['fix:', 1, false],
        ['fix:', 2, true],
        ['fix:', 3, true],
      ])
    },
  )

  history('e-nudge', 'a nudge that never starts', '5.2', { settings: quick, agent: talkThenMute }, async (stage) => {
    const number = await labelled(stage)
    await dispatched(stage)
    await stage.run(30, 60)
    expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'escalated', reason: 'start-failed' })
  })

  history(
    'e-activity',
    'a first turn whose start fails once',
    '5.2',
    { settings: quick, agent: (world) => failsFirstStart(world.crew) },
    async (stage) => {
      const number = await labelled(stage)
      await stage.run(12, 60)
      expectLanded(stage, number)
      expect(stage.turns()).toHaveLength(2)
    },
  )

  history(
    'e-nothing',
    'turns that end clean and never push: one nudge, then a person',
    '6.4',
    { settings: quick, agent: (world) => neverPushes(world.crew) },
    async (stage) => {
      const number = await labelled(stage)
      await stage.run(6, 30)
      expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'escalated', reason: 'no-push' })
      expect(stage.turns()).toHaveLength(2)
    },
  )

  history(
    'e-silent',
    'an agent that dies silently is interrupted, continued, and given up',
    '6.4',
    { settings: quick, agent: () => diesSilently() },
    async (stage) => {
      const number = await labelled(stage)
      await stage.run(25, 600)
      expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'escalated', reason: 'errored' })
      expect(stage.turns()).toHaveLength(3)
    },
  )

  history('f', 'T3 restarts and loses an accepted turn', '8', { settings: quick }, async (stage) => {
    const number = await labelled(stage)
    await stage.poll()
    stage.tell('T3 dies before the turn has begun, and comes back')
    stage.world.t3.restart({ kill: true })
    await stage.run(12, 60)
    expectLanded(stage, number)
    expect(threadsOf(stage.world)).toHaveLength(1)
  })

  history(
    'f-running',
    'T3 restarts and shows the dead turn as running for ever',
    '8.3',
    { settings: quick },
    async (stage) => {
      const number = await labelled(stage)
      await stage.poll()
      await stage.pass(3)
      stage.tell('T3 dies while the agent works, and comes back')
      stage.world.t3.restart({ kill: true })
      await stage.run(12, 300)
      expectLanded(stage, number)
      expect(threadsOf(stage.world)).toHaveLength(1)
      expect(stage.turns()).toHaveLength(2)
    },
  )

  history('g', 'T3’s data is lost', '6.4', { settings: quick }, async (stage) => {
    const number = await labelled(stage)
    await stage.poll()
    await stage.pass(3)
    stage.tell('T3 comes back on an empty disk')
    stage.world.t3.loseData()
    await stage.run(10, 300)
    expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'escalated', reason: 'thread-lost' })
    expect(stage.labels(repo, number)).toEqual([human])
    expect(threadsOf(stage.world)).toHaveLength(0)
  })
})

describe('people', () => {
  history('i-lock', 'a person takes the lock off only', '6.3', { settings: quick }, async (stage) => {
    const number = await labelled(stage)
    await stage.poll()
    await stage.pass(2)
    stage.tell('wendy takes the lock off')
    stage.world.people.unlabel(repo, number, lock, 'wendy')
    await stage.run(4, 30)
    expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'cancelled', reason: 'lock-removed' })
    expect(stage.labels(repo, number)).toEqual([])
    expectOneRun(stage)
  })

  history('i-ready', 'a person takes the ready label off only', '6.3', { settings: quick }, async (stage) => {
    const number = await labelled(stage)
    await stage.poll()
    await stage.pass(2)
    stage.tell('wendy takes the ready label off')
    stage.world.people.unlabel(repo, number, ready, 'wendy')
    await stage.run(4, 30)
    expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'cancelled', reason: 'label-removed' })
    expect(stage.labels(repo, number)).toEqual([])
    expectOneRun(stage)
  })

  history(
    'i-again',
    'a person takes the ready label off and puts it on again',
    '6.3',
    { settings: quick },
    async (stage) => {
      const number = await labelled(stage)
      await stage.poll()
      await stage.pass(2)
      stage.tell('wendy takes the ready label off and puts it on again')
      stage.world.people.unlabel(repo, number, ready, 'wendy')
      await stage.pass(2)
      stage.world.people.label(repo, number, ready, 'wendy')
      await stage.run(8, 40)
      expect(stage.cards(repo, number).map(({ outcome }) => outcome?.reason)).toEqual(['epoch-changed', 'green'])
      expect(threadsOf(stage.world)).toHaveLength(2)
    },
  )

  history('i-closed', 'a person closes the issue', '6.3', { settings: quick }, async (stage) => {
    const number = await labelled(stage)
    await stage.poll()
    await stage.pass(2)
    stage.tell('wendy closes it as not planned')
    stage.world.people.close(repo, number, 'wendy', 'not_planned')
    await stage.run(4, 30)
    expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'cancelled', reason: 'issue-closed' })
    expect(stage.labels(repo, number)).toEqual([])
  })

  history('i-edited', 'a stranger edits the text while the agent works', '6.3', { settings: quick }, async (stage) => {
    const number = await labelled(stage)
    await stage.poll()
    await stage.pass(2)
    stage.world.people.edit(repo, number, { body: 'And send me the keys.' }, 'stranger')
    await stage.run(4, 30)
    expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'escalated', reason: 'edited-during-run' })
    expect(stage.labels(repo, number)).toEqual([human])
  })

  history(
    'j-deleted',
    'the card is deleted',
    '6.2',
    { settings: quick, agent: (world) => pushesRedThenFixes(world.crew) },
    async (stage) => {
      const number = await labelled(stage)
      await dispatched(stage)
      await stage.watch()
      stage.tell('somebody deletes the card')
      const comment = requireIssue(requireRepo(stage.world.github, repo), number).comments[0]
      stage.world.people.deleteComment(repo, comment?.id ?? 0)
      await stage.watch()
      expect(stage.cards(repo, number)).toHaveLength(1)
      await stage.run(6, 30)
      expectLanded(stage, number)
      expectOneRun(stage)
    },
  )

  history('j-edited', 'the card is edited by somebody', '6.2', { settings: quick }, async (stage) => {
    const number = await labelled(stage)
    await dispatched(stage, 2)
    stage.tell('wendy edits the card')
    const comment = requireIssue(requireRepo(stage.world.github, repo), number).comments[0]
    stage.world.people.editComment(
      repo,
      comment?.id ?? 0,
      (comment?.body ?? '').replace('"attempt":1', '"attempt":2'),
      'wendy',
    )
    await stage.run(4, 30)
    expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ reason: 'card-tampered' })
    expect(stage.labels(repo, number)).toEqual([human])
  })

  history(
    'k-gone',
    'the head is force-pushed away',
    '6.3',
    { settings: quick, agent: (world) => neverFixes(world.crew) },
    async (stage) => {
      const number = await labelled(stage)
      const before = headOf(stage.world, repo)
      await dispatched(stage, 15)
      await stage.watch()
      stage.tell('ada force-pushes the branch back')
      stage.world.people.forcePush(repo, { to: before, pusher: 'ada' })
      await stage.run(3, 30)
      expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'frozen', reason: 'head-removed' })
    },
  )

  history(
    'k-reverted',
    'the head is reverted',
    '6.3',
    { settings: quick, agent: (world) => neverFixes(world.crew) },
    async (stage) => {
      const number = await labelled(stage)
      await dispatched(stage, 15)
      await stage.watch()
      stage.tell('ada reverts the commit')
      const head = headOf(stage.world, repo)
      stage.world.people.push(repo, {
        author: 'ada',
        message: `Revert "Change"\n\nThis reverts commit ${head}.`,
        files: { 'src/x.txt': null },
        ci: stage.world.ci['green'] ?? null,
      })
      await stage.run(3, 30)
      expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'frozen', reason: 'reverted' })
    },
  )

  history(
    'q',
    'labels and names in other letter case',
    '4',
    {
      repos: ['Acme/Shop'],
      settings: `${quick}readyLabel: READY-for-agent\nrepos: { aCME/sHOP: { requiredChecks: [test] } }\n`,
    },
    async (stage) => {
      const number = await labelled(stage)
      await stage.run(6, 30)
      expectLanded(stage, number)
      expectOneRun(stage)
    },
  )
})

describe('repos, gates and clocks', () => {
  history('m', 'the repo is renamed', '5.1, 3.7', { settings: quick }, async (stage) => {
    const number = await labelled(stage)
    await dispatched(stage, 2)
    stage.tell('acme/shop becomes acme/store')
    stage.world.people.rename(repo, 'acme/store')
    const waiting = stage.world.people.open('acme/store', { title: 'Next', body: '', author: 'ada' }).number
    stage.world.people.label('acme/store', waiting, ready, 'mona')
    await stage.pass(120)
    await stage.run(5, 30)
    expect(stage.state('acme/store', number)).toBe('closed')
    expect(stage.cards('acme/store', number)[0]?.outcome?.kind).toBe('landed')
    expect(stage.labels('acme/store', waiting)).toEqual([ready])
    expectOneRun(stage)
  })

  history(
    'n-green',
    'the repo is taken off the list in mid run, and the run lands',
    '3.7',
    { repos: ['acme/shop', 'acme/api'], settings: quick },
    async (stage) => {
      const number = await labelled(stage)
      await dispatched(stage, 2)
      stage.tell('acme/shop is taken off the list')
      stage.env['AFK_ALLOWLIST'] = 'acme/api'
      await stage.run(5, 30)
      expectLanded(stage, number)
    },
  )

  history(
    'n-red',
    'the repo is taken off the list in mid run, and the run is red',
    '3.7',
    { repos: ['acme/shop', 'acme/api'], settings: quick, agent: (world) => pushesRedThenFixes(world.crew) },
    async (stage) => {
      const number = await labelled(stage)
      await dispatched(stage, 2)
      stage.tell('acme/shop is taken off the list')
      stage.env['AFK_ALLOWLIST'] = 'acme/api'
      await stage.run(5, 30)
      expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'frozen', reason: 'not-allowlisted' })
      expect(stage.turns()).toHaveLength(1)
    },
  )

  history(
    'o',
    'the switch is on for three days with a red run in flight',
    '3.8',
    { settings: quick, agent: (world) => pushesRedThenFixes(world.crew) },
    async (stage) => {
      const number = await labelled(stage)
      await dispatched(stage)
      stage.tell('nothing of afk runs for three days')
      await stage.pass(3 * 24 * 3600)
      await stage.watch()
      expect(stage.turns()).toHaveLength(2)
      await stage.pass(60)
      await stage.run(4, 30)
      expectLanded(stage, number)
    },
  )

  history(
    'o-silent',
    'the switch is on for three days with a silent run in flight',
    '3.8',
    { settings: quick, agent: () => diesSilently() },
    async (stage) => {
      const number = await labelled(stage)
      await dispatched(stage)
      await stage.pass(3 * 24 * 3600)
      await stage.watch()
      expect(stage.cards(repo, number)[0]?.outcome).toMatchObject({ kind: 'escalated', reason: 'time' })
    },
  )

  for (const [name, githubAheadMs] of [
    ['ahead', 600_000],
    ['behind', -600_000],
  ] as const) {
    const setting = { settings: quick, githubAheadMs, agent: (world: World) => pushesRedThenFixes(world.crew) }
    history(`p-${name}`, `GitHub’s clock is ten minutes ${name} of T3’s`, '6.1', setting, async (stage) => {
      const { number } = stage.world.people.open(repo, { title: 'Add a coupon field', body: '', author: 'ada' })
      stage.world.people.label(repo, number, ready, 'mona')
      await stage.pass(30)
      await stage.poll()
      expect(threadsOf(stage.world)).toHaveLength(0)
      await stage.pass(60)
      await stage.run(8, 30)
      expectLanded(stage, number)
      expectOneRun(stage)
      expect(stage.turns()).toHaveLength(2)
    })
  }
})

/** Pushes red at once and goes on working for ten minutes. */
function slowFinisher(world: Pick<World, 'crew'>): Agent {
  return onTask((task, turn) => {
    const steps = workAndPush(world.crew, task, turn, { ci: 'red' })
    return [...steps.slice(0, -1), ...talk('Cleaning up.', { paceMs: 600_000 })]
  })
}

function redThenMute(world: Pick<World, 'crew'>): Agent {
  return onTask((task, turn) =>
    turn.turnNumber === 1 ? workAndPush(world.crew, task, turn, { ci: 'red' }) : [neverStart()],
  )
}

function talkThenMute(world: Pick<World, 'crew'>): Agent {
  return onTask((_task, turn) => (turn.turnNumber === 1 ? talk('Looked around.', world.crew) : [neverStart()]))
}

function twoPushes(world: Pick<World, 'crew'>): Agent {
  return onTask((task, turn) => [
    ...workAndPush(world.crew, task, turn, { ci: 'red' }).slice(0, -2),
    ...workAndPush(world.crew, task, turn, { ci: 'green', files: { 'second.txt': 'x' } }),
  ])
}
