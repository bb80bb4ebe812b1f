import { createGitHub } from '../../../src/adapters/github/github.ts'
import { plainFetch } from '../../../src/plain-fetch.ts'
import type { IssueRef } from '../../../src/core/model.ts'
import { startHarness } from '../../sandbox/github/harness.ts'
import { requireComment } from '../../sandbox/github/state/comments.ts'
import { addEnvironment } from '../../sandbox/github/state/environments.ts'
import { requireIssue } from '../../sandbox/github/state/issues.ts'
import { addDeployment, addDeploymentStatus } from '../../sandbox/github/state/deployments.ts'
import { lookAtMergeability } from '../../sandbox/github/state/mergeability.ts'
import { requireRepo } from '../../sandbox/github/state/repos.ts'
import { labels, shop, valuesOf } from '../github/rig.ts'
import { always, gated, signIn, type Exceptions } from './faults.ts'
import { tokenFile, type ConnectOptions, type Operations, type Ready, type Row } from './service.ts'

type GitHub = Ready<Awaited<ReturnType<typeof openGitHub>>>
export type PullsReady = GitHub

const open: IssueRef = { repo: shop, number: 1 }
const closed: IssueRef = { repo: shop, number: 2 }

/** A repo with an open and a closed issue, afk's comment, a commit whose test failed, its job, a deployment and a file. */
export async function openGitHub() {
  const { state, people, server, pass } = await startHarness({ labels: Object.values(labels) })
  people.open(shop, { title: 'One', body: 'As talked about.', author: 'mona' })
  people.open(shop, { title: 'Two', author: 'mona' })
  people.close(shop, 2, 'mona')
  const label = people.label(shop, 1, labels.ready, 'mona')?.nodeId ?? ''
  const comment = people.comment(shop, 1, 'A card', 'afk').id
  const ci = { checks: [{ name: 'test', conclusion: 'failure' as const, log: 'FAIL cart.test.ts' }] }
  const head = people.push(shop, { author: 'wendy', message: 'm', files: { '.github/afk.md': 'be kind\n' }, ci })
  const repo = requireRepo(state, shop)
  const deployment = addDeployment(state, repo, { sha: head, environment: 'prod', creator: 'wendy' })
  addDeploymentStatus(state, repo, deployment, { state: 'success', creator: 'wendy' })
  const pull = people.openPullRequest(shop, { ...openBranch(people), title: 'Three', author: 'mona' }).issue.number
  // GitHub begins to find out whether it can be merged when somebody looks.
  const shown = people.pull(shop, pull)
  lookAtMergeability(state, repo, shown.issue, shown.pull)
  const thread = people.reviewThread(shop, pull, 'ada', { path: 'src/three.txt', body: 'Why?' })
  const environment = addEnvironment(state, repo, { name: 'prod', reviewers: ['afk'] }).id
  const held = { checks: [{ name: 'deploy', workflow: 'Deploy', environment: 'prod' }] }
  const waitingHead = people.pushToBranch(shop, 'release', { author: 'wendy', message: 'Release', ci: held })
  pass(60_000)
  const [run] = repo.runs
  const job = run?.attempts[0]?.jobs[0]?.id ?? null
  const connected = {
    upstream: server.url,
    connect: (apiUrl: string, { deadlineMs, stale }: ConnectOptions) => {
      const { token, rotate, reloads } = tokenFile('token-afk', stale)
      const clock = {
        now: () => performance.now(),
        sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
      }
      const options = { apiUrl, token, userAgent: 'afk/test', clock, fetch: plainFetch }
      const { meter: _, ...ports } = createGitHub({ ...options, deadline: () => deadlineMs })
      return { ports, rotate, reloads }
    },
    close: () => server.close(),
  }
  return {
    ...connected,
    label,
    comment,
    head,
    run: run?.id ?? 0,
    job,
    repo,
    issue: (n: number) => requireIssue(repo, n),
    pull,
    pullHead: people.pull(shop, pull).pull.headSha,
    thread: thread.nodeId,
    waitingHead,
    waitingRun: repo.runs.find(({ headSha }) => headSha === waitingHead)?.id ?? 0,
    environment,
    isMerged: () => people.pull(shop, pull).pull.mergedAt !== null,
    isResolved: () => thread.resolvedBy !== null,
    replies: () => thread.comments.length - 1,
    reactions: () => requireComment(repo, comment).comment.reactions.length,
    decisions: () => repo.runs.find(({ headSha }) => headSha === waitingHead)?.approvals.length ?? 0,
  }
}

function openBranch(people: Awaited<ReturnType<typeof startHarness>>['people']) {
  const head = 'afk/1-three-00000000'
  people.pushToBranch(shop, head, { author: 'wendy', message: 'Three', files: ['src/three.txt'], ci: null })
  return { head }
}

/** GitHub's errors are JSON with a message. */
export function gitHubWords(status: number) {
  return { type: 'application/json; charset=utf-8', body: JSON.stringify({ message: `Status ${String(status)}` }) }
}

/** Everything but the service's own answers is read from GraphQL, one query an operation, or from one REST route. */
const read = (ask: Row<GitHub>['ask'], answers: unknown, more: Partial<Row<GitHub>> = {}): Row<GitHub> => ({
  manner: 'again',
  ask,
  answers,
  ...more,
})
const isWrite: Row<GitHub>['aims'] = (request) => request.isWrite

const asked = [{ repo: shop, labels }]
const failing = (job: number | null) => [
  { name: 'test', kind: 'check-run', conclusion: 'failure', url: null, workflowRun: null, job } as const,
]

/** GitHub cuts no text short without its length telling, and a file may hold HTML: neither can be told from a file like that. */
const anyText: Exceptions = { 'truncated JSON': { value: 'be k' }, HTML: { value: signIn.body } }

export const trackerRows: Operations<GitHub> = {
  now: 'local',
  remaining: 'local',
  resetsAt: 'local',
  tokenEndsAt: 'local',
  overviewPrice: 'local',
  summariesPrice: 'local',
  self: [read(({ ports }) => ports.tracker.self(), { login: 'afk' })],
  overview: [read(async ({ ports }) => valuesOf(await ports.tracker.overview(asked)), [{ ready: [1], locked: [] }])],
  summaries: [read(async ({ ports }) => valuesOf(await ports.tracker.summaries(asked)), [[{ number: 1 }]])],
  look: [
    read(
      async ({ ports }) => valuesOf(await ports.tracker.look([{ ...open, labels }])),
      [{ title: 'One', comments: [{ body: 'A card' }] }],
    ),
  ],
  states: [read(({ ports }) => ports.tracker.states([closed]), [{ state: 'closed' }])],
  permission: [
    read(
      ({ ports }) => ports.tracker.permission(shop, 'mona'),
      { role: 'maintain' },
      {
        exceptions: { '403': { value: null }, '404': { value: null } },
      },
    ),
  ],
  labelledVia: [read(async ({ ports, label }) => [await ports.tracker.labelledVia(shop, 1, label)], [null])],
  file: [
    read(async ({ ports }) => ports.tracker.file(shop, '.github/afk.md'), 'be kind\n', {
      exceptions: { ...anyText, '404': { value: null } },
    }),
  ],
  comment: [
    {
      manner: 'once',
      ask: async ({ ports }) => void (await ports.tracker.comment(open, 'A new card')),
      done: ({ issue }) => issue(1).comments.filter(({ body }) => body === 'A new card').length,
    },
  ],
  editComment: [
    {
      manner: 'again',
      ask: ({ ports, comment }) => ports.tracker.editComment(open, comment, 'An edited card'),
      done: ({ issue }) => issue(1).comments.filter(({ body }) => body === 'An edited card').length,
    },
  ],
  deleteComment: [
    {
      manner: 'again',
      aims: isWrite,
      ask: ({ ports, comment }) => ports.tracker.deleteComment(open, comment),
      done: ({ issue }) => 1 - issue(1).comments.length,
      // Gone, as far as an issue that can be read tells; and an answer without a body has nothing that could break or be cut.
      exceptions: { '404': { value: undefined }, 'truncated JSON': 'done' },
    },
    {
      part: 'the look after a 404',
      manner: 'again',
      aims: ({ method }) => method === 'GET',
      ask: ({ ports }) => ports.tracker.deleteComment(open, 4711),
    },
  ],
  addLabel: [
    {
      manner: 'again',
      ask: ({ ports }) => ports.tracker.addLabel(open, labels.inProgress),
      done: ({ issue }) => issue(1).labels.filter(({ name }) => name === labels.inProgress).length,
    },
  ],
  removeLabel: [
    {
      manner: 'again',
      aims: isWrite,
      ask: ({ ports }) => ports.tracker.removeLabel(open, labels.ready),
      done: ({ issue }) => 1 - issue(1).labels.filter(({ name }) => name === labels.ready).length,
    },
    {
      part: 'the look after a 404',
      manner: 'again',
      aims: ({ method }) => method === 'GET',
      ask: ({ ports }) => ports.tracker.removeLabel(open, labels.human),
    },
  ],
  close: [
    {
      manner: 'again',
      ask: ({ ports }) => ports.tracker.close(open),
      done: ({ issue }) => (issue(1).state === 'closed' ? 1 : 0),
    },
  ],
  reopen: [
    {
      manner: 'again',
      ask: ({ ports }) => ports.tracker.reopen(closed),
      done: ({ issue }) => (issue(2).state === 'open' ? 1 : 0),
    },
  ],
}

const rerun: Omit<Row<GitHub>, 'manner'> = {
  ask: ({ ports, run }) => ports.ci.rerun(shop, run),
  done: ({ repo }) => (repo.runs[0]?.attempts.length ?? 0) - 1,
}

export const ciRows: Operations<GitHub> = {
  history: [
    read(
      async ({ ports, head }) => (await ports.ci.history(shop, 'main', { depth: 1 })).map(({ sha }) => sha === head),
      [true],
    ),
  ],
  contains: [
    read(async ({ ports, head }) => [await ports.ci.contains(shop, 'main', head)], [true], {
      aims: ({ path }) => path.includes('/compare/'),
      // An unknown commit, as far as a branch that can be read tells.
      exceptions: { '404': { value: [false] } },
    }),
    {
      part: 'the look after a 404',
      manner: 'again',
      aims: ({ path }) => path.includes('/branches/'),
      ask: async ({ ports }) => [await ports.ci.contains(shop, 'main', 'f'.repeat(40))],
      answers: [false],
    },
  ],
  checks: [
    read(
      async ({ ports, head }) => valuesOf(await ports.ci.checks([{ repo: shop, sha: head }])),
      [{ attempt: 1, checks: [{ name: 'test', conclusion: 'failure' }] }],
    ),
    {
      part: 'the attempts of its runs',
      manner: 'again',
      aims: ({ path }) => path.includes('/actions/runs'),
      ask: async ({ ports, head }) => valuesOf(await ports.ci.checks([{ repo: shop, sha: head }])),
      answers: [{ attempt: 1 }],
      // A token that may not read Actions: there was one attempt.
      exceptions: { '403': 'done', '404': 'done' },
    },
  ],
  closeUp: [
    read(
      async ({ ports, head }) => valuesOf(await ports.ci.closeUp([{ repo: shop, sha: head }])),
      [{ checks: [{ name: 'test', conclusion: 'failure' }] }],
    ),
  ],
  files: [read(async ({ ports, head }) => ports.ci.files(shop, head), ['.github/afk.md'])],
  logs: [
    read(
      async ({ ports, job }) => (await ports.ci.logs(shop, failing(job), 10)).map(({ text }) => text),
      ['FAIL cart.test.ts'],
      {
        most: 3,
        // Whatever can be read of them: a fix turn goes without a log rather than not at all.
        exceptions: {
          ...always({ value: [''] }),
          '401': 'auth',
          '429 for a minute': 'rate',
          '429 for a second': 'done',
          'secondary limit for a minute': 'rate',
          'secondary limit for a second': 'done',
          '500 once': 'done',
          '502 once': 'done',
          'reset once': 'done',
          'reset in the body once': 'done',
          'done, one answer lost': 'done',
          '301 on the same host': 'done',
          // The answer is a redirect without a body.
          'truncated JSON': 'done',
        },
      },
    ),
  ],
  rerun: [
    { ...rerun, part: 'the look before', manner: 'again', aims: ({ isWrite: writes }) => !writes },
    {
      ...rerun,
      manner: 'once',
      aims: isWrite,
      // What the run says of itself afterwards decides.
      exceptions: {
        ...gated,
        '403': 'refused',
        '409': 'refused',
        'reset in the body': 'done',
        'reset in the body once': 'done',
        'done, answers lost': 'done',
        'done, one answer lost': 'done',
        'truncated JSON': 'done',
      },
    },
  ],
  deployment: [
    read(({ ports, head }) => ports.ci.deployment(shop, 'prod', [head]), { state: 'success' }),
    {
      part: 'its statuses',
      manner: 'again',
      aims: ({ path }) => path.includes('/statuses'),
      ask: ({ ports, head }) => ports.ci.deployment(shop, 'prod', [head]),
      answers: { state: 'success' },
    },
  ],
}
