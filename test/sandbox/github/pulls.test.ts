import { Octokit } from '@octokit/rest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startHarness, type Harness } from './harness.ts'
import { requireRepo } from './state/repos.ts'

const repo = 'acme/shop'
const shop = { owner: 'acme', repo: 'shop' }

let hub: Harness

beforeEach(async () => {
  hub = await startHarness({ ci: () => ({ checks: [{ name: 'test', durationMs: 10_000 }] }) })
  hub.people.push(repo, { author: 'ada', message: 'first', files: { 'a.txt': 'a', 'b.txt': 'b' } })
  hub.people.open(repo, { title: 'an issue', author: 'ada' })
})

afterEach(async () => {
  await hub.server.close()
  expect(hub.server.violations).toEqual([])
})

/** An independent client, as one login. */
function client(login: string): Octokit {
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  return new Octokit({ auth: `token-${login}`, baseUrl: hub.server.url, log })
}

/** A branch with one commit and its pull request; its number. */
function change(name = 'change', files: Record<string, string | null> = { 'a.txt': name }, author = 'wendy'): number {
  hub.people.pushToBranch(repo, name, { author, message: `Do ${name}\n\nAFK-Run: r-${name}`, files })
  return hub.people.openPullRequest(repo, { title: `Title of ${name}`, body: 'Refs #1', author, head: name }).issue
    .number
}

const head = (branch: string): string => requireRepo(hub.state, repo).branches.get(branch) ?? 'none'

async function refusal(run: () => Promise<unknown>): Promise<[number, string]> {
  try {
    await run()
  } catch (error) {
    const { status, response } = error as { status: number; response: { data: { message: string } } }
    return [status, response.data.message]
  }
  return [0, 'went through']
}

describe('opening and looking', () => {
  it('is opened by whoever can push, listed, and found by its head', async () => {
    hub.people.pushToBranch(repo, 'afk/1-x', { author: 'wendy', message: 'one', files: { 'a.txt': '1' } })
    const opened = await client('wendy').pulls.create({
      ...shop,
      title: 'One',
      head: 'afk/1-x',
      base: 'main',
      body: 'b',
    })
    expect([opened.status, opened.data.number, opened.data.mergeable, opened.data.mergeable_state]).toEqual([
      201,
      2,
      null,
      'unknown',
    ])
    const pull_number = opened.data.number
    const { data } = await client('afk').pulls.get({ ...shop, pull_number })
    expect(data).toMatchObject({
      mergeable: true,
      mergeable_state: 'unstable',
      rebaseable: true,
      merged: false,
      commits: 1,
      changed_files: 1,
      head: { ref: 'afk/1-x', sha: head('afk/1-x'), repo: { full_name: repo, fork: false } },
      base: { ref: 'main', sha: head('main') },
    })
    const found = await client('afk').pulls.list({ ...shop, head: 'acme:afk/1-x', state: 'all' })
    expect(found.data.map(({ number }) => number)).toEqual([2])
    expect((await client('afk').pulls.list({ ...shop, head: 'acme:afk/2-x' })).data).toEqual([])
    const commits = await client('afk').pulls.listCommits({ ...shop, pull_number })
    expect(commits.data.map(({ commit, author }) => [commit.message, author?.login])).toEqual([['one', 'wendy']])
    const files = await client('afk').pulls.listFiles({ ...shop, pull_number })
    expect(files.data.map(({ filename, status }) => [filename, status])).toEqual([['a.txt', 'modified']])
    const { data: issue } = await client('afk').issues.get({ ...shop, issue_number: 2 })
    expect(issue.pull_request?.url).toBe(opened.data.url)
    const refs = await client('afk').git.listMatchingRefs({ ...shop, ref: 'heads/afk/1-' })
    expect(refs.data.map(({ ref }) => ref)).toEqual(['refs/heads/afk/1-x'])
  })

  it.each([
    ['of a branch that has one', 'wendy', 'change', 422],
    ['without a commit of its own', 'wendy', 'empty', 422],
    ['of no branch', 'wendy', 'nothing', 422],
    ['of nobody who can push', 'rea', 'other', 403],
  ])('refuses one %s', async (_, as, from, status) => {
    change()
    hub.people.pushToBranch(repo, 'other', { author: 'wendy', message: 'o', files: { 'c.txt': 'c' } })
    requireRepo(hub.state, repo).branches.set('empty', head('main'))
    const [got] = await refusal(() => client(as).pulls.create({ ...shop, title: 't', head: from, base: 'main' }))
    expect(got).toBe(status)
  })

  it('lists a moved file once, with both names in REST alone', async () => {
    hub.people.push(repo, { author: 'ada', message: 'secret', files: { '.github/ci.yml': 'on: push' } })
    const pull_number = change('move', { '.github/ci.yml': null, 'ci.yml': 'on: push', 'a.txt': 'x' })
    const { data } = await client('afk').pulls.listFiles({ ...shop, pull_number })
    expect(data.map((file) => [file.filename, file.status, file.previous_filename])).toEqual([
      ['a.txt', 'modified', undefined],
      ['ci.yml', 'renamed', '.github/ci.yml'],
    ])
    const commit = await client('afk').repos.getCommit({ ...shop, ref: 'move' })
    const compared = await client('afk').repos.compareCommitsWithBasehead({ ...shop, basehead: 'main...move' })
    for (const { files } of [commit.data, compared.data])
      expect(files?.map((file) => file.previous_filename)).toEqual([undefined, '.github/ci.yml'])
    const query = `{ repository(owner: "acme", name: "shop") { pullRequest(number: ${pull_number}) { files(first: 5) { nodes { path changeType } } } } }`
    const { body } = await hub.graphql(query)
    expect(body.data.repository.pullRequest.files.nodes).toEqual([
      { path: 'a.txt', changeType: 'MODIFIED' },
      { path: 'ci.yml', changeType: 'RENAMED' },
    ])
  })

  it('follows its branch, and is closed with it', async () => {
    const pull_number = change()
    const before = head('change')
    const after = hub.people.pushToBranch(repo, 'change', { author: 'wendy', message: 'more', files: { 'c.txt': 'c' } })
    expect(after).not.toBe(before)
    expect((await client('afk').pulls.get({ ...shop, pull_number })).data.head.sha).toBe(after)
    await client('wendy').git.deleteRef({ ...shop, ref: 'heads/change' })
    const { data } = await client('afk').pulls.get({ ...shop, pull_number })
    expect([data.state, data.merged, data.head.sha]).toEqual(['closed', false, after])
    const { data: events } = await client('afk').issues.listEvents({ ...shop, issue_number: pull_number })
    expect(events.map(({ event, actor }) => [event, actor?.login])).toEqual([
      ['head_ref_deleted', 'wendy'],
      ['closed', 'wendy'],
    ])
    expect((await refusal(() => client('wendy').pulls.update({ ...shop, pull_number, state: 'open' })))[0]).toBe(422)
  })

  it('shows a fork as such, and not as a branch of the repository', async () => {
    hub.people.fork(repo, 'stranger')
    hub.people.pushToBranch('stranger/shop', 'afk/1-x', {
      author: 'stranger',
      message: 'mine',
      files: { 'a.txt': 'x' },
    })
    const made = await client('stranger').pulls.create({ ...shop, title: 'F', head: 'stranger:afk/1-x', base: 'main' })
    const pull_number = made.data.number
    const { data } = await client('afk').pulls.get({ ...shop, pull_number })
    expect([data.head.label, data.head.repo.full_name, data.head.repo.fork]).toEqual([
      'stranger:afk/1-x',
      'stranger/shop',
      true,
    ])
    const moved = hub.people.pushToBranch('stranger/shop', 'afk/1-x', {
      author: 'stranger',
      message: 'again',
      files: { 'a.txt': 'y' },
    })
    expect((await client('afk').pulls.get({ ...shop, pull_number })).data.head.sha).toBe(moved)
    hub.people.deleteRepo('stranger/shop')
    expect((await client('afk').pulls.get({ ...shop, pull_number })).data.head.repo).toBeNull()
  })

  it('hides all of it from who may not see the repository', async () => {
    const pull_number = change()
    requireRepo(hub.state, repo).private = true
    expect(await refusal(() => client('stranger').pulls.get({ ...shop, pull_number }))).toEqual([404, 'Not Found'])
    expect((await refusal(() => client('stranger').pulls.merge({ ...shop, pull_number })))[0]).toBe(404)
    expect((await refusal(() => client('afk').pulls.get({ ...shop, pull_number: 1 })))[0]).toBe(404)
  })
})

describe('mergeability', () => {
  it('is asked anew for every pair of head and base, and finds conflicts', async () => {
    const pull_number = change()
    const state = async (): Promise<unknown[]> => {
      const { data } = await client('afk').pulls.get({ ...shop, pull_number })
      return [data.mergeable, data.mergeable_state]
    }
    expect([await state(), await state()]).toEqual([
      [null, 'unknown'],
      [true, 'unstable'],
    ])
    hub.pass(10_000)
    expect(await state()).toEqual([true, 'clean'])
    hub.people.conflict(repo, pull_number, 'ada', 'a.txt')
    expect([await state(), await state()]).toEqual([
      [null, 'unknown'],
      [false, 'dirty'],
    ])
    hub.people.mergeBaseIn(repo, pull_number, 'wendy', { files: { 'a.txt': 'both' } })
    hub.pass(10_000)
    expect([await state(), await state()]).toEqual([
      [null, 'unknown'],
      [true, 'clean'],
    ])
    await client('wendy').request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...shop,
      pull_number,
      title: 'T',
    })
    hub.people.setDraft(repo, pull_number, true, 'wendy')
    expect(await state()).toEqual([true, 'draft'])
  })

  it('update-branch merges the base in, or refuses', async () => {
    const pull_number = change()
    hub.people.push(repo, { author: 'ada', message: 'other', files: { 'b.txt': 'bb' } })
    const expected_head_sha = head('main')
    const update = (extra = {}) => client('afk').pulls.updateBranch({ ...shop, pull_number, ...extra })
    expect((await refusal(() => update({ expected_head_sha })))[0]).toBe(422)
    expect((await update({ expected_head_sha: head('change') })).status).toBe(202)
    const tip = requireRepo(hub.state, repo).commits.get(head('change'))
    expect([tip?.parents.length, tip?.tree.get('b.txt'), tip?.tree.get('a.txt')]).toEqual([2, 'bb', 'change'])
    hub.people.conflict(repo, pull_number, 'ada', 'a.txt')
    expect((await refusal(() => update()))[0]).toBe(422)
  })
})

describe('merging', () => {
  it('squash: one commit with the words given, CI on it, and nothing a second time', async () => {
    const pull_number = change()
    hub.people.pushToBranch(repo, 'change', { author: 'wendy', message: 'two', files: { 'c.txt': 'c' } })
    const before = head('main')
    const words = { commit_title: 'Title (#2)', commit_message: 'AFK-Run: r1', sha: head('change') }
    const merge = () => client('afk').pulls.merge({ ...shop, pull_number, merge_method: 'squash', ...words })
    const { data } = await merge()
    expect(data).toMatchObject({ merged: true, sha: head('main') })
    const commit = requireRepo(hub.state, repo).commits.get(data.sha)
    expect([commit?.message, commit?.parents, commit?.author]).toEqual(['Title (#2)\n\nAFK-Run: r1', [before], 'wendy'])
    expect(commit?.tree.get('c.txt')).toBe('c')
    const after = await client('afk').pulls.get({ ...shop, pull_number })
    expect(after.data).toMatchObject({
      state: 'closed',
      merged: true,
      merged_by: { login: 'afk' },
      merge_commit_sha: data.sha,
      mergeable: null,
      commits: 2,
      base: { sha: before },
    })
    expect((await client('afk').checks.listForRef({ ...shop, ref: data.sha })).data.total_count).toBe(1)
    expect(await refusal(merge)).toEqual([405, 'Pull Request is not mergeable'])
    expect((await client('afk').pulls.checkIfMerged({ ...shop, pull_number })).status).toBe(204)
    const { data: events } = await client('afk').issues.listEvents({ ...shop, issue_number: pull_number })
    expect(events.map(({ event, commit_id }) => [event, commit_id])).toEqual([
      ['merged', data.sha],
      ['closed', null],
      ['referenced', data.sha],
    ])
    const of = await client('afk').repos.listPullRequestsAssociatedWithCommit({ ...shop, commit_sha: data.sha })
    expect(of.data.map(({ number }) => number)).toEqual([pull_number])
  })

  it.each([
    ['merge', 2, 'Merge pull request #2 from acme/change\n\nTitle of change'],
    ['squash', 1, 'Do change (#2)\n\nAFK-Run: r-change'],
    ['rebase', 1, 'Do change\n\nAFK-Run: r-change'],
  ] as const)('%s: its parents and its own words', async (merge_method, parents, message) => {
    const pull_number = change()
    const tip = head('change')
    hub.people.push(repo, { author: 'ada', message: 'other', files: { 'b.txt': 'bb' } })
    const { data } = await client('afk').pulls.merge({ ...shop, pull_number, merge_method })
    const commit = requireRepo(hub.state, repo).commits.get(data.sha)
    expect([commit?.parents.length, commit?.message, data.sha === tip]).toEqual([parents, message, false])
    expect([commit?.tree.get('a.txt'), commit?.tree.get('b.txt')]).toEqual(['change', 'bb'])
  })

  it('closes what its body closes, and names the pull request as the closer', async () => {
    hub.people.pushToBranch(repo, 'fix', { author: 'wendy', message: 'x', files: { 'a.txt': 'x' } })
    const { issue } = hub.people.openPullRequest(repo, { title: 't', body: 'Closes #1', author: 'wendy', head: 'fix' })
    await client('afk').pulls.merge({ ...shop, pull_number: issue.number })
    const { data } = await client('afk').issues.get({ ...shop, issue_number: 1 })
    expect([data.state, data.closed_by?.login]).toEqual(['closed', 'afk'])
    const closed = requireRepo(hub.state, repo).issues[0]?.events.at(-1)?.detail
    expect(closed).toEqual({ event: 'closed', reason: 'completed', closer: { kind: 'pull', number: issue.number } })
  })

  it('a push of its commits to the base merges it too', async () => {
    const pull_number = change()
    hub.people.forcePush(repo, { to: head('change'), pusher: 'ada' })
    const { data } = await client('afk').pulls.get({ ...shop, pull_number })
    expect([data.merged, data.merged_by?.login, data.merge_commit_sha]).toEqual([true, 'ada', head('change')])
  })

  it('refuses another head than the one meant: 409', async () => {
    const pull_number = change()
    const sha = head('change')
    hub.people.pushToBranch(repo, 'change', { author: 'wendy', message: 'late', files: { 'c.txt': 'c' } })
    expect(await refusal(() => client('afk').pulls.merge({ ...shop, pull_number, sha }))).toEqual([
      409,
      'Head branch was modified. Review and try the merge again.',
    ])
    expect((await client('afk').pulls.get({ ...shop, pull_number })).data.merged).toBe(false)
  })

  it.each([
    ['a method the repository does not allow', 'afk', 405, () => hub.people.setMerging(repo, { methods: ['rebase'] })],
    ['a draft', 'afk', 405, () => hub.people.setDraft(repo, 2, true, 'wendy')],
    ['a conflict', 'afk', 405, () => hub.people.conflict(repo, 2, 'ada', 'a.txt')],
    ['a missing review', 'afk', 405, () => hub.people.protect(repo, { requiredApprovals: 1 })],
    ['a pending required check', 'afk', 405, () => hub.people.protect(repo, { requiredChecks: ['test'] })],
    ['a required check that nothing reports', 'afk', 405, () => hub.people.protect(repo, { requiredChecks: ['e2e'] })],
    ['a branch out of date', 'afk', 405, () => behind()],
    ['an open conversation', 'afk', 405, () => conversation()],
    ['merge commits in a linear history', 'afk', 405, () => hub.people.protect(repo, { linearHistory: true })],
    ['somebody not on the list', 'afk', 405, () => hub.people.protect(repo, { pushers: ['ada'] })],
    ['a required merge queue', 'afk', 405, () => hub.people.setQueue(repo, {})],
    ['a token that cannot push', 'tri', 403, () => {}],
    ['a closed one', 'afk', 405, () => hub.people.closePull(repo, 2, 'wendy')],
  ] as const)('refuses %s', async (_, as, status, prepare) => {
    const pull_number = change()
    prepare()
    const before = head('main')
    const [got] = await refusal(() => client(as).pulls.merge({ ...shop, pull_number, merge_method: 'merge' }))
    expect([got, head('main')]).toEqual([status, before])
    expect(requireRepo(hub.state, repo).issues[1]?.pull?.mergedAt).toBeNull()
  })

  it('lets an admin pass the rules, unless they hold for admins too', async () => {
    const [first, second] = [change('one', { 'a.txt': '1' }), change('two', { 'b.txt': '2' })]
    hub.people.protect(repo, { requiredApprovals: 1, requiredChecks: ['e2e'] })
    expect((await client('ada').pulls.merge({ ...shop, pull_number: first })).status).toBe(200)
    hub.people.protect(repo, { enforceAdmins: true })
    expect((await refusal(() => client('ada').pulls.merge({ ...shop, pull_number: second })))[0]).toBe(405)
  })

  it('is done once, also when its answer was lost', async () => {
    const pull_number = change()
    const merge = () => hub.rest('PUT', `/repos/${repo}/pulls/${pull_number}/merge`, { body: { sha: head('change') } })
    hub.server.faults.add({ match: { method: 'PUT' }, kind: 'lost-answer', times: 1 })
    await expect(merge()).rejects.toThrow('fetch failed')
    const merged = head('main')
    const again = await merge()
    expect([again.status, head('main')]).toEqual([405, merged])
    expect(requireRepo(hub.state, repo).issues[1]?.pull?.mergeCommitSha).toBe(merged)
  })

  it('deletes the branch where the repository says so', async () => {
    hub.people.setMerging(repo, { deleteBranch: true })
    const pull_number = change()
    await client('afk').pulls.merge({ ...shop, pull_number })
    expect(head('change')).toBe('none')
    expect((await client('afk').pulls.get({ ...shop, pull_number })).data.head.ref).toBe('change')
  })

  it('shows the settings to those who can push', async () => {
    hub.people.setMerging(repo, { methods: ['squash'] })
    const settings = async (as: string): Promise<unknown[]> => {
      const { data } = await client(as).repos.get(shop)
      return [data.allow_squash_merge, data.allow_merge_commit, data.allow_auto_merge]
    }
    expect([await settings('afk'), await settings('rea')]).toEqual([
      [true, false, false],
      [undefined, undefined, undefined],
    ])
  })

  function behind(): void {
    hub.people.protect(repo, { strict: true })
    hub.people.push(repo, { author: 'ada', message: 'other', files: { 'b.txt': 'bb' } })
  }

  function conversation(): void {
    hub.people.protect(repo, { conversationResolution: true })
    hub.people.reviewThread(repo, 2, 'mona', { path: 'a.txt', line: 1, body: 'why?' })
  }
})

describe('rules of the base', () => {
  it('are told by rules/branches to readers, by protection to admins', async () => {
    hub.people.protect(repo, { requiredApprovals: 2, requiredChecks: ['test'], strict: true, pushers: ['ada'] })
    hub.people.protect(repo, { linearHistory: true })
    hub.people.setQueue(repo, { method: 'squash' })
    const rules = await client('rea').repos.getBranchRules({ ...shop, branch: 'main' })
    expect(rules.data.map(({ type }) => type)).toEqual([
      'pull_request',
      'required_status_checks',
      'required_linear_history',
      'merge_queue',
    ])
    const { data } = await client('ada').repos.getBranchProtection({ ...shop, branch: 'main' })
    expect(data.required_pull_request_reviews?.required_approving_review_count).toBe(2)
    expect((await refusal(() => client('afk').repos.getBranchProtection({ ...shop, branch: 'main' })))[0]).toBe(403)
    const branch = await client('afk').repos.getBranch({ ...shop, branch: 'main' })
    expect([branch.data.protected, branch.data.protection.required_status_checks?.contexts]).toEqual([true, ['test']])
  })
})
