import type { Effect } from '../core/effects.ts'
import { commandIdOf, messageIdOf, projectCommandIdOf, projectIdOf } from '../core/ids.ts'
import { identifyRun, type Identified } from '../core/run/identify.ts'
import { sameName, type ThreadState, type ThreadSummary } from '../core/model.ts'
import { ownThreads, projectTitle, type OwnThread } from '../core/titles.ts'
import { idsPerTurn } from '../core/run/turns.ts'
import { PortError } from '../ports/errors.ts'
import type { Sending, Snapshot } from '../ports/executor.ts'
import type { ApplyContext, Outcome } from './apply.ts'
import { heldBack } from './held-back.ts'
import { asPortError } from './tick.ts'

/** Attempt numbers that are tried for a create: a rejected command id stays rejected for ever (SPEC 5.2). */
const createAttempts = 3

/** The repo's project: the derived one, or one that has the same folder under another id, which is adopted. */
export async function ensureProject(
  effect: Extract<Effect, { kind: 'project.ensure' }>,
  context: ApplyContext,
): Promise<Outcome> {
  const { memory } = context
  const { executor } = context.tick.world
  const projectId = projectIdOf(effect.repo)
  const find = (snapshot: Snapshot) =>
    snapshot.projects.find(({ id, workspaceRoot }) => id === projectId || workspaceRoot === effect.workspaceRoot)
  const standing = find(await executor.threads())
  if (standing) {
    memory.projectId = standing.id
    return { kind: 'replayed' }
  }
  for (let attempt = 1; attempt <= createAttempts; attempt += 1) {
    const why = heldBack(context)
    if (why !== null) return { kind: 'refused', why }
    await unlessRefused(() =>
      executor.createProject(
        {
          commandId: projectCommandIdOf(effect.repo, attempt),
          projectId,
          title: projectTitle(effect.repo),
          workspaceRoot: effect.workspaceRoot,
        },
        whileOpen(context),
      ),
    )
    // A receipt of an earlier time says nothing of now: the project may have been deleted since.
    const now = find(await executor.threads())
    if (now) {
      memory.projectId = now.id
      return { kind: 'done' }
    }
  }
  throw new PortError(
    'executor',
    'createProject',
    'refused',
    // The id of a deleted project is never free again, its folder is; and the id that a repo's project gets is always the same.
    `T3 will not make a project for ${effect.repo} at ${effect.workspaceRoot}: has one been deleted there? T3 gives no id twice. Make a project with that folder in T3 by hand, and afk uses it`,
  )
}

export async function createThread(
  effect: Extract<Effect, { kind: 'thread.create' }>,
  context: ApplyContext,
): Promise<Outcome> {
  const { executor } = context.tick.world
  for (let attempt = 1; attempt <= createAttempts; attempt += 1) {
    const done = await unlessRefused(() =>
      executor.createThread(
        {
          commandId: commandIdOf(effect.runId, 'create', attempt),
          threadId: effect.runId,
          projectId: context.memory.projectId ?? projectIdOf(effect.repo),
          title: effect.title,
          model: effect.model,
        },
        whileOpen(context),
      ),
    )
    // A receipt of an earlier time says nothing of now: the thread may have been deleted since.
    const there = (await executor.detail(effect.runId)).state !== 'absent'
    if (there) {
      context.memory.startsNew = false
      return { kind: done ? 'done' : 'replayed' }
    }
  }
  return { kind: 'instead', effects: effect.ifBurnt, why: 'thread-burnt' }
}

/**
 * *Look again* (SPEC 5.2): two pollers may have created threads for two issues of one repo. The one that was created earlier goes
 * first, by the server's own times, if it is at work, locked, or half dispatched; this one is kept, idle, for later.
 */
export async function yieldToEarlier(
  effect: Extract<Effect, { kind: 'thread.yield' }>,
  context: ApplyContext,
): Promise<Outcome> {
  const { tick } = context
  const snapshot = await tick.world.executor.threads()
  const own = snapshot.threads.find(({ id }) => id === effect.runId)
  if (own === undefined) {
    throw new PortError(
      'executor',
      'threads',
      'conflict',
      `thread ${effect.runId} is not in T3's list after it was created`,
    )
  }
  const earlier = ownThreads(snapshot.threads, snapshot.projects).filter(
    ({ thread, issue }) => sameName(issue.repo, effect.repo) && thread.id !== own.id && isEarlier(thread, own),
  )
  const working = earlier.find(({ thread }) => isAtWork(thread, tick, effect.repo))
  if (working)
    return { kind: 'refused', why: `${working.issue.repo}#${working.issue.number} goes first: its thread is at work` }
  const claimed = await findClaimed(earlier, snapshot, context)
  return claimed
    ? {
        kind: 'refused',
        why: `${claimed.issue.repo}#${claimed.issue.number} goes first: its thread was created earlier`,
      }
    : { kind: 'done' }
}

function isEarlier(thread: ThreadSummary, own: ThreadSummary): boolean {
  return thread.createdAt < own.createdAt || (thread.createdAt === own.createdAt && thread.id < own.id)
}

function isAtWork(thread: ThreadSummary, { policy, world }: ApplyContext['tick'], repo: string): boolean {
  const now = world.executor.now() ?? thread.updatedAt
  const alive = now - thread.updatedAt <= policy.repo(repo).stallSeconds * 1000
  return alive && (thread.state === 'working' || thread.state === 'waiting')
}

/** A thread that changed so lately may be a run whatever its labels say: what is to become of it may not be written down yet. */
const recentMs = 15 * 60 * 1000
/** For so long the watcher finds a run by its thread alone (SPEC 6.1), and puts on again a lock that an agent took off. */
const watchedMs = 3600 * 1000

async function findClaimed(
  earlier: readonly OwnThread[],
  snapshot: Snapshot,
  { tick }: ApplyContext,
): Promise<OwnThread | null> {
  const { tracker, executor } = tick.world
  const now = executor.now() ?? 0
  const open = earlier.filter(({ thread }) => thread.state === 'idle' || now - thread.updatedAt <= watchedMs)
  if (open.length === 0) return null
  const labelsOf = (repo: string) => tick.policy.repo(repo).labels
  const looked = await tracker.look(open.map(({ issue }) => ({ ...issue, labels: labelsOf(issue.repo) })))
  const self = await tracker.self()
  for (const [index, entry] of looked.entries()) {
    const candidate = open[index]
    // What cannot be read may be a run: the later thread waits rather than start a second one.
    if (candidate === undefined || (!entry.ok && entry.error.category === 'not-found')) continue
    if (!entry.ok) return candidate
    const identified = identifyRun(entry.value, {
      policy: tick.policy.repo(candidate.issue.repo),
      self,
      threadExists: (id) => snapshot.threads.some((thread) => thread.id === id),
      pollerResumes: true,
    })
    if (isInFlight(identified, now - candidate.thread.updatedAt) && identified.runId === candidate.thread.id)
      return candidate
  }
  return null
}

/**
 * A run that nothing leads to any more (no lock, not ready, its thread long unchanged) is in flight no longer (SPEC 6.1): nobody would
 * ever end it, and it would hold its repo for ever.
 */
function isInFlight(
  identified: Identified,
  unchangedMs: number,
): identified is Extract<Identified, { kind: 'dispatching' | 'run' }> {
  if (identified.kind === 'dispatching') return true
  if (identified.kind !== 'run' || identified.card?.outcome != null) return false
  if (identified.lock.kind === 'on' || unchangedMs <= recentMs) return true
  return identified.lock.kind === 'off' && identified.lock.byRole === 'agent' && unchangedMs <= watchedMs
}

/**
 * Sends a turn, exactly once: looked for first (a turn to an archived thread is recorded and never run), then under its own ids, and
 * under the next ones only when the executor has refused these and does not hold the message. What it calls a bad request it refuses
 * under every id.
 */
export async function startTurn(
  effect: Extract<Effect, { kind: 'turn.start' }>,
  context: ApplyContext,
): Promise<Outcome> {
  const { executor } = context.tick.world
  const ids = Array.from({ length: idsPerTurn }, (_, i) => ({
    commandId: commandIdOf(effect.runId, effect.purpose, effect.attempt + i),
    messageId: messageIdOf(effect.runId, effect.purpose, effect.attempt + i),
  }))
  const delivered = async () => {
    const view = await executor.detail(effect.runId)
    if (view.state === 'absent')
      throw new PortError('executor', 'startTurn', 'not-found', `thread ${effect.runId} is not there`)
    return view.messages.some(({ id }) => ids.some(({ messageId }) => messageId === id))
  }
  if (await delivered()) return { kind: 'replayed' }
  for (const { commandId, messageId } of ids) {
    const why = heldBack(context)
    if (why !== null) return { kind: 'refused', why }
    try {
      const done = await unlessRefused(() =>
        executor.startTurn(
          { commandId, messageId, threadId: effect.runId, text: effect.text, model: effect.model },
          whileOpen(context),
        ),
      )
      if (done || (await delivered())) return { kind: 'done' }
    } catch (thrown) {
      const error = asPortError(thrown)
      if (!isBadRequest(error)) throw error
      context.tick.failures.item(error)
      return { kind: 'instead', effects: effect.ifRefused, why: 'T3 does not take the turn (400)' }
    }
  }
  return { kind: 'instead', effects: effect.ifRefused, why: 'T3 refused every id of the turn' }
}

/** No receipt is kept of it, and it is never repeated as it is (contracts/t3.md, 5). */
function isBadRequest({ category, status }: PortError): boolean {
  return category === 'contract' && status === 400
}

/**
 * An interrupt of nothing is done. One that T3 refuses is looked after: what is not at work needs none, and otherwise there are other
 * ids. Throws `refused` when it goes on working after all of them.
 */
export async function interrupt(
  effect: Extract<Effect, { kind: 'turn.interrupt' }>,
  { tick }: ApplyContext,
): Promise<Outcome> {
  const { executor } = tick.world
  for (let n = 0; n < idsPerTurn; n += 1) {
    const commandId = commandIdOf(effect.runId, 'interrupt', effect.attempt + n * otherInterrupts)
    if (await unlessRefused(() => executor.interrupt({ commandId, threadId: effect.runId }))) return { kind: 'done' }
    if (!atWork.includes((await executor.detail(effect.runId)).state)) return { kind: 'replayed' }
  }
  throw new PortError(
    'executor',
    'interrupt',
    'refused',
    'T3 refuses every id of the interrupt, and the thread is at work',
  )
}

/** So far apart that none of them is ever the first number of another interrupt. */
const otherInterrupts = 100_000
const atWork: readonly ThreadState[] = ['starting', 'working', 'waiting', 'unknown']

/** The gates hold for each time that a command is sent, and before a repetition seconds may have gone (SPEC 3.5). */
function whileOpen(context: ApplyContext): Sending {
  return { mayRepeat: () => heldBack(context) === null }
}

async function unlessRefused(call: () => Promise<void>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (thrown) {
    const error = asPortError(thrown)
    if (error.category !== 'refused') throw error
    return false
  }
}
