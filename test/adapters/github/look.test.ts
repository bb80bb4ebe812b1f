import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addApp, installApp, issueInstallationToken } from '../../sandbox/github/state/apps.ts'
import { addRepo, requireRepo, setPermission } from '../../sandbox/github/state/repos.ts'
import { requireIssue } from '../../sandbox/github/state/issues.ts'
import type { IssueFacts } from '../../../src/core/model.ts'
import type { Rig } from './rig.ts'
import { connect, labels, shop, startRig, valuesOf } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

async function look(number: number): Promise<IssueFacts> {
  const [found] = valuesOf(await rig.hub.tracker.look([{ repo: shop, number, labels }]))
  if (found === undefined) throw new Error('no answer')
  return found
}

const user = (login: string) => ({ login, kind: 'user' })

describe('look', () => {
  it('has everything about an issue, oldest first', async () => {
    const { people } = rig
    people.open(shop, { title: 'blocker', author: 'mona' })
    people.open(shop, { title: 'First title', body: 'First body', author: 'rea' })
    const start = rig.state.clock.now()
    rig.pass(10_000)
    const event = people.label(shop, 2, labels.ready, 'mona')
    people.label(shop, 2, 'bug', 'mona')
    rig.pass(10_000)
    people.edit(shop, 2, { body: 'Second body' }, 'stranger')
    rig.pass(10_000)
    people.edit(shop, 2, { title: 'Second title' }, 'rea')
    people.unlabel(shop, 2, labels.ready, 'ada')
    people.addBlocker(shop, 2, { number: 1 }, 'mona')
    const comment = people.comment(shop, 2, 'hello', 'tri')

    const facts = await look(2)
    expect(facts).toMatchObject({
      repo: shop,
      number: 2,
      title: 'Second title',
      body: 'Second body',
      labels: ['bug'],
      state: 'open',
      author: user('rea'),
      closed: null,
      openDependencies: 1,
      dependencies: [{ repo: shop, number: 1, state: 'open' }],
    })
    expect(facts.labelEvents).toMatchObject([
      { id: event?.nodeId, action: 'labeled', label: labels.ready, actor: user('mona'), at: start + 10_000 },
      { action: 'unlabeled', label: labels.ready, actor: user('ada'), at: start + 30_000 },
    ])
    expect(facts.edits).toEqual([
      { what: 'body', actor: user('stranger'), at: start + 20_000 },
      { what: 'title', actor: user('rea'), at: start + 30_000 },
    ])
    expect(facts.comments).toEqual([
      {
        id: comment.id,
        author: user('tri'),
        body: 'hello',
        createdAt: start + 30_000,
        own: false,
        editedByOther: false,
      },
    ])
  })

  it('keeps events of the three labels in any letter case, and no others', async () => {
    rig.people.open(shop, { title: 't', author: 'mona' })
    for (const label of ['bug', 'AGENT-In-Progress', labels.human]) rig.people.label(shop, 1, label, 'mona')
    const facts = await look(1)
    expect(facts.labelEvents.map(({ label }) => label.toLowerCase())).toEqual([labels.inProgress, labels.human])
  })

  it('takes the text as first written for no edit, and an edit within the same second for one', async () => {
    rig.people.open(shop, { title: 't', body: 'one', author: 'rea' })
    expect((await look(1)).edits).toEqual([])
    rig.people.edit(shop, 1, { body: 'two' }, 'stranger')
    expect((await look(1)).edits).toMatchObject([{ actor: user('stranger') }])
  })

  it('shows an editor whose account is gone as null', async () => {
    rig.people.open(shop, { title: 't', body: 'one', author: 'rea' })
    rig.pass(1000)
    rig.people.edit(shop, 1, { body: 'two' }, 'stranger')
    const edit = requireIssue(requireRepo(rig.state, shop), 1).edits.at(-1)
    if (edit) edit.editor = null
    expect((await look(1)).edits).toMatchObject([{ what: 'body', actor: null }])
  })

  it('tells own comments, and those that somebody else edited', async () => {
    const { people } = rig
    people.open(shop, { title: 't', author: 'mona' })
    const ids = ['afk', 'afk', 'afk', 'mona'].map((login) => people.comment(shop, 1, 'text', login).id)
    const [, edited, tampered, theirs] = ids
    rig.pass(1000)
    people.editComment(shop, edited ?? 0, 'changed', 'afk')
    people.editComment(shop, tampered ?? 0, 'changed', 'mona')
    people.editComment(shop, theirs ?? 0, 'changed', 'ada')
    expect((await look(1)).comments.map(({ own, editedByOther }) => [own, editedByOther])).toEqual([
      [true, false],
      [true, false],
      [true, true],
      [false, true],
    ])
  })

  it('knows its own comments as an app, whose login has a suffix in REST alone', async () => {
    addApp(rig.state, { slug: 'afk-bot', owner: 'acme' })
    const { token } = issueInstallationToken(rig.state, installApp(rig.state, 'afk-bot', [shop]))
    const hub = connect(rig.server.url, { token: { read: () => token, reload: () => token } })
    rig.people.open(shop, { title: 't', author: 'mona' })
    rig.people.comment(shop, 1, 'by the app', 'afk-bot[bot]')
    expect(await hub.tracker.self()).toEqual({ login: 'afk-bot', kind: 'bot' })
    const [facts] = valuesOf(await hub.tracker.look([{ repo: shop, number: 1, labels }]))
    expect(facts?.comments).toMatchObject([{ own: true, author: { login: 'afk-bot', kind: 'bot' } }])
  })

  it('tells who or which commit closed it last', async () => {
    rig.people.open(shop, { title: 't', author: 'mona' })
    const sha = rig.people.push(shop, { author: 'wendy', message: 'Closes #1', files: { a: 'a' } })
    expect((await look(1)).closed).toMatchObject({ commit: sha, actor: user('wendy') })
    rig.pass(1000)
    rig.people.reopen(shop, 1, 'mona')
    expect((await look(1)).closed).toBeNull()
    rig.people.close(shop, 1, 'ada')
    expect(await look(1)).toMatchObject({
      state: 'closed',
      closed: { commit: null, actor: user('ada'), at: rig.state.clock.now() },
    })
  })

  it('has lists beyond a page', async () => {
    const { people } = rig
    people.open(shop, { title: 't', body: '0', author: 'mona' })
    for (let turn = 1; turn <= 70; turn += 1) {
      rig.pass(1000)
      people.label(shop, 1, labels.ready, 'mona')
      people.unlabel(shop, 1, labels.ready, 'ada')
    }
    for (let turn = 1; turn <= 205; turn += 1) {
      rig.pass(1000)
      people.edit(shop, 1, { body: String(turn) }, 'rea')
      people.comment(shop, 1, `comment ${String(turn)}`, 'tri')
    }
    for (let turn = 1; turn <= 55; turn += 1) {
      const { number } = people.open(shop, { title: 'b', author: 'mona' })
      people.addBlocker(shop, 1, { number }, 'mona')
    }
    const facts = await look(1)
    expect(facts.labelEvents).toHaveLength(140)
    expect(facts.edits).toHaveLength(205)
    expect(facts.dependencies).toHaveLength(55)
    expect(facts.comments.map(({ body }) => body)).toEqual(
      Array.from({ length: 205 }, (_, index) => `comment ${String(index + 1)}`),
    )
    for (const list of [facts.labelEvents, facts.edits]) {
      expect(list.map(({ at }) => at)).toEqual(list.map(({ at }) => at).toSorted((a, b) => a - b))
    }
  })

  it('counts a blocker that it may not see', async () => {
    addRepo(rig.state, 'acme/secret', { private: true })
    rig.people.open('acme/secret', { title: 'hidden', author: 'ada' })
    rig.people.open(shop, { title: 't', author: 'mona' })
    rig.people.addBlocker(shop, 1, { repo: 'acme/secret', number: 1 }, 'ada')
    const facts = await look(1)
    expect(facts.dependencies.filter(({ state }) => state === 'open').length).toBeLessThanOrEqual(
      facts.openDependencies,
    )
  })

  it('answers a pull request, a missing number and a hidden repo as not found, beside what is there', async () => {
    rig.people.open(shop, { title: 't', author: 'mona' })
    rig.people.open(shop, { title: 'pull', author: 'mona', isPullRequest: true })
    addRepo(rig.state, 'acme/secret', { private: true })
    const refs = [shop, shop, shop, 'acme/secret'].map((repo, index) => ({ repo, number: [2, 99, 1, 1][index] ?? 0 }))
    const answers = await rig.hub.tracker.look(refs.map((ref) => ({ ...ref, labels })))
    expect(answers.map(({ ref }) => ref)).toEqual(refs)
    expect(answers.map((answer) => (answer.ok ? answer.value.number : answer.error.category))).toEqual([
      'not-found',
      'not-found',
      1,
      'not-found',
    ])
  })

  it('asks for 20 issues in one request of one point', async () => {
    for (let number = 1; number <= 21; number += 1) rig.people.open(shop, { title: 't', author: 'mona' })
    const issues = Array.from({ length: 21 }, (_, index) => ({ repo: shop, number: index + 1, labels }))
    await rig.hub.tracker.look(issues.slice(0, 20))
    expect(rig.taken().map(({ points }) => points)).toEqual([1])
    expect(valuesOf(await rig.hub.tracker.look(issues))).toHaveLength(21)
    expect(rig.taken()).toHaveLength(2)
  })
})

describe('states', () => {
  it('tells open, closed and unreadable, pull requests too, in order', async () => {
    const { people } = rig
    people.open(shop, { title: 'open', author: 'mona' })
    people.open(shop, { title: 'closed', author: 'mona' })
    people.close(shop, 2, 'mona', 'not_planned')
    people.open(shop, { title: 'pull', author: 'mona', isPullRequest: true })
    addRepo(rig.state, 'acme/secret', { private: true })
    people.open('acme/secret', { title: 'hidden', author: 'ada' })
    const refs = [
      { repo: 'acme/secret', number: 1 },
      { repo: shop, number: 2 },
      { repo: shop, number: 1 },
      { repo: shop, number: 3 },
      { repo: shop, number: 4 },
      { repo: 'acme/nowhere', number: 4 },
    ]
    const states = await rig.hub.tracker.states(refs)
    expect(states.map(({ state }) => state)).toEqual([
      'unreadable',
      'closed',
      'open',
      'open',
      'unreadable',
      'unreadable',
    ])
    expect(states.map(({ repo, number }) => ({ repo, number }))).toEqual(refs)
    expect(rig.taken()).toHaveLength(1)
    setPermission(rig.state, requireRepo(rig.state, 'acme/secret'), 'afk', 'read')
    expect(await rig.hub.tracker.states(refs.slice(0, 1))).toMatchObject([{ state: 'open' }])
  })
})
