import { describe, expect } from 'vitest'
import { reviewThreadIdOf } from '../../src/core/ids.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { hang, neverStart, say } from '../sandbox/t3/steps.ts'
import type { Setting } from './scenario.ts'
import { history, human, repo } from './scenario.ts'
import { threadsOf, type Stage } from './stage.ts'
import {
  cardOf,
  crewOf,
  expectMerged,
  expectUnmerged,
  opened,
  outcomeOf,
  settings,
  turnsAbout,
  untilOver,
  watching,
} from './landing-stage.ts'

/** SPEC 15.4: the reviews of a second agent, and what becomes of a run whose review cannot be held. */

const review = 'You review pull request'

/** Reviews do this; the work is done as ever. */
function reviewsBy(steps: 'hang' | 'deaf'): NonNullable<Setting['agent']> {
  return (world) => {
    const works = crewOf()(world)
    return {
      turn: (context) => {
        if (!context.text.includes(review)) return works.turn(context)
        return steps === 'deaf' ? [neverStart()] : [say('I am looking.'), hang()]
      },
    }
  }
}

function reviewerOf(stage: Stage, number: number, round = 1): string {
  return reviewThreadIdOf(cardOf(stage, number)?.runId ?? '', round)
}

describe('the reviewing agent', () => {
  history(
    'pr-rounds-2',
    'two rounds, with findings in both: the second ones are answered too, and are told to people',
    '15.4',
    { settings: `${settings}review: { rounds: 2 }\n`, agent: crewOf(['issues', 'issues']) },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number, 20)
      expectMerged(stage, number)
      const card = cardOf(stage, number)
      expect(card?.reviews?.map(({ round, state }) => [round, state])).toEqual([
        [1, 'issues'],
        [2, 'issues'],
      ])
      expect(card?.findings?.map(({ round }) => round)).toEqual([1, 2])
      expect(turnsAbout(stage, 'the sum forgets the coupon')).toHaveLength(2)
      expect(JSON.stringify(stage.bells.rung)).toContain('Review 2 found issues')
      expect(threadsOf(stage.world)).toHaveLength(3)
    },
  )

  history(
    'pr-silent-once',
    'a review without a result is asked for again in its thread',
    '15.4',
    { settings, agent: crewOf(['silent', 'clean']) },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(cardOf(stage, number)?.reviews).toMatchObject([{ round: 1, attempt: 2, state: 'clean' }])
      expect(turnsAbout(stage, 'Your last turn ended without a line AFK-REVIEW')).toHaveLength(1)
      expect(threadsOf(stage.world)).toHaveLength(2)
    },
  )

  history(
    'pr-silent',
    'a review that never has a result: nothing is merged unseen',
    '15.4',
    { settings, agent: crewOf(['silent', 'silent', 'silent', 'silent']) },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('frozen (review-failed)')
      expectUnmerged(stage)
      expect(turnsAbout(stage, review)).toHaveLength(3)
      expect(stage.labels(repo, number)).toEqual([human])
    },
  )

  history(
    'pr-review-stalls',
    'a reviewer that is never heard of again is interrupted and asked again, as often as retries go',
    '15.4',
    { settings: `${settings}stallSeconds: 300\nmaxTurnRetries: 1\n`, agent: reviewsBy('hang') },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number, 20, 120)
      expect(outcomeOf(stage, number)).toBe('frozen (review-failed)')
      expectUnmerged(stage)
      expect(turnsAbout(stage, review)).toHaveLength(2)
    },
  )

  history(
    'pr-review-never-begins',
    'the turn of a reviewer never begins: asked again after the time that a start may take',
    '15.4',
    { settings: `${settings}startGraceSeconds: 60\nmaxTurnRetries: 1\n`, agent: reviewsBy('deaf') },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number, 14, 40)
      expect(outcomeOf(stage, number)).toBe('frozen (review-failed)')
      expectUnmerged(stage)
    },
  )

  history(
    'pr-review-burnt',
    'the thread of a review is deleted in T3, and its id is never to be used again',
    '15.4',
    { settings, agent: reviewsBy('hang') },
    async (stage) => {
      const number = await opened(stage)
      await watching(stage, 2)
      stage.tell('somebody deletes the reviewer’s thread')
      const threadId = reviewerOf(stage, number)
      stage.world.t3.dispatch({ type: 'thread.delete', commandId: 'person:delete', threadId })
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('frozen (review-failed)')
      expectUnmerged(stage)
    },
  )

  history(
    'pr-review-lost-card',
    'the card is lost after its review: the review is known by its thread, and none is held again',
    '6.2',
    { settings: `${settings}merge: human\n`, agent: crewOf(['issues', 'issues', 'issues']) },
    async (stage) => {
      const number = await opened(stage)
      await watching(stage, 8)
      expect(cardOf(stage, number)?.reviews).toMatchObject([{ round: 1, state: 'issues' }])
      const rung = stage.bells.rung.length
      stage.tell('somebody deletes the card')
      const [card] = requireIssue(requireRepo(stage.world.github, repo), number).comments
      stage.world.people.deleteComment(repo, card?.id ?? 0)
      await watching(stage, 4)
      expect(threadsOf(stage.world)).toHaveLength(2)
      expect(turnsAbout(stage, review)).toHaveLength(1)
      expect(turnsAbout(stage, 'the sum forgets the coupon')).toHaveLength(1)
      expect(cardOf(stage, number)?.reviews).toMatchObject([{ round: 1, state: 'issues' }])
      expect(stage.bells.rung).toHaveLength(rung)
    },
  )
})
