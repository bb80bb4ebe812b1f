import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startHarness, type Harness } from './harness.ts'
import { addDeployment, addDeploymentStatus } from './state/deployments.ts'
import { installApp } from './state/apps.ts'
import { addApp } from './state/apps.ts'
import { addToken } from './state/users.ts'
import { requireRepo } from './state/repos.ts'

const repo = 'acme/shop'

let hub: Harness

beforeEach(async () => {
  hub = await startHarness({
    cancelInProgress: true,
    ci: () => ({
      checks: [
        {
          name: 'test',
          delayMs: 1_000,
          durationMs: 10_000,
          conclusion: ['failure', 'success'],
          log: ['boom\n', 'fine\n'],
        },
        { name: 'lint', durationMs: 5_000 },
        { name: 'scan', app: 'scanner', conclusion: 'neutral' },
      ],
      statuses: [{ context: 'legacy/build', state: 'pending' }],
    }),
  })
  addApp(hub.state, { slug: 'scanner', owner: 'acme' })
})

afterEach(() => hub.server.close())

/** Every read operation once, over a state that has something of everything. */
function fillEverything(): { sha: string; older: string; deployment: number; comment: number } {
  const { people, state } = hub
  people.open(repo, { title: 'one', body: 'text', author: 'rea' })
  people.open(repo, { title: 'two', author: 'stranger' })
  people.open(repo, { title: 'a change', author: 'wendy', isPullRequest: true })
  addToken(state, 'token-via', 'wendy', { viaApp: 'scanner' })
  people.label(repo, 1, 'ready-for-agent', 'mona', 'scanner')
  people.unlabel(repo, 1, 'ready-for-agent', 'mona')
  people.edit(repo, 1, { title: 'uno', body: 'new text' }, 'rea')
  people.addBlocker(repo, 1, { number: 2 }, 'mona')
  people.close(repo, 2, 'mona', 'duplicate')
  people.reopen(repo, 2, 'mona')
  const comment = people.comment(repo, 1, 'hello', 'afk')
  people.editComment(repo, comment.id, 'hello again', 'afk')
  const older = people.push(repo, {
    author: 'wendy',
    message: 'first',
    files: { 'README.md': '# shop\n', '.github/afk.md': 'be kind\n' },
  })
  const sha = people.push(repo, {
    author: null,
    pusher: 'wendy',
    message: 'second\n\nCloses #2',
    files: { 'src/a.ts': 'a', 'README.md': null },
  })
  const deployment = addDeployment(state, requireRepo(state, repo), {
    sha,
    environment: 'production',
    creator: 'wendy',
  })
  addDeploymentStatus(state, requireRepo(state, repo), deployment, {
    state: 'success',
    creator: 'wendy',
    environmentUrl: 'https://shop.example',
  })
  return { sha, older, deployment: deployment.id, comment: comment.id }
}

describe('every REST answer satisfies the OpenAPI description', () => {
  it.each([0, 3_000, 60_000])('reads, %i ms after the push', async (later) => {
    const made = fillEverything()
    hub.pass(later)
    const run = requireRepo(hub.state, repo).runs.at(-1)
    const job = run?.attempts[0]?.jobs[0]?.id
    const base = `/repos/${repo}`
    const paths = [
      '/user',
      '/rate_limit',
      base,
      `${base}/labels`,
      `${base}/labels/READY-for-agent`,
      `${base}/issues?state=all`,
      `${base}/issues?labels=Ready-For-Agent`,
      `${base}/issues/1`,
      `${base}/issues/3`,
      `${base}/issues/1/events`,
      `${base}/issues/2/events`,
      `${base}/issues/1/timeline`,
      `${base}/issues/1/comments`,
      `${base}/issues/comments/${made.comment}`,
      `${base}/issues/comments/${made.comment}/reactions`,
      `${base}/issues/1/labels`,
      `${base}/issues/1/reactions`,
      `${base}/issues/1/dependencies/blocked_by`,
      `${base}/issues/2/dependencies/blocking`,
      `${base}/collaborators/mona/permission`,
      `${base}/commits`,
      `${base}/commits?path=src&sha=main`,
      `${base}/commits/main`,
      `${base}/commits/${made.sha}`,
      `${base}/compare/${made.older}...main`,
      `${base}/branches`,
      `${base}/branches/main`,
      `${base}/git/ref/heads/main`,
      `${base}/git/commits/${made.sha}`,
      `${base}/contents/.github/afk.md`,
      `${base}/contents/src?ref=main`,
      `${base}/commits/${made.sha}/check-runs`,
      `${base}/commits/${made.older}/check-runs?filter=all`,
      `${base}/commits/main/check-suites`,
      `${base}/commits/main/status`,
      `${base}/commits/main/statuses`,
      `${base}/actions/runs?head_sha=${made.sha}`,
      `${base}/actions/runs/${run?.id}`,
      `${base}/actions/runs/${run?.id}/jobs`,
      `${base}/actions/runs/${run?.id}/attempts/1/jobs`,
      `${base}/actions/jobs/${job}`,
      `${base}/check-runs/${job}`,
      `${base}/deployments?sha=${made.sha}`,
      `${base}/deployments/${made.deployment}`,
      `${base}/deployments/${made.deployment}/statuses`,
    ]
    for (const path of paths) expect([path, (await hub.rest('GET', path)).status]).toEqual([path, 200])
    expect(hub.server.violations).toEqual([])
  })

  it('writes', async () => {
    const made = fillEverything()
    hub.pass(60_000)
    const base = `/repos/${repo}`
    const run = requireRepo(hub.state, repo).runs.at(-1)?.id
    const scan = requireRepo(hub.state, repo).suites.find(
      (suite) => suite.app === 'scanner' && suite.headSha === made.sha,
    )?.runs[0]?.id
    const blocker = requireRepo(hub.state, repo).issues[1]?.id
    const writes: [string, string, unknown, number][] = [
      ['POST', `${base}/issues`, { title: 'three', labels: ['ready-for-agent'] }, 201],
      ['PATCH', `${base}/issues/1`, { state: 'closed', state_reason: 'completed' }, 200],
      ['POST', `${base}/issues/1/labels`, { labels: ['agent-in-progress'] }, 200],
      ['DELETE', `${base}/issues/1/labels/Agent-In-Progress`, undefined, 200],
      ['DELETE', `${base}/issues/1/labels/agent-in-progress`, undefined, 404],
      ['POST', `${base}/issues/1/comments`, { body: 'card' }, 201],
      ['PATCH', `${base}/issues/comments/${made.comment}`, { body: 'card 2' }, 200],
      ['POST', `${base}/issues/comments/${made.comment}/reactions`, { content: 'eyes' }, 201],
      ['POST', `${base}/issues/comments/${made.comment}/reactions`, { content: 'eyes' }, 200],
      ['DELETE', `${base}/issues/comments/${made.comment}`, undefined, 204],
      ['POST', `${base}/labels`, { name: 'ready-for-human', color: 'ff0000' }, 201],
      ['POST', `${base}/labels`, { name: 'Ready-For-Human' }, 422],
      ['POST', `${base}/issues/3/dependencies/blocked_by`, { issue_id: blocker }, 201],
      ['POST', `${base}/actions/runs/${run}/rerun-failed-jobs`, undefined, 201],
      ['POST', `${base}/actions/runs/${run}/rerun-failed-jobs`, undefined, 403],
      ['POST', `${base}/check-runs/${scan}/rerequest`, undefined, 201],
      ['POST', `${base}/statuses/${made.sha}`, { state: 'success', context: 'legacy/build' }, 201],
      ['POST', `${base}/deployments`, { ref: 'main', environment: 'staging' }, 201],
      ['POST', `${base}/deployments/${made.deployment}/statuses`, { state: 'in_progress' }, 201],
    ]
    for (const [method, path, body, status] of writes)
      expect([method, path, (await hub.rest(method, path, { body })).status]).toEqual([method, path, status])
    expect(hub.server.violations).toEqual([])
  })

  it('apps', async () => {
    const app = addApp(hub.state, { slug: 'afk-app', owner: 'acme' })
    const installation = installApp(hub.state, 'afk-app', [repo])
    const claims = Buffer.from(JSON.stringify({ iss: String(app.id) })).toString('base64url')
    const asApp = { authorization: `Bearer x.${claims}.y` }
    const call = (method: string, path: string, headers: Record<string, string>) =>
      fetch(hub.server.url + path, { method, headers })
    for (const path of ['/app', '/app/installations', `/repos/${repo}/installation`])
      expect((await call('GET', path, asApp)).status).toBe(200)
    const made = await call('POST', `/app/installations/${installation.id}/access_tokens`, asApp)
    const { token } = (await made.json()) as { token: string }
    expect(made.status).toBe(201)
    expect((await call('GET', `/repos/${repo}/issues`, { authorization: `token ${token}` })).status).toBe(200)
    expect((await call('GET', '/user', { authorization: `token ${token}` })).status).toBe(403)
    hub.pass(3_600_000)
    expect((await call('GET', `/repos/${repo}/issues`, { authorization: `token ${token}` })).status).toBe(401)
    expect(hub.server.violations).toEqual([])
  })
})
