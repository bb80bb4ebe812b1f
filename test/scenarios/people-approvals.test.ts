import { describe, expect } from 'vitest'
import {
  cardOf,
  expectMerged,
  expectUnmerged,
  notesOn,
  opened,
  outcomeOf,
  pullOf,
  turnsAbout,
  unreviewed,
  untilOver,
  watching,
  working,
} from './landing-stage.ts'
import { approvalsOf, reacts, receiptsOn, says, textOfCard } from './people-stage.ts'
import { expectLanded, history, human, repo } from './scenario.ts'
import type { Stage } from './stage.ts'

/** SPEC 16.2: a person's yes before the merge, for one commit. */

const member = 'U012ABCDEF'
const settings = `${unreviewed}approval: { before: [merge], by: [mona, ${member}] }\n`
const agent = working(({ turnNumber }) => ({ ci: 'green', files: { 'a.txt': `turn ${turnNumber}` } }))

const headOf = (stage: Stage) => pullOf(stage).pull.headSha
const rungFor = (stage: Stage, kind: string) => stage.bells.rung.filter((message) => message.kind === kind)

/** The pull request is open and green, and somebody was asked for the yes to merge it. */
async function askedOf(stage: Stage): Promise<number> {
  const number = await opened(stage)
  await watching(stage, 2)
  expectUnmerged(stage)
  return number
}

/** Whatever was said: it still waits. */
async function expectWaits(stage: Stage, number: number): Promise<void> {
  await watching(stage, 2)
  expect(approvalsOf(stage, number)).toEqual([])
  expect(outcomeOf(stage, number)).toBe('none')
  expectUnmerged(stage)
}

describe('asked for a yes to merge', () => {
  const ways: readonly {
    name: string
    what: string
    says: (stage: Stage, number: number) => number | null
    by: string
    via: string
  }[] = [
    {
      name: 'short',
      what: 'by a comment that names the commit in short',
      says: (stage) => says(stage, pullOf(stage).number, 'mona', `/afk approve ${headOf(stage).slice(0, 7)}\nNice.`),
      by: 'mona',
      via: 'comment',
    },
    {
      name: 'full',
      what: 'by a comment on the issue that names the whole commit',
      says: (stage, number) => says(stage, number, 'mona', `/afk approve ${headOf(stage).toUpperCase()}`),
      by: 'mona',
      via: 'comment',
    },
    {
      name: 'review',
      what: 'by an approving review',
      says: (stage) => {
        stage.tell('mona approves the pull request')
        stage.world.people.approve(repo, pullOf(stage).number, 'mona')
        return null
      },
      by: 'mona',
      via: 'review',
    },
    {
      name: 'reaction',
      what: 'by a reaction in Slack',
      says: (stage) => {
        reacts(stage, 'approval', member, 'white_check_mark')
        return null
      },
      by: member,
      via: 'slack',
    },
  ]
  for (const way of ways) {
    history(`y-${way.name}`, `approved ${way.what}`, '16.2', { settings, agent }, async (stage) => {
      const number = await askedOf(stage)
      const pull = pullOf(stage)
      expect(notesOn(stage, pull.number)).toMatchObject([
        expect.stringContaining(`/afk approve ${pull.pull.headSha.slice(0, 12)}`),
      ])
      expect(rungFor(stage, 'approval')).toMatchObject([{ mention: true }])
      await expectWaits(stage, number)
      expect(rungFor(stage, 'approval')).toHaveLength(1)
      const comment = way.says(stage, number)
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(approvalsOf(stage, number)).toMatchObject([
        { what: 'merge', head: pull.pull.headSha, decision: 'approved', by: way.by, via: way.via },
      ])
      expect(textOfCard(stage, number)).toMatch(
        new RegExp(`Approved to merge \`${pull.pull.headSha.slice(0, 10)}\` by \`${way.by}\` .* at \\d{4}-`, 'u'),
      )
      if (comment !== null) expect(receiptsOn(stage, comment)).toEqual(['afk +1'])
      expect(stage.bells.updated).toMatchObject([{ message: { kind: 'approval', resolved: { what: 'Approved' } } }])
    })
  }

  const noes: readonly { name: string; what: string; says: (stage: Stage, number: number) => void }[] = [
    {
      name: 'comment',
      what: 'by a comment',
      says: (stage, number) => void says(stage, number, 'mona', '/afk reject'),
    },
    { name: 'reaction', what: 'by a reaction', says: (stage) => reacts(stage, 'approval', member, 'x') },
    {
      name: 'both',
      what: 'while another says yes: no wins',
      says: (stage, number) => {
        reacts(stage, 'approval', member, 'white_check_mark')
        says(stage, number, 'mona', '/afk reject')
        says(stage, number, 'mona', `/afk approve ${headOf(stage)}`)
      },
    },
  ]
  for (const no of noes) {
    history(`n-${no.name}`, `rejected ${no.what}`, '16.2', { settings, agent }, async (stage) => {
      const number = await askedOf(stage)
      no.says(stage, number)
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('frozen (rejected)')
      expect(stage.labels(repo, number)).toEqual([human])
      expectUnmerged(stage)
      expect(pullOf(stage).issue.state).toBe('open')
      expect(textOfCard(stage, number)).toContain('Rejected to merge')
      expect(stage.bells.updated).toMatchObject([{ message: { resolved: { what: 'Rejected' } } }])
    })
  }

  history(
    'n-taken-back',
    'a yes, and a no before the merge could be made',
    '16.2',
    { settings: `${settings}merge: human\n`, agent },
    async (stage) => {
      const number = await askedOf(stage)
      says(stage, number, 'mona', `/afk approve ${headOf(stage)}`)
      await watching(stage, 3)
      expect(approvalsOf(stage, number)).toMatchObject([{ decision: 'approved' }])
      says(stage, number, 'mona', '/afk reject')
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('frozen (rejected)')
      expect(approvalsOf(stage, number)).toMatchObject([{ decision: 'approved' }, { decision: 'rejected' }])
    },
  )

  history(
    'y-nobody',
    'by everybody whose word does not count, and about everything but this commit: never counts',
    '16.2',
    { settings, agent },
    async (stage) => {
      const number = await opened(stage)
      const early = says(stage, number, 'mona', '/afk reject')
      await stage.pass(5)
      await watching(stage, 2)
      expect(receiptsOn(stage, early)).toEqual(['afk confused'])
      const head = headOf(stage)
      const pull = pullOf(stage).number
      stage.tell('all kinds of people approve and reject')
      for (const who of ['stranger', 'wendy', 'ada', 'afk-agent', 'afk']) {
        stage.world.people.comment(repo, number, `/afk approve ${head}`, who)
        stage.world.people.comment(repo, pull, '/afk reject', who)
      }
      for (const who of ['wendy', 'stranger']) stage.world.people.approve(repo, pull, who)
      reacts(stage, 'approval', 'U0STRANGER', 'white_check_mark')
      reacts(stage, 'approval', member, 'heavy_check_mark')
      reacts(stage, 'approval', member, '+1')
      const about = ['/afk approve', `/afk approve ${head.slice(0, 6)}`, `/afk approve ${'f'.repeat(40)}`]
      const others = [
        `> /afk approve ${head}`,
        `So: /afk approve ${head}`,
        '/AFK',
        'LGTM',
        `Yes!\n/afk approve ${head}`,
      ]
      const say = (body: string) => stage.world.people.comment(repo, number, body, 'mona').id
      const refused = [...about, `/afk approve ${head} please`].map(say)
      const ignored = others.map(say)
      const edited = stage.world.people.comment(repo, number, 'Hm', 'mona')
      stage.world.people.editComment(repo, edited.id, `/afk approve ${head}`, 'wendy')
      await expectWaits(stage, number)
      // Who may answer and is not understood sees that.
      for (const comment of refused) expect(receiptsOn(stage, comment)).toEqual(['afk confused'])
      for (const comment of ignored) expect(receiptsOn(stage, comment)).toEqual([])
      says(stage, number, 'mona', `/afk approve ${head}`)
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'y-new-commit',
    'a new commit asks again: what was said of the old one never counts',
    '16.2',
    { settings, agent },
    async (stage) => {
      const number = await askedOf(stage)
      const old = headOf(stage)
      const { pull, number: pullNumber } = pullOf(stage)
      stage.tell('wendy pushes to the branch')
      stage.world.people.pushToBranch(repo, pull.headRef, {
        author: 'wendy',
        message: 'A last touch',
        files: { 'b.txt': 'b' },
        ci: stage.world.ci['green'] ?? null,
      })
      says(stage, number, 'mona', `/afk approve ${old}`)
      stage.world.people.approve(repo, pullNumber, 'mona', '', old)
      reacts(stage, 'approval', member, 'white_check_mark')
      await stage.pass(30)
      await watching(stage, 4)
      expect(rungFor(stage, 'approval')).toHaveLength(2)
      await expectWaits(stage, number)
      expect(stage.bells.updated).toMatchObject([
        { message: { resolved: { what: 'No longer asked: there is a newer commit' } } },
      ])
      reacts(stage, 'approval', member, 'white_check_mark')
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(approvalsOf(stage, number)).toMatchObject([{ head: headOf(stage) }])
      expect(headOf(stage)).not.toBe(old)
    },
  )

  history(
    'y-raced',
    'a commit that arrives between the yes and the merge is not merged',
    '16.2, 15.5',
    { settings, agent },
    async (stage) => {
      const number = await askedOf(stage)
      const old = headOf(stage)
      reacts(stage, 'approval', member, 'white_check_mark')
      await stage.watch()
      const { pull } = pullOf(stage)
      await stage.watch({
        beforeFirstWrite: () => {
          stage.tell('wendy pushes while the watcher is about to merge')
          stage.world.people.pushToBranch(repo, pull.headRef, {
            author: 'wendy',
            message: 'One more thing',
            files: { 'c.txt': 'c' },
            ci: stage.world.ci['green'] ?? null,
          })
        },
      })
      await stage.pass(30)
      await watching(stage, 3)
      expectUnmerged(stage)
      expect(rungFor(stage, 'approval')).toHaveLength(2)
      expect(approvalsOf(stage, number).map(({ head }) => head)).toEqual([old])
      reacts(stage, 'approval', member, 'white_check_mark')
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'y-unapproved',
    'nobody says anything',
    '16.2',
    { settings: `${settings}mergeMaxSeconds: 3600\n`, agent },
    async (stage) => {
      const number = await askedOf(stage)
      await watching(stage, 5, 900)
      expect(outcomeOf(stage, number)).toBe('frozen (unapproved)')
      expectUnmerged(stage)
      expect(stage.bells.updated).toMatchObject([{ message: { resolved: { what: 'Nobody answered in time' } } }])
    },
  )

  history(
    'y-no-right',
    'without the right to read reactions approval by GitHub still works, and no tick fails',
    '16.2',
    { settings, agent },
    async (stage) => {
      const number = await askedOf(stage)
      stage.tell('Slack tells nobody of reactions')
      stage.bells.fail('forbidden', 'reactions')
      reacts(stage, 'approval', member, 'white_check_mark')
      expect(await stage.watch()).toBe(0)
      await expectWaits(stage, number)
      stage.world.people.approve(repo, pullOf(stage).number, 'mona')
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'y-findings',
    'a person’s review comment is answered by a new commit, which asks again',
    '15.4, 16.2',
    { settings, agent },
    async (stage) => {
      const number = await askedOf(stage)
      stage.tell('mona asks for a change in a review')
      stage.world.people.reviewThread(repo, pullOf(stage).number, 'mona', { path: 'a.txt', line: 1, body: 'Why?' })
      await watching(stage, 6)
      expect(turnsAbout(stage, 'Why?')).toHaveLength(1)
      expect(rungFor(stage, 'approval')).toHaveLength(2)
      reacts(stage, 'approval', member, 'white_check_mark')
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'y-slow',
    'a yes after two days, and red on the default branch: the time for corrections ran only while afk and its agent were at it',
    '3.8, 16.2',
    {
      settings: `${settings}fixForward: { maxSeconds: 900 }\n`,
      agent: working(({ turnNumber }) => ({
        ci: turnNumber === 1 ? 'red' : 'green',
        files: { 'a.txt': `turn ${turnNumber}` },
      })),
    },
    async (stage) => {
      const number = await opened(stage)
      await watching(stage, 6)
      expect(cardOf(stage, number)?.firstRedAt).not.toBeNull()
      expect(rungFor(stage, 'approval')).toHaveLength(1)
      stage.world.people.planMergeCi(repo, pullOf(stage).number, stage.world.ci['red'] ?? null)
      await stage.pass(172_800)
      reacts(stage, 'approval', member, 'white_check_mark')
      await watching(stage, 12, 20, () => rungFor(stage, 'approval').length > 1)
      expect(outcomeOf(stage, number)).toBe('none')
      await stage.pass(172_800)
      reacts(stage, 'approval', member, 'white_check_mark')
      await untilOver(stage, number)
      expectMerged(stage, number, 2)
    },
  )

  for (const when of ['before', 'after'] as const) {
    for (let at = 1; at <= 3; at += 1) {
      history(
        `y-ask-${at}-${when}`,
        `died ${when} write ${at} of asking for the yes`,
        '16.2',
        { settings, agent },
        async (stage) => {
          const number = await opened(stage)
          await stage.watch({ death: { at, when } })
          expect(stage.story()).toContain('(dies)')
          await stage.pass(10)
          await watching(stage, 2)
          expect(notesOn(stage, pullOf(stage).number)).toHaveLength(1)
          const twice = (at === 2 && when === 'after') || (at === 3 && when === 'before')
          expect(rungFor(stage, 'approval')).toHaveLength(twice ? 2 : 1)
          reacts(stage, 'approval', member, 'white_check_mark')
          await untilOver(stage, number)
          expectMerged(stage, number)
        },
      )
    }
    for (let at = 1; at <= 2; at += 1) {
      history(
        `y-record-${at}-${when}`,
        `died ${when} write ${at} of recording the yes`,
        '16.2',
        { settings, agent },
        async (stage) => {
          const number = await askedOf(stage)
          says(stage, number, 'mona', `/afk approve ${headOf(stage)}`)
          await stage.watch({ death: { at, when } })
          await untilOver(stage, number)
          expectLanded(stage, number)
          expectMerged(stage, number)
          expect(approvalsOf(stage, number)).toHaveLength(1)
        },
      )
    }
  }
})
