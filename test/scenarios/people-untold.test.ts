import { describe, expect } from 'vitest'
import {
  expectMerged,
  merges,
  notesOn,
  opened,
  pullOf,
  unreviewed,
  untilOver,
  watching,
  working,
} from './landing-stage.ts'
import { asking, pushing, reacts, receiptsOn, says, textOfCard, worked } from './people-stage.ts'
import { expectLanded, history } from './scenario.ts'
import type { Stage } from './stage.ts'

/** SPEC 9: Slack is away when people are to be told, and comes back. Never zero times, and never twice. */

const member = 'U012ABCDEF'
const agent = working(() => ({ ci: 'green', files: { 'a.txt': 'x' } }))
const untold = 'Nobody could be told of this in Slack yet'

const rungFor = (stage: Stage, kind: string) => stage.bells.rung.filter((message) => message.kind === kind)

function goesDown(stage: Stage): void {
  stage.tell('Slack is down')
  stage.bells.fail('unavailable')
}

function comesBack(stage: Stage): void {
  stage.tell('Slack is back')
  stage.bells.fail(null)
}

/** For longer than any patience; then it is rung, once. */
async function expectRungLate(stage: Stage, number: number, kind: string): Promise<void> {
  await watching(stage, 7, 60)
  expect(textOfCard(stage, number)).toContain(untold)
  expect(rungFor(stage, kind)).toEqual([])
  comesBack(stage)
  await watching(stage, 3, 60)
  expect(rungFor(stage, kind)).toMatchObject([{ mention: true }])
  expect(textOfCard(stage, number)).not.toContain(untold)
}

describe('Slack is away, and', () => {
  history(
    'u-question',
    'a question is rung once it is back; a status is answered meanwhile',
    '9, 16.1, 16.3',
    { settings: pushing, agent: asking(['Which currency?']) },
    async (stage) => {
      const number = await worked(stage)
      goesDown(stage)
      const comment = says(stage, number, 'mona', '/afk status')
      await stage.watch()
      expect(notesOn(stage, number).at(-1)).toContain('It waits for an answer of a person on the issue.')
      expect(receiptsOn(stage, comment)).toEqual(['afk +1'])
      await expectRungLate(stage, number, 'question')
      says(stage, number, 'mona', 'Euros')
      await stage.run(8, 30)
      expectLanded(stage, number)
      expect(stage.bells.updated).toMatchObject([{ message: { kind: 'question', resolved: { what: 'Answered' } } }])
    },
  )

  history(
    'u-approval',
    'a yes that only Slack can give is asked for once it is back',
    '9, 16.2',
    { settings: `${unreviewed}approval: { before: [merge], by: [${member}] }\n`, agent },
    async (stage) => {
      const number = await opened(stage)
      goesDown(stage)
      await expectRungLate(stage, number, 'approval')
      expect(textOfCard(stage, number)).toMatch(/Waits for a yes to merge\*\* `\w{10}` by `U012ABCDEF` \(Slack\)/u)
      reacts(stage, 'approval', member, 'white_check_mark')
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'u-approved',
    'a yes on GitHub counts at once',
    '9, 16.2',
    { settings: `${unreviewed}approval: { before: [merge], by: [mona, ${member}] }\n`, agent },
    async (stage) => {
      const number = await opened(stage)
      goesDown(stage)
      await stage.watch()
      const comment = says(stage, number, 'mona', `/afk approve ${pullOf(stage).pull.headSha}`)
      await watching(stage, 2, 60)
      expect(merges(stage)).toBe(1)
      expect(receiptsOn(stage, comment)).toEqual(['afk +1'])
      comesBack(stage)
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(rungFor(stage, 'approval')).toEqual([])
    },
  )

  history(
    'u-human',
    'who merges is told once it is back',
    '9, 15.5',
    { settings: `${unreviewed}merge: human\n`, agent },
    async (stage) => {
      const number = await opened(stage)
      goesDown(stage)
      await expectRungLate(stage, number, 'ready-to-merge')
      expect(textOfCard(stage, number)).toContain('**Waits for a person** at pull request [#')
    },
  )
})
