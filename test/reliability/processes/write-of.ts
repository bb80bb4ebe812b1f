import type { ApiRequest } from '../../sandbox/github/http/exchange.ts'
import { requireRepo } from '../../sandbox/github/state/repos.ts'
import type { RecordedRequest } from '../../sandbox/t3/faults.ts'
import type { World } from '../../sandbox/world.ts'
import type { Call, Port } from '../calls.ts'

/**
 * The write of a port that a request to GitHub is; null for a read. Throws for one that nobody has named here: what is not named is
 * not watched.
 */
export function githubWrite({ method, path, text }: ApiRequest, world: World): Call | null {
  if (method === 'GET' || method === 'HEAD') return null
  if (path === '/graphql') return mutation(JSON.parse(text) as GraphqlBody)
  const [, repo = '', before = '', number, after = ''] = inRepo.exec(path) ?? []
  // Which label is taken off stands at the end of the path.
  const write = routes[`${method} ${before}N${after.replace(/^\/labels\/.*/, '/labels')}`]
  if (write === undefined) throw new Error(`a write to GitHub that nobody has named: ${method} ${path}`)
  return write(repo, Number(number), (text === '' ? {} : JSON.parse(text)) as Body, world)
}

/** The same of a command to T3. Asked once it was served, it knows the message that it sent. */
export function t3Write({ commandType, threadId }: RecordedRequest, world: World): Call | null {
  if (commandType === null) return null
  const operation = commands[commandType]
  if (operation === undefined) throw new Error(`a command to T3 that nobody has named: ${commandType}`)
  const sent = threadId === null ? [] : world.t3.messages(threadId).filter(({ role }) => role === 'user')
  return callOf('executor', operation, { threadId, messageId: sent.at(-1)?.id })
}

/** A write as the monitor takes it. */
export function callOf(port: Port, operation: string, ...args: readonly unknown[]): Call {
  return { port, operation, args, isWrite: true }
}

const inRepo = /^\/repos\/([^/]+\/[^/]+)\/(\D*)(\d+)(.*)$/

const commands: Readonly<Record<string, string>> = {
  'project.create': 'createProject',
  'thread.create': 'createThread',
  'thread.turn.start': 'startTurn',
  'thread.turn.interrupt': 'interrupt',
  'thread.archive': 'archive',
}

interface Body {
  readonly body?: string
  readonly state?: string
  readonly labels?: readonly string[]
  readonly sha?: string
}

/** `number`: the one in the path. */
type Write = (repo: string, number: number, body: Body, world: World) => Call

/** Below `/repos/owner/name/`; N is a number. */
const routes: Readonly<Record<string, Write>> = {
  'POST issues/N/comments': (repo, number, { body }) => callOf('tracker', 'comment', { repo, number }, body),
  'PATCH issues/comments/N': (repo, id, { body }, world) =>
    callOf('tracker', 'editComment', issueOf(repo, id, world), id, body),
  'DELETE issues/comments/N': (repo, id, _body, world) =>
    callOf('tracker', 'deleteComment', issueOf(repo, id, world), id),
  'POST issues/N/labels': (repo, number, { labels }) => callOf('tracker', 'addLabel', { repo, number }, labels?.[0]),
  'DELETE issues/N/labels': (repo, number) => callOf('tracker', 'removeLabel', { repo, number }),
  'PATCH issues/N': (repo, number, { state }) =>
    callOf('tracker', state === 'closed' ? 'close' : 'reopen', { repo, number }),
  'POST issues/comments/N/reactions': (repo, id) => callOf('pulls', 'react', repo, id),
  'PUT pulls/N/merge': (repo, number, { sha }) => callOf('pulls', 'merge', repo, number, { head: sha }),
  'POST actions/runs/N/rerun-failed-jobs': (repo, run) => callOf('ci', 'rerun', repo, run),
  'POST actions/runs/N/pending_deployments': (repo, run) => callOf('pulls', 'decideDeployment', repo, run),
}

interface GraphqlBody {
  readonly query: string
  readonly variables?: { readonly thread?: string }
}

const mutations: Readonly<Record<string, string>> = { Resolve: 'resolveThread', Reply: 'replyToThread' }

function mutation({ query, variables }: GraphqlBody): Call | null {
  const [isWrite, name = ''] = /^\s*mutation\b\s*(\w*)/.exec(query) ?? []
  if (isWrite === undefined) return null
  const operation = mutations[name]
  if (operation === undefined) throw new Error(`a mutation of GitHub's that nobody has named: ${name}`)
  return callOf('pulls', operation, { thread: variables?.thread })
}

/** The issue that this comment stands on. */
function issueOf(repo: string, comment: number, world: World): { readonly repo: string; readonly number: number } {
  const issue = requireRepo(world.github, repo).issues.find(({ comments }) => comments.some(({ id }) => id === comment))
  return { repo, number: issue?.number ?? 0 }
}
