import * as z from 'zod'
import type { Check, CheckConclusion } from '../../core/model.ts'

/** One node of a rollup, and what tells it from others of its name: `key`, and how new it is. */
export interface SeenCheck {
  readonly check: Check
  readonly key: string
  readonly order: number
}

export const contextFields = `__typename
  ... on CheckRun { name status conclusion completedAt databaseId detailsUrl checkSuite { app { slug } workflowRun { databaseId } } }
  ... on StatusContext { context state targetUrl createdAt }`

const runSchema = z
  .object({
    __typename: z.literal('CheckRun'),
    name: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    completedAt: z.string().nullish(),
    databaseId: z.number().nullable(),
    detailsUrl: z.string().nullable(),
    checkSuite: z.object({
      app: z.object({ slug: z.string() }).nullable(),
      workflowRun: z.object({ databaseId: z.number().nullable() }).nullable(),
    }),
  })
  .transform((run): SeenCheck => {
    const { app, workflowRun } = run.checkSuite
    const job = jobOf(run.detailsUrl, run.databaseId, workflowRun !== null)
    const conclusion = run.status === 'COMPLETED' ? conclusionOf(run.conclusion) : null
    return {
      check: {
        name: run.name,
        kind: 'check-run',
        conclusion,
        url: run.detailsUrl,
        workflowRun: workflowRun?.databaseId ?? null,
        job,
        // "The check run is waiting for a deployment protection rule to be satisfied" (GitHub, check statuses).
        ...(run.status === 'WAITING' ? { held: true as const } : {}),
        ...failedAt(conclusion, run.completedAt),
      },
      // Two workflows with a job of the same name are two checks: the one must not hide the other's failure.
      key: JSON.stringify([app?.slug ?? null, workflowRun?.databaseId ?? null, run.name]),
      order: run.databaseId ?? 0,
    }
  })

const statusSchema = z
  .object({
    __typename: z.literal('StatusContext'),
    context: z.string(),
    state: z.string(),
    targetUrl: z.string().nullable(),
    createdAt: z.string().nullish(),
  })
  .transform(({ context, state, targetUrl, createdAt }): SeenCheck => ({
    check: {
      name: context,
      kind: 'status',
      conclusion: statusConclusion(state),
      url: targetUrl,
      workflowRun: null,
      job: null,
      ...failedAt(statusConclusion(state), createdAt),
    },
    key: JSON.stringify(['status', context]),
    order: 0,
  }))

export const contextSchema: z.ZodType<SeenCheck> = z.discriminatedUnion('__typename', [runSchema, statusSchema])

/** The newest of each name within its app and workflow run, in the order they first came. */
export function newestChecks(seen: readonly SeenCheck[]): readonly Check[] {
  const newest = new Map<string, SeenCheck>()
  for (const each of seen) {
    const other = newest.get(each.key)
    if (other === undefined || each.order >= other.order) newest.set(each.key, each)
  }
  return [...newest.values()].map(({ check }) => check)
}

/** A convenience: a time that cannot be read is none. */
function failedAt(conclusion: CheckConclusion | null, time: string | null | undefined): Pick<Check, 'failedAt'> {
  const at = Date.parse(time ?? '')
  return isFailure(conclusion) && Number.isFinite(at) ? { failedAt: at } : {}
}

/** Neither good, nor to come, nor unknown. */
function isFailure(conclusion: CheckConclusion | null): boolean {
  return conclusion !== null && !['success', 'neutral', 'skipped', 'unknown'].includes(conclusion)
}

function conclusionOf(conclusion: string | null): CheckConclusion {
  const known = conclusion !== null && Object.hasOwn(conclusions, conclusion) ? conclusions[conclusion] : undefined
  return known ?? 'unknown'
}

const conclusions: Readonly<Record<string, CheckConclusion>> = {
  SUCCESS: 'success',
  NEUTRAL: 'neutral',
  SKIPPED: 'skipped',
  FAILURE: 'failure',
  CANCELLED: 'cancelled',
  TIMED_OUT: 'timed-out',
  STALE: 'stale',
  STARTUP_FAILURE: 'startup-failure',
  ACTION_REQUIRED: 'action-required',
}

function statusConclusion(state: string): CheckConclusion | null {
  if (state === 'PENDING' || state === 'EXPECTED') return null
  if (state === 'SUCCESS') return 'success'
  return state === 'FAILURE' || state === 'ERROR' ? 'failure' : 'unknown'
}

/** A job of GitHub Actions has its check run's id; the URL says it, too, and wins where the two differ. */
function jobOf(url: string | null, databaseId: number | null, isActions: boolean): number | null {
  if (!isActions) return null
  const inUrl = /\/job\/(\d+)/.exec(url ?? '')?.[1]
  return inUrl === undefined ? databaseId : Number(inUrl)
}
