import { describe, expect } from 'vitest'
import { reviewThreadIdOf } from '../../src/core/ids.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { askApproval, finish, hang, neverStart, say } from '../sandbox/t3/steps.ts'
import type { Setting } from './scenario.ts'
import { history, human, repo } from './scenario.ts'
import { threadsOf, type Stage } from './stage.ts'
import {
  cardOf,
  crewOf,
  expectMerged,
  expectUnmerged,
  opened,
  notesOn,
  outcomeOf,
  pullOf,
  settings,
  turnsAbout,
  untilOver,
  watching,
} from './landing-stage.ts'

/** SPEC 15.4: the reviews of a second agent, and what becomes of a run whose review cannot be held. */

const review = 'You review pull request'

/** Reviews do this; the work is done as ever. */
function reviewsBy(steps: 'hang' | 'deaf' | 'ask'): NonNullable<Setting['agent']> {
  return (world) => {
    const works = crewOf()(world)
    return {
      turn: (context) => {
        if (!context.text.includes(review)) return works.turn(context)
        if (steps === 'ask') return [askApproval('git fetch'), say('I find nothing.\n\nAFK-REVIEW: clean'), finish()]
        return steps === 'deaf' ? [neverStart()] : [say('I am looking.'), hang()]
      },
    }
  }
}

function bodyOfCard(stage: Stage, number: number): string {
  return requireIssue(requireRepo(stage.world.github, repo), number).comments[0]?.body ?? ''
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
      expect(stage.bells.rung.at(-1)?.paragraphs).toContainEqual({
        label: 'Open',
        text: 'Review 2 found issues. The agent answered them, and no further review has looked at the answer.',
        quote: '1. `src/a.ts`, line 3: the sum forgets the coupon.',
      })
      expect(card?.reviews?.map(({ found }) => found?.length ?? 0)).toEqual([0, 1])
      expect(bodyOfCard(stage, number)).toContain("- `1. 'src/a.ts', line 3: the sum forgets the coupon.`")
      expect(threadsOf(stage.world)).toHaveLength(3)
    },
  )

  history(
    'pr-findings-dies',
    'died between the record that the findings are sent and their turn: they are sent once, and whole',
    '5.2, 15.4',
    { settings, agent: crewOf(['issues']) },
    async (stage) => {
      const number = await opened(stage)
      await watching(stage, 9, 20, () => cardOf(stage, number)?.reviews?.[0]?.state === 'issues')
      await stage.watch({ death: { at: 1, when: 'after' } })
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(turnsAbout(stage, 'which you opened, was reviewed')).toHaveLength(1)
      expect(turnsAbout(stage, 'the sum forgets the coupon.\n\nAFK-REVIEW: issues')).toHaveLength(1)
    },
  )

  history(
    'pr-review-asks',
    'the reviewer asks for an approval in T3: people are told once, with its thread; a person gives it, and the review goes on',
    '6.4',
    { settings: `${settings}stallSeconds: 300\n`, agent: reviewsBy('ask') },
    async (stage) => {
      const number = await opened(stage)
      // Longer than a thread may be silent: who waits for a person is not stalled.
      await watching(stage, 6, 120)
      expect(stage.bells.rung).toMatchObject([{ kind: 'waiting', mention: true }])
      const threadId = reviewerOf(stage, number)
      expect(stage.bells.rung[0]?.buttons.find(({ label }) => label === 'Thread')?.url).toContain(threadId)
      expect(JSON.stringify(stage.bells.rung)).toContain('The agent that reviews the work asks for an approval in T3')
      expect(turnsAbout(stage, review)).toHaveLength(1)
      stage.tell('a person approves it in T3')
      const requestId = Object.keys(cardOf(stage, number)?.bells ?? {})[0]?.replace('waiting:', '') ?? ''
      const command = { commandId: 'person:1', threadId, requestId, createdAt: '2026-01-01T00:00:00.000Z' }
      stage.world.t3.dispatch({ ...command, type: 'thread.approval.respond', decision: 'accept' })
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(stage.bells.updated).toMatchObject([
        { message: { kind: 'waiting', resolved: { what: 'Answered in T3' } } },
      ])
      expect(turnsAbout(stage, review)).toHaveLength(1)
    },
  )

  history(
    'pr-review-unanswered',
    'the reviewer asks for an approval in T3, and nobody answers: nothing is merged unseen, and people are told why',
    '6.4',
    { settings: `${settings}stallSeconds: 300\nquestionMaxSeconds: 600\n`, agent: reviewsBy('ask') },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number, 12, 120)
      expect(outcomeOf(stage, number)).toBe('frozen (unanswered)')
      expectUnmerged(stage)
      expect(stage.bells.rung.map(({ kind }) => kind)).toEqual(['waiting', 'frozen'])
      expect(JSON.stringify(stage.bells.rung[1])).toContain(
        'nobody answered the agent that reviews the work: it asked for an approval in T3',
      )
      expect(turnsAbout(stage, review)).toHaveLength(1)
      expect(stage.bells.updated).toMatchObject([{ message: { resolved: { what: 'Nobody answered in time' } } }])
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
      expect(JSON.stringify(stage.bells.rung)).toContain('the sum forgets the coupon')
      const note = "It began: `1. 'src/a.ts', line 3: the sum forgets the coupon.`"
      expect(notesOn(stage, pullOf(stage).number).join('\n')).toContain(note)
      const rung = stage.bells.rung.length
      stage.tell('somebody deletes the card')
      const [card] = requireIssue(requireRepo(stage.world.github, repo), number).comments
      stage.world.people.deleteComment(repo, card?.id ?? 0)
      await watching(stage, 4)
      expect(threadsOf(stage.world)).toHaveLength(2)
      expect(turnsAbout(stage, review)).toHaveLength(1)
      expect(turnsAbout(stage, 'the sum forgets the coupon')).toHaveLength(1)
      expect(cardOf(stage, number)?.reviews).toMatchObject([{ round: 1, state: 'issues' }])
      // What it found is read in its thread again.
      expect(bodyOfCard(stage, number)).toContain('the sum forgets the coupon')
      expect(stage.bells.rung).toHaveLength(rung)
    },
  )
})
