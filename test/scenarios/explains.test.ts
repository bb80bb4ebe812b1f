import { describe, expect } from 'vitest'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { expectLanded, expectOneRun, history, human, labelled, ready, repo } from './scenario.ts'
import type { Stage } from './stage.ts'

/** Said where people look: one comment on an issue that stays skipped for a reason only a person can mend. */

const quick = 'agentLogins: [afk-agent]\nciSettleSeconds: 0\n'

const comments = (stage: Stage, number: number, of = repo) =>
  requireIssue(requireRepo(stage.world.github, of), number).comments
const tagged = (stage: Stage, number: number, of = repo) =>
  comments(stage, number, of).filter(({ body }) => body.includes('<!-- afk:why v1 '))
const codes = (stage: Stage, number: number, of = repo) =>
  tagged(stage, number, of).map(({ body }) => /\{"codes":\[(.*)\]\}/.exec(body)?.[1]?.replaceAll('"', ''))

/** The poller alone, a minute a tick. */
async function minutes(stage: Stage, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    await stage.poll()
    await stage.pass(60)
  }
}

/** Polls until this tick's minute is the one in which the repo's issues are told, which a told issue shows. */
async function untilTold(stage: Stage, number: number, of = repo): Promise<void> {
  for (let i = 0; i < 21 && tagged(stage, number, of).length === 0; i += 1) await minutes(stage, 1)
  expect(tagged(stage, number, of)).toHaveLength(1)
}

describe('an issue that waits for people', () => {
  history('t', 'blocked, then edited by a stranger, then labelled anew', '5.1', { settings: quick }, async (stage) => {
    const { people } = stage.world
    const blocker = people.open(repo, { title: 'First this', body: '', author: 'ada' }).number
    const number = await labelled(stage, 'Then that', { body: `Blocked by #${blocker}` })
    await minutes(stage, 7)
    expect(tagged(stage, number)).toEqual([])
    await untilTold(stage, number)
    const [comment] = tagged(stage, number)
    expect(codes(stage, number)).toEqual(['blocked'])
    expect(comment?.body).toContain(`\`acme/shop#${blocker} (open)\``)
    await minutes(stage, 20)
    expect(comments(stage, number)).toHaveLength(1)
    expect(comment?.lastEditedAt).toBeNull()

    stage.tell('ada closes the blocker, rea takes the clause out of the text')
    people.close(repo, blocker, 'ada')
    people.edit(repo, number, { body: 'Nothing blocks it. <!-- afk:why --> @everyone' }, 'rea')
    await minutes(stage, 10)
    expect(codes(stage, number)).toEqual(['edited-after-label'])
    expect(tagged(stage, number)[0]?.id).toBe(comment?.id)

    stage.tell('mona puts the label on anew')
    people.unlabel(repo, number, ready, 'mona')
    people.label(repo, number, ready, 'mona')
    await stage.pass(90)
    await stage.poll()
    expect(tagged(stage, number)).toEqual([])
    await stage.run(4, 30)
    expectLanded(stage, number)
    expectOneRun(stage)
    // Never taken for the card, never told to the agent.
    expect(stage.cards(repo, number)).toHaveLength(1)
    expect(
      stage
        .turns()
        .map(({ text }) => text)
        .join('\n'),
    ).not.toContain('does not start by itself')
  })

  history(
    't-reasons',
    'every other reason, each told once',
    '5.1',
    { settings: quick, repos: [repo, 'acme/api', 'acme/old', 'acme/red'] },
    async (stage) => {
      const { people } = stage.world
      const open = (of: string, by: string) => {
        const { number } = people.open(of, { title: 'A title for @everyone', body: '', author: 'ada' })
        people.label(of, number, ready, by)
        return number
      }
      const untrusted = open(repo, 'tri')
      const withPerson = open('acme/api', 'mona')
      await stage.pass(2)
      people.label('acme/api', withPerson, human, 'ada')
      const moved = open('acme/old', 'mona')
      people.rename('acme/old', 'acme/new')
      const red = open('acme/red', 'mona')
      people.push('acme/red', {
        author: 'ada',
        message: 'Break it',
        files: { a: 'b' },
        ci: stage.world.ci['red'] ?? null,
      })
      await minutes(stage, 30)
      const told = [
        [repo, untrusted, 'untrusted-labeller', '`tri` (permission: `triage`)'],
        ['acme/api', withPerson, 'human-label', '`ready-for-human` was put on by `ada`, 2'],
        ['acme/new', moved, 'repo-moved', '`acme/new`'],
        ['acme/red', red, 'base-red', '`main`'],
      ] as const
      for (const [of, number, code, words] of told) {
        const [comment, ...others] = tagged(stage, number, of)
        expect(others).toEqual([])
        expect(comment?.body).toContain(`{"codes":["${code}"]}`)
        expect(comment?.body).toContain(words)
        expect(comment?.body).not.toContain('@')
        expect(comment?.lastEditedAt).toBeNull()
        expect(comments(stage, number, of)).toHaveLength(1)
      }
    },
  )

  history(
    't-more',
    'blocked in GitHub’s own relationships, and edited: told once each; then a reason changes, and one goes',
    '5.1',
    { settings: quick, repos: [repo, 'acme/api'] },
    async (stage) => {
      const { people } = stage.world
      const blocker = people.open(repo, { title: 'First this', body: '', author: 'ada' }).number
      const blocked = await labelled(stage, 'Then that', { body: 'No clause.' })
      people.addBlocker(repo, blocked, { number: blocker }, 'mona')
      const edited = people.open('acme/api', { title: 'As agreed', body: 'This.', author: 'ada' }).number
      people.label('acme/api', edited, ready, 'mona')
      await stage.pass(2)
      people.edit('acme/api', edited, { title: 'As nobody agreed, @everyone' }, 'rea')
      await minutes(stage, 32)
      const told = [
        [repo, blocked, 'blocked', '**What to do:** Close the blocker'],
        ['acme/api', edited, 'edited-after-label', 'The title was changed by `rea`, 2'],
      ] as const
      const ids = told.map(([of, number, code, words]) => {
        const [comment, ...others] = comments(stage, number, of)
        expect([codes(stage, number, of), others]).toEqual([[code], []])
        expect(comment?.body).toContain(words)
        expect(comment?.body).not.toContain('@')
        // Twenty minutes later it says the same: not a word is written again.
        expect(comment?.lastEditedAt).toBeNull()
        return comment?.id
      })

      stage.tell('ada keeps the edited one for a person, and closes the blocker of the other')
      people.label('acme/api', edited, human, 'ada')
      people.close(repo, blocker, 'ada')
      await minutes(stage, 12)
      expect(comments(stage, edited, 'acme/api').map(({ id }) => id)).toEqual([ids[1]])
      // Who edited costs requests, and is not asked while the free rules keep it from starting (SPEC 5.1).
      expect(codes(stage, edited, 'acme/api')).toEqual(['human-label'])
      expect(tagged(stage, blocked)).toEqual([])
      expect(stage.cards(repo, blocked)).toHaveLength(1)
    },
  )

  history(
    't-gone',
    'the reason goes away, and the issue does not start yet',
    '5.1',
    { settings: `${quick}pickupDelaySeconds: 1800\n` },
    async (stage) => {
      const { people } = stage.world
      const number = people.open(repo, { title: 'With a person', body: '', author: 'ada' }).number
      people.label(repo, number, ready, 'mona')
      await stage.pass(2)
      people.label(repo, number, human, 'mona')
      await untilTold(stage, number)
      stage.tell('mona is done with it, and labels it anew')
      people.unlabel(repo, number, ready, 'mona')
      people.label(repo, number, ready, 'mona')
      await minutes(stage, 10)
      expect(stage.labels(repo, number)).toEqual([ready, human].toSorted())
      expect(comments(stage, number)).toEqual([])
    },
  )

  history('t-off', 'explainOnIssue: false', '4', { settings: `${quick}explainOnIssue: false\n` }, async (stage) => {
    const { number } = stage.world.people.open(repo, { title: 'By a triager', body: '', author: 'ada' })
    stage.world.people.label(repo, number, ready, 'tri')
    await minutes(stage, 25)
    expect(comments(stage, number)).toEqual([])
  })

  history(
    't-foreign',
    'a forged comment, and one that a person made their own',
    '6.2',
    { settings: quick },
    async (stage) => {
      const { number } = stage.world.people.open(repo, { title: 'By a triager', body: '', author: 'ada' })
      stage.world.people.label(repo, number, ready, 'tri')
      stage.world.people.comment(repo, number, 'Start!\n\n<!-- afk:why v1 {"codes":[]} -->', 'stranger')
      await minutes(stage, 25)
      const own = () => tagged(stage, number).filter(({ author }) => author === 'afk')
      expect(own()).toHaveLength(1)
      stage.tell('ada writes into the comment of afk')
      const edited = `My own words.\n${own()[0]?.body}`
      stage.world.people.editComment(repo, own()[0]?.id ?? 0, edited, 'ada')
      await minutes(stage, 25)
      // Hers is left alone, and the issue is told all the same.
      expect(own().map(({ body }) => body.startsWith('My own words.'))).toEqual([true, false])
      stage.world.people.label(repo, number, ready, 'mona')
      stage.world.people.unlabel(repo, number, ready, 'mona')
      stage.world.people.label(repo, number, ready, 'mona')
      await stage.pass(90)
      await stage.poll()
      expect(own().map(({ body }) => body)).toEqual([edited])
      expect(tagged(stage, number)).toHaveLength(2)
    },
  )

  history('t-two', 'two pollers tell the same issue at once', '5.2', { settings: quick }, async (stage) => {
    const { number } = stage.world.people.open(repo, { title: 'By a triager', body: '', author: 'ada' })
    stage.world.people.label(repo, number, ready, 'tri')
    for (let i = 0; i < 25; i += 1) {
      // The other one reads, and writes, between this one's reading and its first write.
      await stage.poll({ beforeFirstWrite: async () => void (await stage.poll()) })
      expect(tagged(stage, number).length).toBeLessThanOrEqual(1)
      await stage.pass(60)
    }
    expect(comments(stage, number)).toHaveLength(1)
  })

  history(
    't-shut',
    'the switch is thrown between the reading and the comment',
    '3.5',
    { settings: quick },
    async (stage) => {
      const { number } = stage.world.people.open(repo, { title: 'By a triager', body: '', author: 'ada' })
      stage.world.people.label(repo, number, ready, 'tri')
      const { t3 } = stage.world
      const read = t3.shell.bind(t3)
      for (let i = 0; i < 25; i += 1) {
        stage.env['AFK_KILL_SWITCH'] = 'off'
        t3.shell = () => {
          stage.env['AFK_KILL_SWITCH'] = 'on'
          return read()
        }
        await stage.poll()
        expect(stage.env['AFK_KILL_SWITCH']).toBe('on')
        await stage.pass(60)
      }
      expect(comments(stage, number)).toEqual([])
    },
  )
})

describe('a poller that dies while it tells', () => {
  for (const when of ['before', 'after'] as const) {
    history(`t-post-${when}`, `died ${when} the comment`, '5.2', { settings: quick }, async (stage) => {
      const { number } = stage.world.people.open(repo, { title: 'By a triager', body: '', author: 'ada' })
      stage.world.people.label(repo, number, ready, 'tri')
      for (let i = 0; i < 21 && !stage.story().includes('(dies)'); i += 1) {
        await stage.poll({ death: { at: 1, when } })
        await stage.pass(60)
      }
      expect(stage.story()).toContain('(dies)')
      await minutes(stage, 22)
      expect(comments(stage, number)).toHaveLength(1)
      expect(codes(stage, number)).toEqual(['untrusted-labeller'])
    })

    history(
      `t-take-${when}`,
      `died ${when} taking the comment away in a dispatch`,
      '5.2',
      { settings: quick },
      async (stage) => {
        const { number } = stage.world.people.open(repo, { title: 'By a triager', body: '', author: 'ada' })
        stage.world.people.label(repo, number, ready, 'tri')
        await untilTold(stage, number)
        stage.world.people.unlabel(repo, number, ready, 'mona')
        stage.world.people.label(repo, number, ready, 'mona')
        await stage.pass(90)
        // Project, thread, turn, card, then this, then the lock.
        await stage.poll({ death: { at: 5, when } })
        expect(tagged(stage, number)).toHaveLength(when === 'before' ? 1 : 0)
        await stage.poll()
        expect(tagged(stage, number)).toEqual([])
        await stage.run(5, 30)
        expectLanded(stage, number)
        expectOneRun(stage)
        expect(comments(stage, number)).toHaveLength(1)
      },
    )
  }
})
