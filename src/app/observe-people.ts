import { approvalCause } from '../core/people/approval-rows.ts'
import { approversOf } from '../core/people/approvers.ts'
import type { Card } from '../core/card/card.ts'
import { isUnclearYes, looksLikeCommand, parseCommand } from '../core/people/commands.ts'
import type { Landing } from '../core/landing/landing.ts'
import { sameName, type Actor, type IssueComment, type IssueFacts, type RepoName } from '../core/model.ts'
import { onlyDeploymentLeft } from '../core/people/held-deployments.ts'
import { noteIn } from '../core/people/notes.ts'
import { openQuestion } from '../core/people/open-question.ts'
import type { People, PersonsCommand, Said } from '../core/people/people.ts'
import type { RepoPolicy } from '../core/policy.ts'
import { isOwn, trustOf } from '../core/trust.ts'
import type { Verdict } from '../core/verdict/verdict.ts'
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
    ...('pull' in landing ? landing.pull.comments.map((comment) => ({ ...comment, on: landing.pull.number })) : []),
  ]
    .filter((comment) => !comment.own && !comment.editedByOther && comment.createdAt >= epochAt)
    .toSorted((a, b) => a.createdAt - b.createdAt || a.id - b.id)
  const waiting = await waitingOf(question, tick)
  const mayApprove = approversIn(question.policy, self)
  return {
    answer: await answerOf(placed, question, tick),
    commands: await commandsOf(placed, issue.repo, tick),
    said: await saidOf(placed, { ...question, waits: waiting.length > 0 }, mayApprove, tick),
    unclear: placed
      .filter(({ body, author, receipted }) => receipted !== true && isUnclearYes(body) && mayApprove(author))
      .map(({ id }) => id),
    waiting,
  }
}

/** The first trusted comment after the question, by the tracker's own times (SPEC 16.1). */
async function answerOf(placed: readonly Placed[], question: PeopleQuestion, tick: Tick): Promise<IssueComment | null> {
  const { card, issue } = question
  const open = openQuestion(card)
  if (open === null) return null
  const note = noteIn(issue.comments, card.runId, `question:${open.number}`)
  const asked = note?.createdAt ?? open.at
  const used = new Set(card.questions?.map(({ answer }) => answer))
  for (const comment of placed) {
    // The tracker's times are whole seconds: within the one of the question its ids, which only rise, tell what came first.
    const isEarlier = comment.createdAt < asked || (comment.createdAt === asked && comment.id < (note?.id ?? 0))
    if (isEarlier || used.has(comment.id) || looksLikeCommand(comment.body)) continue
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

interface Asked extends PeopleQuestion {
  /** A deployment waits for somebody's word. */
  readonly waits: boolean
}

type MayApprove = (actor: Actor | null) => actor is Actor

/** Those whom the configuration names; agents and afk itself never count, whatever it says (SPEC 16.2). */
function approversIn(policy: RepoPolicy, self: Actor): MayApprove {
  const logins = policy.approval.before.length === 0 ? [] : approversOf(policy.approval.by).logins
  return (actor): actor is Actor =>
    actor !== null && !isOwn(actor, { policy, self }) && logins.some((login) => isNamed(actor, login))
}

/** Every yes and no of those. */
async function saidOf(
  placed: readonly Placed[],
  question: Asked,
  mayApprove: MayApprove,
  tick: Tick,
): Promise<readonly Said[]> {
  const { policy, landing, head } = question
  const comments = placed.flatMap(({ id, body, author, createdAt, receipted }): readonly Said[] => {
    const command = parseCommand(body)
    if (!mayApprove(author) || (command?.kind !== 'approve' && command?.kind !== 'reject')) return []
    const said = {
      what: null,
      by: author.login,
      via: 'comment',
      at: createdAt,
      comment: id,
      ...(receipted === true && { receipted }),
    } as const
    return command.kind === 'approve'
      ? [{ ...said, decision: 'approved', head: command.sha }]
      : [{ ...said, decision: 'rejected', head: null }]
  })
  if (head === null) return comments
  const reviews = landing.kind === 'open' ? landing.pull.reviews : []
  const approving = reviews.flatMap(({ author, state, commit, at }): readonly Said[] =>
    state === 'approved' && commit === head && mayApprove(author)
      ? [{ decision: 'approved', head, what: 'merge', by: author.login, via: 'review', at, comment: null }]
      : [],
  )
  const { members } = approversOf(policy.approval.by)
  return [...comments, ...approving, ...(await reactionsOf(question, head, members, tick))].toSorted(
    (a, b) => (a.at ?? Infinity) - (b.at ?? Infinity),
  )
}

/** Anybody may name an app like a person: a bot counts only where it is named as one. */
function isNamed({ login, kind }: Actor, name: string): boolean {
  return sameName(kind === 'bot' ? `${login}[bot]` : login, name)
}

/**
 * The right to read reactions may be missing, and a bell may have been deleted: GitHub alone still works, and no next tick will find it
 * otherwise until a person does something. `doctor` weighs it; a tick says it in one line and is none the worse.
 */
async function reactionsOf(
  { card, policy, landing, waits }: Asked,
  head: string,
  members: readonly string[],
  tick: Tick,
): Promise<readonly Said[]> {
  const { notifier } = tick.world
  if (notifier === null || members.length === 0 || tick.failures.stopped('notifier') !== null) return []
  const said: Said[] = []
  for (const what of policy.approval.before) {
    // Also after a yes, for as long as it can be taken back.
    const isAsked = what === 'merge' ? landing.kind === 'open' : waits
    const { channel, ts } = card.bells[approvalCause(what, head)] ?? {}
    if (!isAsked || channel === undefined || ts === undefined) continue
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
      const error = asPortError(thrown)
      if (error.category === 'forbidden' || error.category === 'not-found') tick.report.warn(error)
      else {
        tick.report.error('reactions', error)
        tick.failures.item(error)
      }
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
  if (!onlyDeploymentLeft(verdict)) return []
  return tick.world.pulls.waitingDeployments(issue.repo, head)
}
