import { approvalCause } from '../core/approval-rows.ts'
import { approversOf } from '../core/approvers.ts'
import type { Card } from '../core/card.ts'
import { looksLikeCommand, parseCommand } from '../core/commands.ts'
import type { Landing } from '../core/landing.ts'
import { sameName, type Actor, type IssueComment, type IssueFacts, type RepoName } from '../core/model.ts'
import { noteTag } from '../core/note-comments.ts'
import type { People, PersonsCommand, Said } from '../core/people.ts'
import type { RepoPolicy } from '../core/policy.ts'
import { isOwn, trustOf } from '../core/trust.ts'
import type { Verdict } from '../core/verdict.ts'
import { knowPermissions } from './permissions.ts'
import { asPortError, type Tick } from './tick.ts'

export interface PeopleQuestion {
  readonly issue: IssueFacts
  readonly card: Card
  readonly epochAt: number
  readonly policy: RepoPolicy
  readonly landing: Landing
  readonly head: string | null
  readonly verdict: Verdict | null
}

/** A comment, and the issue or pull request that it stands on. */
type Placed = IssueComment & { readonly on: number }

/**
 * What people said to a run (SPEC 16). Comments were read with the issue and its pull request; the notifier and deployments are asked
 * only while a yes is waited for.
 */
export async function observePeople(question: PeopleQuestion, tick: Tick): Promise<People> {
  const { issue, epochAt, landing } = question
  const self = await tick.world.tracker.self()
  const placed: readonly Placed[] = [
    ...issue.comments.map((comment) => ({ ...comment, on: issue.number })),
    ...(landing.kind === 'open'
      ? landing.pull.comments.map((comment) => ({ ...comment, on: landing.pull.number }))
      : []),
  ]
    .filter((comment) => !comment.own && !comment.editedByOther && comment.createdAt >= epochAt)
    .toSorted((a, b) => a.createdAt - b.createdAt || a.id - b.id)
  return {
    answer: await answerOf(placed, question, tick),
    commands: await commandsOf(placed, issue.repo, tick),
    said: await saidOf(placed, question, self, tick),
    waiting: await waitingOf(question, tick),
  }
}

/** The first trusted comment after the question, by the tracker's own times (SPEC 16.1). */
async function answerOf(placed: readonly Placed[], question: PeopleQuestion, tick: Tick): Promise<IssueComment | null> {
  const { card, issue } = question
  const open = card.questions?.find(({ answer }) => answer === null)
  if (open === undefined) return null
  const tag = noteTag(card.runId, `question:${open.number}`)
  const asked = issue.comments.find(({ own, body }) => own && body.includes(tag))?.createdAt ?? open.at
  const used = new Set(card.questions?.map(({ answer }) => answer))
  for (const comment of placed) {
    if (comment.createdAt < asked || used.has(comment.id) || looksLikeCommand(comment.body)) continue
    if (await isTrusted(comment.author, issue.repo, tick)) return comment
  }
  return null
}

async function commandsOf(placed: readonly Placed[], repo: RepoName, tick: Tick): Promise<readonly PersonsCommand[]> {
  const commands: PersonsCommand[] = []
  for (const { id, body, author, on, receipted } of placed) {
    const kind = parseCommand(body)?.kind
    if (receipted === true || (kind !== 'status' && kind !== 'stop')) continue
    if (await isTrusted(author, repo, tick)) commands.push({ kind, by: author?.login ?? 'ghost', comment: id, on })
  }
  return commands
}

async function isTrusted(author: Actor | null, repo: RepoName, tick: Tick): Promise<boolean> {
  return trustOf(author, await knowPermissions(repo, [author], tick)) === 'trusted'
}

/** Every yes and no of those whom the configuration names; agents and afk itself never count, whatever it says (SPEC 16.2). */
async function saidOf(
  placed: readonly Placed[],
  question: PeopleQuestion,
  self: Actor,
  tick: Tick,
): Promise<readonly Said[]> {
  const { policy, landing, head } = question
  if (policy.approval.before.length === 0 || head === null) return []
  const { logins, members } = approversOf(policy.approval.by)
  const mayApprove = (actor: Actor | null): actor is Actor =>
    actor !== null && !isOwn(actor, { policy, self }) && logins.some((login) => sameName(login, actor.login))
  const comments = placed.flatMap(({ id, body, author, createdAt }): readonly Said[] => {
    const command = parseCommand(body)
    if (!mayApprove(author) || (command?.kind !== 'approve' && command?.kind !== 'reject')) return []
    const by = author.login
    return command.kind === 'approve'
      ? [{ decision: 'approved', head: command.sha, what: null, by, via: 'comment', at: createdAt, comment: id }]
      : [{ decision: 'rejected', head: null, what: null, by, via: 'comment', at: createdAt, comment: id }]
  })
  const reviews = landing.kind === 'open' ? landing.pull.reviews : []
  const approving = reviews.flatMap(({ author, state, commit, at }): readonly Said[] =>
    state === 'approved' && commit === head && mayApprove(author)
      ? [{ decision: 'approved', head, what: 'merge', by: author.login, via: 'review', at, comment: null }]
      : [],
  )
  return [...comments, ...approving, ...(await reactionsOf(question, head, members, tick))].toSorted(
    (a, b) => (a.at ?? Infinity) - (b.at ?? Infinity),
  )
}

/** The right to read reactions may be missing: GitHub alone still works (`doctor` says so). */
async function reactionsOf(
  { card, policy }: PeopleQuestion,
  head: string,
  members: readonly string[],
  tick: Tick,
): Promise<readonly Said[]> {
  const { notifier } = tick.world
  if (notifier === null || members.length === 0) return []
  const said: Said[] = []
  for (const what of policy.approval.before) {
    const { channel, ts } = card.bells[approvalCause(what, head)] ?? {}
    const decided = card.approvals?.some((one) => one.what === what && one.head === head)
    if (channel === undefined || ts === undefined || decided === true) continue
    try {
      for (const { name, users } of await notifier.reactions({ channel, ts })) {
        const decision = decisions.get(name)
        if (decision === undefined) continue
        const allowed = users.filter((user) => members.includes(user))
        said.push(
          ...allowed.map((by) => ({ decision, head, what, by, via: 'slack', at: null, comment: null }) as const),
        )
      }
    } catch (thrown) {
      tick.report.error('reactions', asPortError(thrown))
    }
  }
  return said
}

const decisions: ReadonlyMap<string, Said['decision']> = new Map([
  ['white_check_mark', 'approved'],
  ['x', 'rejected'],
])

async function waitingOf(
  { issue, policy, head, verdict, landing }: PeopleQuestion,
  tick: Tick,
): Promise<People['waiting']> {
  if (!policy.approval.before.includes('deploy') || head === null || landing.kind === 'open') return []
  if (verdict?.kind !== 'pending') return []
  return tick.world.pulls.waitingDeployments(issue.repo, head)
}
