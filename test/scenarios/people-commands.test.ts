import { describe, expect } from 'vitest'
import { headOf } from '../sandbox/world.ts'
import { onTask, talk, workAndPush } from '../sandbox/t3/work.ts'
import { hang, say } from '../sandbox/t3/steps.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import type { World } from '../sandbox/world.ts'
import { waitsForInput } from '../sandbox/t3/agents.ts'
import {
  cardOf,
  crewOf,
  expectUnmerged,
  notesOn,
  opened,
  outcomeOf,
  pullOf,
  settings,
  unreviewed,
  untilOver,
  watching,
} from './landing-stage.ts'
import { asking, pushing, receiptsOn, says, textOfCard, worked, writesInT3 } from './people-stage.ts'
import { expectLanded, history, labelled, lock, ready, repo } from './scenario.ts'
import { threadsOf, type Stage } from './stage.ts'

/** SPEC 16.3: commands in comments. */

/** Says that it works, and goes on until somebody stops it. */
const busy = (): Agent => ({ turn: () => [say('AFK-PHASE: worktree'), hang()] })

const interrupts = (stage: Stage): number => stage.story().split('turn.interrupt').length - 1

const statusNotes = (stage: Stage, number: number) =>
  notesOn(stage, number).filter((body) => body.startsWith('afk: at '))

describe('/afk status', () => {
  history(
    'cmd-status',
    'on the issue and on the pull request: answered once each, where it was asked',
    '16.3',
    { settings: `${unreviewed}merge: human\n`, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      const pull = pullOf(stage).number
      const onIssue = says(stage, number, 'wendy', '/afk status')
      const onPull = says(stage, pull, 'mona', '/AFK Status  \nHow is it going?')
      await watching(stage, 3)
      expect(statusNotes(stage, number)).toHaveLength(1)
      expect(statusNotes(stage, pull)).toHaveLength(1)
      expect(statusNotes(stage, pull)[0]).toMatch(/^afk: at CI for \d+ minutes, the agent's thread is finished, 0 /u)
      expect(statusNotes(stage, pull)[0]).toContain('It waits for a person, at the pull request (merge-human).')
      expect(receiptsOn(stage, onIssue)).toEqual(['afk +1'])
      expect(receiptsOn(stage, onPull)).toEqual(['afk +1'])
    },
  )

  history(
    'cmd-ignored',
    'from others, in other words, or before the run: ignored, and without a receipt',
    '16.3',
    { settings: `${unreviewed}merge: human\n`, agent: crewOf() },
    async (stage) => {
      const { number: early } = stage.world.people.open(repo, { title: 'Other', body: '', author: 'ada', labels: [] })
      expect(early).toBe(1)
      stage.world.people.comment(repo, early, '/afk stop', 'mona')
      await stage.pass(60)
      stage.world.people.label(repo, early, ready, 'mona')
      await stage.pass(120)
      await stage.poll()
      await stage.pass(30)
      await stage.watch()
      const pull = pullOf(stage).number
      const ignored = [
        ...['stranger', 'rea', 'tri', 'afk-agent', 'afk'].flatMap((who) => [
          says(stage, early, who, '/afk stop'),
          says(stage, pull, who, '/afk status'),
        ]),
        ...[
          '/afk',
          '/afk stop it',
          '/afk stop!',
          'Please\n/afk stop',
          '> /afk stop',
          ' /afk stop',
          '/afkstop',
          '/afk: stop',
          '`/afk stop`',
        ].map((body) => says(stage, early, 'mona', body)),
      ]
      const edited = says(stage, early, 'mona', 'All well')
      stage.world.people.editComment(repo, edited, '/afk stop', 'wendy')
      await watching(stage, 2)
      expect(outcomeOf(stage, early)).toBe('none')
      for (const comment of ignored) expect(receiptsOn(stage, comment)).toEqual([])
      expect(statusNotes(stage, pull)).toEqual([])
    },
  )

  for (const when of ['before', 'after'] as const) {
    for (let at = 1; at <= 2; at += 1) {
      history(
        `cmd-status-${at}-${when}`,
        `died ${when} write ${at} of a status`,
        '16.3',
        { settings: pushing, agent: busy },
        async (stage) => {
          const number = await worked(stage)
          await stage.watch()
          const comment = says(stage, number, 'mona', '/afk status')
          await stage.watch({ death: { at, when } })
          await watching(stage, 3)
          expect(stage.story()).toContain('(dies)')
          expect(statusNotes(stage, number)).toHaveLength(1)
          expect(receiptsOn(stage, comment)).toEqual(['afk +1'])
        },
      )
    }
  }
})

describe('/afk stop', () => {
  const moments: readonly {
    name: string
    what: string
    settings: string
    agent: (world: World) => Agent
    before: (stage: Stage) => Promise<number>
    interrupted: number
  }[] = [
    {
      name: 'busy',
      what: 'while the agent works',
      settings: pushing,
      agent: busy,
      before: (stage) => worked(stage, 20),
      interrupted: 1,
    },
    {
      name: 'waiting',
      what: 'while it waits for a person in T3',
      settings: pushing,
      agent: (world) => waitsForInput('Which?', world.crew),
      before: async (stage) => {
        const number = await worked(stage)
        await stage.watch()
        return number
      },
      interrupted: 1,
    },
    {
      name: 'question',
      what: 'while its question is open',
      settings: pushing,
      agent: asking(['Which?']),
      before: async (stage) => {
        const number = await worked(stage)
        await stage.watch()
        return number
      },
      interrupted: 0,
    },
    {
      name: 'approval',
      what: 'while a yes is waited for',
      settings: `${unreviewed}approval: { before: [merge], by: [mona] }\n`,
      agent: crewOf(),
      before: async (stage) => {
        const number = await opened(stage)
        await watching(stage, 2)
        return number
      },
      interrupted: 0,
    },
  ]
  for (const { name, what, settings: config, agent, before, interrupted } of moments) {
    history(`cmd-stop-${name}`, `stopped ${what}`, '16.3', { settings: config, agent }, async (stage) => {
      const number = await before(stage)
      const comment = says(stage, number, 'wendy', '/afk stop')
      await untilOver(stage, number, 3)
      expect(outcomeOf(stage, number)).toBe('cancelled (stopped)')
      expect(stage.labels(repo, number)).toEqual([])
      expect(receiptsOn(stage, comment)).toEqual(['afk +1'])
      expect(interrupts(stage)).toBe(interrupted)
      expect(textOfCard(stage, number)).toContain('stopped by a comment')
      // To retry, the label goes back on (SPEC 16.3): the old command is not obeyed again.
      stage.world.people.label(repo, number, ready, 'mona')
      // A request in T3 outlives the turn that made it: its thread holds the repo until nothing was heard of it for long.
      await stage.pass(name === 'waiting' ? 2400 : 120)
      await stage.poll()
      await stage.watch()
      expect(stage.labels(repo, number)).toEqual([lock, ready])
      expect(stage.cards(repo, number).at(-1)?.outcome).toBeNull()
    })
  }

  history(
    'cmd-stop-review',
    'on the pull request while a review runs: the reviewer is stopped too',
    '16.3, 15.4',
    {
      settings,
      agent: (world) => {
        const works = crewOf()(world)
        const review = busy()
        return { turn: (turn) => (turn.text.includes('You review pull request') ? review : works).turn(turn) }
      },
    },
    async (stage) => {
      const number = await opened(stage)
      await watching(stage, 2)
      expect(cardOf(stage, number)?.reviews).toMatchObject([{ state: 'asked' }])
      const comment = says(stage, pullOf(stage).number, 'mona', '/afk stop')
      await untilOver(stage, number, 3)
      expect(outcomeOf(stage, number)).toBe('cancelled (stopped)')
      expect(receiptsOn(stage, comment)).toEqual(['afk +1'])
      expect(interrupts(stage)).toBe(1)
      expectUnmerged(stage)
    },
  )

  for (const when of ['before', 'after'] as const) {
    for (let at = 1; at <= 4; at += 1) {
      history(
        `cmd-stop-${at}-${when}`,
        `died ${when} write ${at} of a stop`,
        '16.3',
        { settings: pushing, agent: busy },
        async (stage) => {
          const number = await worked(stage, 20)
          const comment = says(stage, number, 'mona', '/afk stop')
          await stage.watch({ death: { at, when } })
          await watching(stage, 3)
          expect(stage.story()).toContain('(dies)')
          expect(outcomeOf(stage, number)).toBe('cancelled (stopped)')
          expect(stage.labels(repo, number)).toEqual([])
          expect(receiptsOn(stage, comment)).toEqual(['afk +1'])
        },
      )
    }
  }
})

describe('a person takes over in T3', () => {
  /** Works for so long before it is ready; a person's turn goes its own way. */
  const driven = (persons: (world: World) => Agent) => (world: World) => {
    const own = persons(world)
    return onTask((task, turn) =>
      turn.text.startsWith('Person:') ? own.turn(turn) : talk('I have looked around.', { paceMs: 1000, ...task }),
    )
  }

  history(
    'own-turn',
    'its turn is left alone, over the budget too; then the run goes on, and the person’s push counts',
    '16.4',
    {
      settings: `${pushing}budgetUsd: 0.1\nmaxRunSeconds: 300\nmaxNudges: 2\n`,
      agent: driven((world) =>
        onTask((task, turn) => [
          say('On it'),
          ...workAndPush({ ...world.crew, paceMs: 200_000 }, task, turn, { ci: 'green', tokens: 200_000 }),
        ]),
      ),
    },
    async (stage) => {
      const number = await worked(stage, 20)
      writesInT3(stage, 'Person: do it my way')
      await stage.pass(20)
      for (let n = 0; n < 6; n += 1) {
        await stage.watch()
        expect(textOfCard(stage, number)).toContain('driven by a person')
        await stage.pass(100)
      }
      expect(stage.turns()).toHaveLength(2)
      expect(interrupts(stage)).toBe(0)
      await watching(stage, 12, 60)
      expectLanded(stage, number)
      expect(stage.turns()).toHaveLength(2)
      expect(textOfCard(stage, number)).toContain(headOf(stage.world, repo).slice(0, 10))
      expect(threadsOf(stage.world)).toHaveLength(1)
    },
  )

  history(
    'own-talk',
    'the person’s turn ends without a push: the run goes on by itself, and nobody drives it any more',
    '16.4',
    {
      settings: pushing,
      agent: (world) =>
        onTask((task, turn) =>
          turn.turnNumber <= 2 ? talk('Let me see.', world.crew) : workAndPush(world.crew, task, turn, { ci: 'green' }),
        ),
    },
    async (stage) => {
      const number = await worked(stage, 20)
      writesInT3(stage, 'Person: what do you think?')
      await stage.watch()
      expect(textOfCard(stage, number)).toContain('driven by a person')
      await stage.pass(20)
      await stage.watch()
      expect(stage.turns()).toHaveLength(3)
      await stage.pass(3)
      await stage.watch()
      expect(textOfCard(stage, number)).not.toContain('driven by a person')
      await stage.run(4, 30)
      expectLanded(stage, number)
    },
  )

  history(
    'own-red',
    'CI is red while a person drives: no corrective turn comes between',
    '16.4, 6.4',
    {
      settings: pushing,
      agent: (world) =>
        onTask((task, turn) => {
          if (turn.turnNumber === 1) return workAndPush(world.crew, task, turn, { ci: 'red' })
          if (turn.turnNumber === 2) return [say('Hm'), ...talk('I see it.', { paceMs: 300_000 })]
          return workAndPush(world.crew, task, turn, { ci: 'green' })
        }),
    },
    async (stage) => {
      const number = await labelled(stage)
      await stage.poll()
      await stage.pass(20)
      writesInT3(stage, 'Person: look at this first')
      await watching(stage, 4, 60)
      expect(stage.turns()).toHaveLength(2)
      await watching(stage, 6, 60)
      expectLanded(stage, number)
      expect(stage.turns()).toHaveLength(3)
    },
  )
})
