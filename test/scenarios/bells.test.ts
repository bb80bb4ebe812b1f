import { describe, expect } from 'vitest'
import { waitsForApproval, waitsForInput } from '../sandbox/t3/agents.ts'
import { expectLanded, history, human, labelled, repo } from './scenario.ts'
import { threadsOf, type Stage } from './stage.ts'

/** SPEC 9: what people see of one run in Slack. */

const quick = 'agentLogins: [afk-agent]\nciSettleSeconds: 0\n'

/** Polls until the agent asks, and rings. */
async function asked(stage: Stage): Promise<number> {
  const number = await labelled(stage)
  await stage.poll()
  await stage.pass(60)
  await stage.watch()
  return number
}

/** A person answers in T3 what the agent asks there. */
function answer(stage: Stage): void {
  const [threadId = ''] = threadsOf(stage.world)
  const [, requestId] = /^waiting:(.+)$/u.exec(Object.keys(stage.cards(repo, 1)[0]?.bells ?? {})[0] ?? '') ?? []
  const command = { commandId: `person:${requestId}`, threadId, requestId, createdAt: '2026-01-01T00:00:00.000Z' }
  stage.tell('a person answers in T3')
  stage.world.t3.dispatch({ ...command, type: 'thread.user-input.respond', answers: { 'Which currency?': 'Yes' } })
}

const bellOf = (stage: Stage, number: number) => Object.values(stage.cards(repo, number)[0]?.bells ?? {})[0]

describe('a bell that asks', () => {
  history(
    'bell-answered',
    'rung, answered in T3: the message says so in its place, and the run lands in its thread, quietly',
    '9',
    { settings: quick, agent: (world) => waitsForInput('Which currency?', world.crew) },
    async (stage) => {
      const number = await asked(stage)
      const { bells } = stage
      expect(bells.rung).toMatchObject([{ kind: 'waiting', mention: true }])
      const first = bells.posted[0]?.receipt
      expect(bellOf(stage, number)).toMatchObject({ ...first })
      await stage.watch()
      expect(bells.updated).toEqual([])
      answer(stage)
      await stage.pass(5)
      await stage.watch()
      expect(bells.updated).toMatchObject([
        {
          receipt: first,
          message: { kind: 'waiting', mention: false, resolved: { what: 'Answered in T3', by: null } },
        },
      ])
      await stage.run(6, 30)
      expectLanded(stage, number)
      expect(bells.rung).toMatchObject([{ kind: 'waiting' }, { kind: 'done', mention: false }])
      expect(bells.posted[1]).toMatchObject({ thread: first })
      expect(bells.updated).toHaveLength(1)
    },
  )

  history(
    'bell-unanswered',
    'rung, never answered: the escalation stands in its thread, and the message asks no more',
    '9',
    {
      settings: `${quick}questionMaxSeconds: 600\n`,
      agent: (world) => waitsForApproval(world.crew),
    },
    async (stage) => {
      const number = await asked(stage)
      await stage.run(14, 60)
      const { bells } = stage
      expect(stage.labels(repo, number)).toEqual([human])
      expect(bells.rung).toMatchObject([{ kind: 'waiting' }, { kind: 'needs-human', mention: true }])
      expect(bells.posted[1]).toMatchObject({ thread: bells.posted[0]?.receipt })
      expect(bells.updated).toMatchObject([{ message: { resolved: { what: 'Nobody answered in time' } } }])
    },
  )

  history(
    'bell-edit-fails',
    'Slack takes no edit: the run goes on, and after three tries the message stays as it is',
    '9',
    { settings: quick, agent: (world) => waitsForInput('Which currency?', world.crew) },
    async (stage) => {
      const number = await asked(stage)
      stage.tell('Slack is down')
      stage.bells.fail('unavailable')
      answer(stage)
      for (let tick = 0; tick < 5; tick += 1) {
        await stage.pass(3)
        await stage.watch()
      }
      expect(bellOf(stage, number)).toMatchObject({ tries: 3 })
      stage.tell('Slack is back')
      stage.bells.fail(null)
      await stage.run(6, 30)
      expectLanded(stage, number)
      expect(stage.bells.updated).toEqual([])
    },
  )
})
