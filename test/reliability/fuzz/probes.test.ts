import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { createCredentials } from '../../../src/adapters/github/credentials.ts'
import { probeOver } from '../../../src/adapters/github/probe.ts'
import { subjectIn } from '../../../src/adapters/kubernetes/create-events.ts'
import { allowedIn } from '../../../src/adapters/kubernetes/probe.ts'
import { createT3Probe } from '../../../src/adapters/t3/probe.ts'
import { tokenIn } from '../../../src/cli/gh-token.ts'
import { campaign } from './campaign.ts'
import { clientThat } from './client-that.ts'
import { canary, pick, spoil, spoilOften } from './hostile.ts'
import { read, readLater } from './read.ts'
import { spoilJson } from './spoil-json.ts'
import { withoutTimeouts } from './without-timeouts.ts'

/** What services answer when afk asks who it is and what it may do: for the doctor, for an App's token, and for its Events. */

const timeout = 600_000
const repo = 'acme/shop'

const rules = [
  { type: 'pull_request', parameters: { required_approving_review_count: 1, allowed_merge_methods: ['squash'] } },
  { type: 'merge_queue' },
]
const settings = {
  squashMergeAllowed: true,
  mergeCommitAllowed: false,
  rebaseMergeAllowed: true,
  defaultBranchRef: {
    name: 'main',
    refUpdateRule: { requiredApprovingReviewCount: 1, requiresLinearHistory: true },
  },
}
const permissions = { pull: true, triage: true, push: true }

type GitHubProbe = ReturnType<typeof probeOver>

/** A question with what GitHub answers to it, in order, and whether what comes of it is of the form that is promised. */
function question<Value>(
  ask: (probe: GitHubProbe) => Promise<Value>,
  answers: readonly unknown[],
  isWhole: (value: Value) => boolean,
) {
  return {
    answers,
    ask: async (probe: GitHubProbe) => {
      const value = await ask(probe)
      if (!isWhole(value)) throw new Error(`not of the form that is promised: ${JSON.stringify(value)}`)
      return value
    },
  }
}

const areTexts = (values: readonly unknown[]) => values.every((value) => typeof value === 'string')
const areFlags = (values: readonly unknown[]) => values.every((value) => typeof value === 'boolean')

const questions = [
  question(
    (probe) => probe.repo(repo),
    [{ full_name: repo, private: true, archived: false, has_issues: true, permissions }],
    ({ nameWithOwner, hasIssues, archived, private: isPrivate, permissions: may }) =>
      areTexts([nameWithOwner]) &&
      areFlags([hasIssues, archived, isPrivate, ...(may === null ? [] : [may.pull, may.triage, may.push])]),
  ),
  question((probe) => probe.labels(repo), [[{ name: 'ready-for-agent' }, { name: 'bug' }]], areTexts),
  question(
    (probe) => probe.workflows(repo),
    [
      [
        { path: '.github/workflows/ci.yml', type: 'file' },
        { path: 'x', type: 'dir' },
      ],
    ],
    (paths) => areTexts(paths) && paths.every((path) => /\.ya?ml$/i.test(path)),
  ),
  question(
    (probe) => probe.mergeRules(repo),
    [{ data: { rateLimit: null, viewer: { login: 'afk' }, item0: settings } }, rules],
    ({ methods, approvals, linear, queue }) =>
      methods.every((method) => ['squash', 'merge', 'rebase'].includes(method)) &&
      Number.isSafeInteger(approvals) &&
      areFlags([linear, queue]),
  ),
  question(
    (probe) => probe.credential(),
    [{}],
    ({ scopes, expiresAt }) => areTexts(scopes ?? []) && (expiresAt === null || Number.isFinite(expiresAt)),
  ),
] as const

it('GitHub, as the doctor asks it: data, or a failure that quotes no answer', { timeout }, async () => {
  let answers: readonly unknown[] = []
  let headers: Record<string, string | number | undefined> = {}
  let asked = 0
  const client = clientThat(async (key) => {
    const answer = answers[Math.min(asked, answers.length - 1)]
    asked += 1
    if (asked > 20) throw new Error('asks without end')
    return key.includes('query ') ? answer : { status: 200, headers, data: answer }
  })
  const probe = probeOver(client, { read: () => 'ghp_x', reload: () => 'ghp_x' })
  const good = new Map<unknown, number>()
  const problems = await campaign('GitHub, as the doctor asks it', (random, noted) => {
    const one = pick<(typeof questions)[number]>(questions, random)
    const at = Math.floor(random() * one.answers.length)
    answers = one.answers.with(at, spoilJson(one.answers[at], random))
    headers = {
      'x-oauth-scopes': spoil('repo, workflow', random),
      'github-authentication-token-expiration': spoil('2026-12-01 09:00:00 UTC', random),
    }
    noted({ answers, headers })
    asked = 0
    return readLater(async () => {
      const value = await one.ask(probe)
      good.set(one, (good.get(one) ?? 0) + 1)
      return value
    })
  })
  expect(problems).toEqual([])
  for (const [index, one] of questions.entries()) expect(good.get(one), `question ${index}`).toBeGreaterThan(500)
})

it('T3, as the doctor asks it: data, or a failure that quotes no answer', { timeout }, async () => {
  withoutTimeouts()
  let text = ''
  let status = 200
  const headers = new Map([['content-type', 'application/json']])
  const probe = createT3Probe({
    url: 'http://t3.example',
    token: { read: () => 'x', reload: () => 'x' },
    userAgent: 'afk/test',
    deadline: () => 60_000,
    clock: { now: () => 0, sleep: async () => {} },
    fetch: async () => ({
      status,
      statusText: '',
      headers: { get: (name) => headers.get(name) ?? null, [Symbol.iterator]: () => headers[Symbol.iterator]() },
      text: async () => text,
      arrayBuffer: async () => new ArrayBuffer(0),
    }),
  })
  const server = { environmentId: 'env-1', serverVersion: '0.0.28' }
  const session = { authenticated: true, scopes: ['orchestration:read'], expiresAt: '2026-12-01T09:00:00.000Z' }
  let good = 0
  const problems = await campaign('T3, as the doctor asks it', (random, noted) => {
    const isServer = random() < 0.5
    const json = JSON.stringify(spoilJson(isServer ? server : session, random)) ?? ''
    text = noted(random() < 0.1 ? spoilOften(json, random) : json)
    status = random() < 0.95 ? 200 : pick([302, 400, 401, 403, 404, 500], random)
    return readLater(async () => {
      const found = await (isServer ? probe.server() : probe.session())
      good += 1
      return found
    })
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it('Kubernetes, as the doctor and the journal ask it: data, or one line that quotes nothing', { timeout }, async () => {
  const review = { status: { allowed: true, reason: canary } }
  const cronJob = { metadata: { uid: '11111111-2222-5333-8444-555555555555', resourceVersion: '7', name: canary } }
  const place = { namespace: 'afk', cronJob: 'afk-poller', wallClock: () => 7 }
  let allowed = 0
  let told = 0
  const problems = await campaign('Kubernetes, as the doctor and the journal ask it', (random, noted) => {
    const isReview = random() < 0.5
    const data = spoilJson(isReview ? review : cronJob, random)
    const headers: Record<string, string> =
      random() < 0.5 ? {} : { date: spoil('Sat, 21 Nov 2026 03:00:00 GMT', random) }
    noted({ data, headers })
    return read(() => {
      if (isReview) {
        const may = allowedIn(data)
        if (may) allowed += 1
        return may
      }
      const { uid, resourceVersion, at } = subjectIn({ data, headers }, place)
      told += 1
      if (typeof uid !== 'string' || typeof resourceVersion !== 'string' || uid === '') throw new Error('about nothing')
      return at
    })
  })
  expect(problems).toEqual([])
  expect(allowed).toBeGreaterThan(1000)
  expect(told).toBeGreaterThan(1000)
})

/** Nearly all of its cost is the vendor's signature, so that CI samples it. The key is as short as the signature allows. */
const signed = { bounded: 300, full: 20_000 }

it('tokens of a GitHub App: one to send, or a failure that quotes no answer', { timeout }, async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const installations = [{ id: 7, account: { login: 'acme' } }]
  const token = {
    token: 'ghs_x',
    expires_at: '2026-11-21T04:00:00Z',
    permissions: { issues: 'write' },
    repository_selection: 'all',
  }
  let good = 0
  const attempt = (random: () => number, noted: <Input>(input: Input) => Input) => {
    const isFirst = random() < 0.5
    const spoiled = noted(spoilJson(isFirst ? installations : token, random))
    const request = async (route: string) => {
      const isList = route === 'GET /app/installations'
      return { status: 200, headers: {}, url: '', data: isList === isFirst ? spoiled : isList ? installations : token }
    }
    const source = { appId: 1, privateKey: () => pem }
    return readLater(async () => {
      const found = await createCredentials(source, Object.assign(request, { endpoint: {} }) as never).current()
      if (typeof found !== 'string' || !/^[\x21-\x7E]+$/.test(found)) throw new Error('no token for a header')
      good += 1
      return found
    })
  }
  expect(await campaign('tokens of a GitHub App', attempt, signed)).toEqual([])
  expect(good).toBeGreaterThan(50)
})

it('the token of another command line: what a header can carry, or none', { timeout }, async () => {
  let good = 0
  const problems = await campaign('tokens of gh', (random, noted) => {
    const said = noted(random() < 0.1 ? 'gho_0123456789' : spoil('gho_0123456789', random))
    const token = tokenIn(said)
    if (token === null) return null
    good += 1
    return token === said && !/[^\x21-\x7E]/.test(token) ? null : `a token ${token}`
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})
