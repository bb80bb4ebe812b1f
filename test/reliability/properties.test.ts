import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addFigure, isFull, seedOf } from './figures.ts'
import { actionArbs, moodsArb, type Action } from './histories/action.ts'
import { livenessProblems, safetyProblems } from './histories/judge.ts'
import { peopleActionArbs, type PeopleAction } from './histories/people-action.ts'
import { createPlay, type Play } from './histories/stageplay.ts'

const histories = isFull ? 5000 : 80

describe('random histories', () => {
  it.each([
    ['by push', 'push', actionArbs],
    ['by pull request, with people in it', 'pull-request', [...actionArbs, ...peopleActionArbs, ...peopleActionArbs]],
  ] as const)(
    'that land %s are safe at every step, and come to their end',
    { timeout: 3_600_000 },
    async (how, landing, arbs) => {
      const seed = seedOf('properties')
      let played = 0
      let actions = 0
      const property = fc.asyncProperty(
        moodsArb,
        fc.commands(
          arbs.map((arb: fc.Arbitrary<Action | PeopleAction>) => arb.map(commandOf)),
          { maxCommands: 60, size: 'max' },
        ),
        async (moods, commands) => {
          const play = await createPlay(moods, undefined, landing)
          await fc.asyncModelRun(() => ({ model: {}, real: play }), [...commands])
          actions += [...commands].length
          expect(await livenessProblems(play), JSON.stringify({ moods })).toEqual([])
          played += 1
        },
      )
      await fc.assert(property, { seed, numRuns: histories })
      addFigure('random histories', { tried: histories, held: played, note: `${how}: ${actions} actions` })
    },
  )
})

function commandOf(action: Action | PeopleAction): fc.AsyncCommand<object, Play> {
  return {
    check: () => true,
    run: async (_model, play) => {
      await play.perform(action)
      expect(safetyProblems(play)).toEqual([])
    },
    toString: () => JSON.stringify(action),
  }
}
