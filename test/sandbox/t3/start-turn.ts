import type { Step } from './agent.ts'
import { askAgent, failStart } from './ask-agent.ts'
import type { Thread } from './model.ts'
import { playTurn } from './play-turn.ts'
import { requireThread, type Job, type Runtime, type StartRequest } from './runtime.ts'
import { addActivity, setSession } from './store.ts'

const MAX_TEXT = 120_000

/**
 * The reactor's work for one accepted `thread.turn.start`: provider session, then the turn. Turn starts are serial over the whole
 * server. A failed start leaves no state at all but one activity, stamped with the time of the message.
 */
export function startTurn(runtime: Runtime, request: StartRequest): Job {
  return (at, release) => {
    const { timing, scheduler } = runtime
    const thread = requireThread(runtime, request.threadId)
    if (thread.archivedAt !== null || thread.deletedAt !== null) return release(at)
    if (runtime.live.get(thread.id)?.ending === true) {
      scheduler.at(at + timing.interruptedShown, (now) => startTurn(runtime, request)(now, release))
      return
    }
    if (runtime.live.has(thread.id) || runtime.starting.has(thread.id)) {
      const refused = refuseText(request)
      if (refused === null) runtime.queued.set(thread.id, [...(runtime.queued.get(thread.id) ?? []), request])
      else failStart(runtime, request, at, refused)
      return release(at)
    }
    const unusable = refuseInstance(runtime, thread, request)
    if (unusable !== null) {
      scheduler.at(at + timing.sessionReady, (now) => failStart(runtime, request, now, unusable))
      return release(at + timing.sessionReady)
    }
    if (thread.worktreePath !== null && !runtime.world.dirs.has(thread.worktreePath)) {
      return failInMissingFolder(runtime, request, at, release)
    }
    const refused = refuseText(request)
    const steps: Step[] =
      refused === null ? askAgent(runtime, thread, request) : [{ kind: 'failStart', after: 0, detail: refused }]
    const first = steps[0]
    if (first?.kind === 'neverStart') return release(at + timing.startOccupies)
    if (first?.kind !== 'failStart') runtime.starting.set(thread.id, at + timing.sessionReady + timing.running)
    scheduler.at(at + timing.sessionReady, (now) => {
      setSession(runtime.store, thread, now, {
        status: 'ready',
        activeTurnId: null,
        lastError: null,
        providerInstanceId: request.instanceId,
      })
      if (first?.kind === 'failStart') failStart(runtime, request, now, first.detail)
      else scheduler.at(now + timing.running, (begun) => beginTurn(runtime, request, steps, begun))
    })
    release(at + timing.startOccupies)
  }
}

function beginTurn(runtime: Runtime, request: StartRequest, steps: Step[], at: number): void {
  runtime.starting.delete(request.threadId)
  if (requireThread(runtime, request.threadId).deletedAt === null) playTurn(runtime, request, steps, at)
}

function refuseText({ text }: StartRequest): string | null {
  const prefix = 'ProviderValidationError: Provider validation failed in ProviderService.sendTurn: '
  if (text.trim() === '') return `${prefix}Either input text or at least one attachment is required`
  if (text.length > MAX_TEXT)
    return `${prefix}Expected a value with a length of at most ${MAX_TEXT}, got "${text.slice(0, 1000)}"`
  return null
}

function refuseInstance(runtime: Runtime, thread: Thread, { instanceId }: StartRequest): string | null {
  const state = Object.hasOwn(runtime.instances, instanceId) ? runtime.instances[instanceId] : undefined
  if (state === undefined) {
    return `Thread '${thread.id}' references unknown provider instance '${instanceId}'. The instance is not configured in this build.`
  }
  if (state === 'ok') return null
  return `ProviderAdapterProcessError: Provider adapter process error (${instanceId}) for thread ${thread.id}: Failed to spawn the process`
}

/** The one failed start that does leave a session row (thread-missing-worktree-path). */
function failInMissingFolder(runtime: Runtime, request: StartRequest, at: number, release: (at: number) => void): void {
  const lastError = 'Claude runtime stream failed.'
  const thread = requireThread(runtime, request.threadId)
  const complain = (now: number): void =>
    addActivity(runtime.store, thread, now, {
      tone: 'error',
      kind: 'runtime.error',
      summary: 'Runtime error',
      payload: { message: lastError },
      turnId: null,
    })
  runtime.scheduler.at(at + runtime.timing.sessionReady, (now) => {
    complain(now)
    failStart(
      runtime,
      request,
      now,
      `ProviderAdapterSessionNotFoundError: Unknown ${request.instanceId} adapter thread: ${thread.id}`,
    )
    runtime.scheduler.at(now + 65, (later) => {
      complain(later)
      setSession(runtime.store, thread, later, {
        status: 'stopped',
        activeTurnId: null,
        lastError,
        providerInstanceId: request.instanceId,
      })
    })
  })
  release(at + runtime.timing.startOccupies)
}
