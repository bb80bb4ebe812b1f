import type { ModelChoice } from '../core/effects.ts'
import type { Instant, ProjectSummary, ThreadSummary, ThreadView } from '../core/model.ts'

/** How a command that begins agent work is sent. */
export interface Sending {
  /** Asked before it is sent once more by itself (no answer, a limit, a renewed credential). False: it is left at what it has come to. */
  readonly mayRepeat?: () => boolean
}

/** What the executor holds, in one read. */
export interface Snapshot {
  readonly projects: readonly ProjectSummary[]
  /** Neither archived nor deleted ones. */
  readonly threads: readonly ThreadSummary[]
}

/**
 * The coding agent's server. A write answers once the server has recorded it, which is not yet doing it. Every write carries a
 * command id: the same id again is the same write, done once. A write that the server rejected is `refused`, for that id for ever
 * (SPEC 5.2); one without an answer is `unavailable` and may be repeated with the same id. Reads see every recorded write.
 */
export interface Executor {
  /** The server's own time in the newest of its answers, null before the first. */
  readonly now: () => Instant | null
  /** When the credential ends, as far as it says so itself, without a request; null where it does not. The server alone knows for sure. */
  readonly tokenEndsAt: () => Instant | null
  /** One request. */
  readonly threads: () => Promise<Snapshot>
  /**
   * One thread in full; state `absent` when the server does not know it, or has archived or deleted it. That it waits for a person may
   * only have been told by the newest {@link threads}: who wants to know reads those first.
   */
  readonly detail: (threadId: string) => Promise<ThreadView>
  readonly createProject: (
    command: {
      readonly commandId: string
      readonly projectId: string
      readonly title: string
      readonly workspaceRoot: string
    },
    sending?: Sending,
  ) => Promise<void>
  readonly createThread: (
    command: {
      readonly commandId: string
      readonly threadId: string
      readonly projectId: string
      readonly title: string
      readonly model: ModelChoice
    },
    sending?: Sending,
  ) => Promise<void>
  /** Look first: to an archived or deleted thread it is recorded and never done. */
  readonly startTurn: (
    command: {
      readonly commandId: string
      readonly messageId: string
      readonly threadId: string
      readonly text: string
      readonly model: ModelChoice
    },
    sending?: Sending,
  ) => Promise<void>
  /** Asks the running turn to end; it ends as `failed` a moment later. Nothing running: done. */
  readonly interrupt: (command: { readonly commandId: string; readonly threadId: string }) => Promise<void>
  readonly archive: (command: { readonly commandId: string; readonly threadId: string }) => Promise<void>
  /** Where a person sees the thread; null while the server does not tell its environment. Asks at most once a tick. */
  readonly link: (threadId: string) => Promise<string | null>
}
