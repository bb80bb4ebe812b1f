import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startHarness, type Harness } from './harness.ts'
import { addToken } from './state/users.ts'

const repo = 'acme/shop'

let hub: Harness

beforeEach(async () => {
  hub = await startHarness()
  hub.people.open(repo, { title: 'first', body: 'text', author: 'rea' })
})

afterEach(async () => {
  await hub.server.close()
  expect(hub.server.violations).toEqual([])
})

const at = (path: string): string => `/repos/${repo}${path}`
const events = async (number = 1) => (await hub.rest('GET', at(`/issues/${number}/events`))).body as any[] // oxlint-disable-line typescript/no-explicit-any -- validated JSON

describe('labels', () => {
  it('compare without case, keep the repository’s spelling, and make one event however often they are added', async () => {
    for (const name of ['READY-for-agent', 'ready-for-agent']) {
      const { body } = await hub.rest('POST', at('/issues/1/labels'), { as: 'mona', body: { labels: [name] } })
      expect(body.map((label: { name: string }) => label.name)).toEqual(['ready-for-agent'])
    }
    expect((await events()).map((event) => [event.event, event.label.name, event.actor.login])).toEqual([
      ['labeled', 'ready-for-agent', 'mona'],
    ])
    expect((await hub.rest('GET', at('/issues?labels=Ready-FOR-agent'))).body).toHaveLength(1)
  })

  it('are taken off once; the second time is 404', async () => {
    hub.people.label(repo, 1, 'ready-for-agent', 'mona')
    expect((await hub.rest('DELETE', at('/issues/1/labels/Ready-For-Agent'))).status).toBe(200)
    const again = await hub.rest('DELETE', at('/issues/1/labels/ready-for-agent'))
    expect([again.status, again.body.message]).toEqual([404, 'Label does not exist'])
    expect((await events()).map((event) => event.event)).toEqual(['labeled', 'unlabeled'])
  })

  it('an event has the node id that GraphQL has, the app it went through, and no author_association', async () => {
    const { addApp } = await import('./state/apps.ts')
    addApp(hub.state, { slug: 'helper', owner: 'acme' })
    addToken(hub.state, 'token-mona-via', 'mona', { viaApp: 'helper' })
    await hub.rest('POST', at('/issues/1/labels'), { as: 'mona-via', body: ['ready-for-agent'] })
    const [event] = await events()
    expect([event.performed_via_github_app.slug, event.actor.login, 'author_association' in event]).toEqual([
      'helper',
      'mona',
      false,
    ])
    const { body } = await hub.graphql(`{ repository(owner: "acme", name: "shop") { issue(number: 1) {
      timelineItems(last: 5, itemTypes: [LABELED_EVENT]) { nodes { ... on LabeledEvent { id createdAt actor { login __typename } label { name } } } } } } }`)
    expect(body.data.repository.issue.timelineItems.nodes).toEqual([
      {
        id: event.node_id,
        createdAt: event.created_at,
        actor: { login: 'mona', __typename: 'User' },
        label: { name: 'ready-for-agent' },
      },
    ])
  })
})

describe('a deleted account', () => {
  it('leaves events that nobody made', async () => {
    hub.people.label(repo, 1, 'ready-for-agent', 'mona')
    hub.people.deleteAccount('mona')
    expect((await events()).map((event) => event.actor)).toEqual([null])
    const query = `{ repository(owner: "acme", name: "shop") { issue(number: 1) {
      timelineItems(first: 1, itemTypes: [LABELED_EVENT]) { nodes { ... on LabeledEvent { actor { login } } } } } } }`
    expect((await hub.graphql(query)).body.data.repository.issue.timelineItems.nodes).toEqual([{ actor: null }])
    expect((await hub.rest('GET', at('/collaborators/mona/permission'))).status).toBe(404)
  })
})

describe('edits', () => {
  it('of the body are content edits with the original, newest first; of the title an event', async () => {
    hub.pass(60_000)
    hub.people.edit(repo, 1, { body: 'text two' }, 'stranger')
    hub.pass(60_000)
    hub.people.edit(repo, 1, { title: 'second', body: 'text two' }, 'mona')
    const { body } = await hub.graphql(`{ repository(owner: "acme", name: "shop") { issue(number: 1) {
      lastEditedAt editor { login } userContentEdits(first: 10) { nodes { editedAt diff editor { login } } }
      timelineItems(first: 10, itemTypes: [RENAMED_TITLE_EVENT]) { nodes { ... on RenamedTitleEvent { previousTitle currentTitle actor { login } } } } } } }`)
    expect(body.data.repository.issue).toEqual({
      lastEditedAt: '2026-01-05T09:01:00Z',
      editor: { login: 'stranger' },
      userContentEdits: {
        nodes: [
          { editedAt: '2026-01-05T09:01:00Z', diff: 'text two', editor: { login: 'stranger' } },
          { editedAt: '2026-01-05T09:00:00Z', diff: 'text', editor: { login: 'rea' } },
        ],
      },
      timelineItems: { nodes: [{ previousTitle: 'first', currentTitle: 'second', actor: { login: 'mona' } }] },
    })
  })

  it('of a comment show its editor', async () => {
    const { id } = hub.people.comment(repo, 1, 'card', 'afk')
    hub.people.editComment(repo, id, 'card', 'mona')
    const query = `{ repository(owner: "acme", name: "shop") { issue(number: 1) { comments(last: 1) {
      nodes { databaseId viewerDidAuthor lastEditedAt editor { login } includesCreatedEdit } } } } }`
    const node = async () => (await hub.graphql(query)).body.data.repository.issue.comments.nodes[0]
    expect(await node()).toEqual({
      databaseId: id,
      viewerDidAuthor: true,
      lastEditedAt: null,
      editor: null,
      includesCreatedEdit: false,
    })
    hub.people.editComment(repo, id, 'forged', 'mona')
    expect(await node()).toMatchObject({
      lastEditedAt: '2026-01-05T09:00:00Z',
      editor: { login: 'mona' },
      includesCreatedEdit: true,
    })
  })
})

describe('closing', () => {
  it.each(['completed', 'not_planned', 'duplicate'])('records %s', async (reason) => {
    const { body } = await hub.rest('PATCH', at('/issues/1'), {
      as: 'rea',
      body: { state: 'closed', state_reason: reason },
    })
    expect([body.state, body.state_reason, body.closed_by.login]).toEqual(['closed', reason, 'rea'])
    const query =
      '{ repository(owner: "acme", name: "shop") { issue(number: 1) { state stateReason newer: stateReason(enableDuplicate: true) } } }'
    const upper = reason.toUpperCase()
    expect((await hub.graphql(query)).body.data.repository.issue).toEqual({
      state: 'CLOSED',
      stateReason: reason === 'duplicate' ? 'NOT_PLANNED' : upper,
      newer: upper,
    })
  })

  it('twice is one event; reopening is one more', async () => {
    for (const state of ['closed', 'closed', 'open', 'open'])
      await hub.rest('PATCH', at('/issues/1'), { as: 'rea', body: { state } })
    expect((await events()).map((event) => event.event)).toEqual(['closed', 'reopened'])
    expect((await hub.rest('GET', at('/issues/1'))).body.state_reason).toBe('reopened')
  })

  it.each([
    ['Closes #1', true],
    ['work\n\nfixes: #1', true],
    ['RESOLVED #1', true],
    ['Refs #1', false],
    ['encloses #1', false],
    ['closes acme/other#1', false],
  ])('by the commit %j on the default branch: %s', async (message, closes) => {
    const sha = hub.people.push(repo, { author: 'wendy', pusher: 'mona', message })
    const found = (await events()).filter((event) => event.event === 'closed')
    expect(found.map((event) => [event.commit_id, event.actor.login])).toEqual(closes ? [[sha, 'mona']] : [])
    const { body } = await hub.graphql(`{ repository(owner: "acme", name: "shop") { issue(number: 1) { state
      timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { closer { __typename ... on Commit { oid } } } } } } } }`)
    expect(body.data.repository.issue.state).toBe(closes ? 'CLOSED' : 'OPEN')
    expect(body.data.repository.issue.timelineItems.nodes).toEqual(
      closes ? [{ closer: { __typename: 'Commit', oid: sha } }] : [],
    )
  })

  it('waits until a commit of a side branch reaches the default branch', async () => {
    hub.people.push(repo, { author: 'wendy', message: 'root' })
    const side = hub.people.push(repo, { author: 'wendy', message: 'Closes #1', branch: 'side' })
    expect((await hub.rest('GET', at('/issues/1'))).body.state).toBe('open')
    hub.people.push(repo, { author: 'wendy', message: 'merge', mergeParents: [side] })
    expect((await hub.rest('GET', at('/issues/1'))).body.state).toBe('closed')
  })
})

describe('lists', () => {
  it('hold pull requests in REST and not in GraphQL', async () => {
    hub.people.open(repo, { title: 'a change', author: 'wendy', isPullRequest: true })
    const { body } = await hub.rest('GET', at('/issues'))
    expect(
      body.map((issue: { number: number; pull_request?: unknown }) => [issue.number, issue.pull_request !== undefined]),
    ).toEqual([
      [2, true],
      [1, false],
    ])
    const query =
      '{ repository(owner: "acme", name: "shop") { issues(first: 10) { totalCount nodes { number } } issueOrPullRequest(number: 2) { __typename } } }'
    expect((await hub.graphql(query)).body.data.repository).toEqual({
      issues: { totalCount: 1, nodes: [{ number: 1 }] },
      issueOrPullRequest: { __typename: 'PullRequest' },
    })
  })

  it('go on at the Link header, which names the repository by its id', async () => {
    for (let number = 2; number <= 7; number += 1) hub.people.open(repo, { title: `n${number}`, author: 'rea' })
    const seen: number[] = []
    let path: string | undefined = at('/issues?per_page=3&state=all')
    while (path !== undefined) {
      const { headers, body } = await hub.rest('GET', path)
      seen.push(...body.map((issue: { number: number }) => issue.number))
      const next: string | undefined = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
      if (next !== undefined) expect(next).toContain('/repositories/')
      path = next?.slice(hub.server.url.length)
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1])
  })

  it('labels of an issue list mean all of them in REST, any of them in GraphQL', async () => {
    hub.people.label(repo, 1, 'a', 'mona')
    expect((await hub.rest('GET', at('/issues?labels=a,b'))).body).toEqual([])
    const query = '{ repository(owner: "acme", name: "shop") { issues(first: 5, labels: ["A", "b"]) { totalCount } } }'
    expect((await hub.graphql(query)).body.data.repository.issues.totalCount).toBe(1)
  })
})

describe('blockers', () => {
  it('are listed, and counted open and in all', async () => {
    hub.people.open(repo, { title: 'blocker', author: 'rea' })
    hub.people.open(repo, { title: 'closed blocker', author: 'rea' })
    hub.people.addBlocker(repo, 1, { number: 2 }, 'mona')
    hub.people.addBlocker(repo, 1, { number: 3 }, 'mona')
    hub.people.close(repo, 3, 'mona', 'not_planned')
    expect(
      (await hub.rest('GET', at('/issues/1/dependencies/blocked_by'))).body.map(
        (issue: { number: number }) => issue.number,
      ),
    ).toEqual([2, 3])
    const query = `{ repository(owner: "acme", name: "shop") { issue(number: 1) {
      blockedBy(first: 10) { nodes { number state } } issueDependenciesSummary { blockedBy totalBlockedBy } } } }`
    expect((await hub.graphql(query)).body.data.repository.issue).toEqual({
      blockedBy: {
        nodes: [
          { number: 2, state: 'OPEN' },
          { number: 3, state: 'CLOSED' },
        ],
      },
      issueDependenciesSummary: { blockedBy: 1, totalBlockedBy: 2 },
    })
  })
})
