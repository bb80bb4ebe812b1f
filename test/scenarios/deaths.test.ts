import { describe, expect } from 'vitest'
import { closesByCommit, landsAtOnce, neverFixes, pushesRedThenFixes, reportsBlocked } from '../sandbox/t3/agents.ts'
import type { World } from '../sandbox/world.ts'
import { expectLanded, expectOneRun, history, human, labelled, ready, repo } from './scenario.ts'
import type { Stage } from './stage.ts'

/** Kills `program` at every write of the tick that makes the most of them, before and after it, and lets later ticks finish. */
const quick = 'agentLogins: [afk-agent]\nciSettleSeconds: 0\n'
const moments = ['before', 'after'] as const

describe('a program that dies at a write', () => {
  for (const when of moments) {
    for (let at = 1; at <= 5; at += 1) {
      history(
        `a-${at}-${when}`,
        `died ${when} write ${at} of a dispatch`,
        '5.2',
        { settings: quick },
        async (stage) => {
          const number = await labelled(stage)
          await stage.poll({ death: { at, when } })
          await stage.run(10, 20)
          expectLanded(stage, number)
          expectOneRun(stage)
        },
      )
    }
  }

  const ends: readonly {
    name: string
    writes: number
    agent: (world: World) => ReturnType<typeof landsAtOnce>
    settings: string
    check: (stage: Stage, number: number) => void
  }[] = [
    { name: 'land', writes: 6, agent: (world) => landsAtOnce(world.crew), settings: quick, check: expectLanded },
    {
      name: 'escalate',
      writes: 6,
      agent: (world) => reportsBlocked('no key', world.crew),
      settings: quick,
      check: (stage, number) => {
        expect(stage.labels(repo, number)).toEqual([human])
        expect(stage.cards(repo, number).map(({ outcome }) => outcome?.kind)).toEqual(['escalated'])
      },
    },
    {
      name: 'freeze',
      writes: 6,
      agent: (world) => neverFixes(world.crew),
      settings: `${quick}fixForward: { maxAttempts: 0 }\n`,
      check: (stage, number) => {
        expect(stage.labels(repo, number)).toEqual([human])
        expect(stage.cards(repo, number).map(({ outcome }) => outcome?.kind)).toEqual(['frozen'])
      },
    },
  ]
  for (const { name, writes, agent, settings, check } of ends) {
    for (let at = 1; at <= writes; at += 1) {
      history(`b-${name}-${at}`, `died after write ${at} of ${name}`, '6.5', { agent, settings }, async (stage) => {
        const number = await labelled(stage)
        await stage.poll()
        await stage.pass(60)
        await stage.watch({ death: { at, when: 'after' } })
        await stage.run(3, 20)
        expect(stage.story()).toContain('(dies)')
        check(stage, number)
        expectOneRun(stage)
        const kinds = stage.bells.rung.map(({ kind }) => kind)
        // Only the death between ringing and recording may ring twice (SPEC 9).
        expect(new Set(kinds).size).toBe(1)
        expect(kinds.length).toBeLessThanOrEqual(at === 2 || at === 3 ? 2 : 1)
      })
    }
  }

  for (let at = 1; at <= 4; at += 1) {
    history(`b-cancel-${at}`, `died after write ${at} of cancel`, '6.5', { settings: quick }, async (stage) => {
      const number = await labelled(stage)
      await stage.poll()
      await stage.pass(2)
      stage.tell('mona takes the ready label off')
      stage.world.people.unlabel(repo, number, ready, 'mona')
      await stage.watch({ death: { at, when: 'after' } })
      await stage.run(3, 20)
      expect(stage.labels(repo, number)).toEqual([])
      expect(stage.cards(repo, number).map(({ outcome }) => outcome?.reason)).toEqual(['label-removed'])
      expect(stage.bells.rung).toEqual([])
    })
  }

  for (const when of moments) {
    for (let at = 1; at <= 2; at += 1) {
      const agent = (world: World) => pushesRedThenFixes(world.crew)
      history(
        `b-fix-${at}-${when}`,
        `died ${when} write ${at} of fix-forward`,
        '6.5',
        { agent, settings: quick },
        async (stage) => {
          const number = await labelled(stage)
          await stage.poll()
          await stage.pass(60)
          await stage.watch({ death: { at, when } })
          await stage.run(8, 30)
          expectLanded(stage, number)
          expect(stage.story()).toContain('(dies)')
          expect(stage.turns()).toHaveLength(2)
          expect(stage.cards(repo, number)[0]?.turns.filter(({ purpose }) => purpose.startsWith('fix:'))).toHaveLength(
            1,
          )
        },
      )
    }
  }

  history(
    'b-closed-fix',
    'closed by the run’s own commit, died in the fix-forward',
    '6.3',
    { agent: (world) => closesByCommit(world.crew) },
    async (stage) => {
      const number = await labelled(stage)
      await stage.poll({ death: { at: 4, when: 'before' } })
      stage.tell('the agent pushes "Closes" before the lock is on')
      await stage.pass(60)
      expect(stage.state(repo, number)).toBe('closed')
      await stage.run(6, 20)
      expectLanded(stage, number)
      expectOneRun(stage)
    },
  )
})
