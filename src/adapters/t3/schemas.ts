import * as z from 'zod'

/**
 * What afk reads of T3's answers, and no more: unknown fields are ignored, unknown words become `unknown`, a missing field is an error
 * (SPEC 8.8). Times become instants here. Field by field as in `test/samples/t3`.
 */

/** The version that these schemas were recorded against. */
export const supportedVersion = '0.0.28'

const instant = z.string().transform((text, context) => {
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return at
  context.addIssue({ code: 'custom', message: 'expected an ISO 8601 time' })
  return z.NEVER
})

/** One of the words that T3's own schema has; any other is kept as `unknown`, which never acts (SPEC 6.4). */
function word<const Word extends string>(...words: readonly Word[]) {
  return z.string().transform((text): Word | 'unknown' => words.find((known) => known === text) ?? 'unknown')
}

const latestTurn = z.object({
  turnId: z.string(),
  state: word('running', 'interrupted', 'completed', 'error'),
  requestedAt: instant,
  completedAt: instant.nullable(),
})

const session = z.object({
  status: word('idle', 'starting', 'running', 'ready', 'interrupted', 'stopped', 'error'),
  activeTurnId: z.string().nullable(),
  lastError: z.string().nullable(),
  updatedAt: instant,
})

const head = z.object({
  id: z.string(),
  projectId: z.string(),
  title: z.string(),
  createdAt: instant,
  updatedAt: instant,
  latestTurn: latestTurn.nullable(),
  session: session.nullable(),
})

const shellThread = head.extend({
  latestUserMessageAt: instant.nullable(),
  hasPendingApprovals: z.boolean(),
  hasPendingUserInput: z.boolean(),
})

const project = z.object({ id: z.string(), title: z.string(), workspaceRoot: z.string() })

const message = z.object({
  id: z.string(),
  role: word('user', 'assistant', 'system'),
  text: z.string(),
  turnId: z.string().nullable(),
  streaming: z.boolean(),
  createdAt: instant,
})

const activity = z.object({
  kind: z.string(),
  /** Another form for each kind: read leniently, where it is used. */
  payload: z.unknown(),
  turnId: z.string().nullable(),
  createdAt: instant,
})

const checkpoint = z.object({
  turnId: z.string(),
  status: word('ready', 'missing', 'error'),
  completedAt: instant,
})

const thread = head.extend({
  messages: z.array(message),
  activities: z.array(activity),
  checkpoints: z.array(checkpoint),
})

/** `GET /api/orchestration/shell` */
export const shellAnswer = z.object({ projects: z.array(project), threads: z.array(shellThread) })

/** `GET /api/orchestration/threads/{id}` */
export const threadAnswer = z.object({ thread })

/** `POST /api/orchestration/dispatch` */
export const dispatchAnswer = z.object({ sequence: z.number() })

/** `GET /.well-known/t3/environment` */
export const environmentAnswer = z.object({ environmentId: z.string().min(1) })

/** How T3 words its own failures. None of these fields ever holds a text of a thread. */
export const errorAnswer = z.object({
  _tag: z.string(),
  reason: z.string().optional(),
  traceId: z.string().optional(),
  requiredScope: z.string().optional(),
})

export type ShellThread = z.infer<typeof shellThread>
export type Thread = z.infer<typeof thread>
export type Activity = z.infer<typeof activity>
