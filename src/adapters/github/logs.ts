import { stripVTControlCharacters } from 'node:util'
import * as z from 'zod'
import type { Check, LogTail, RepoName } from '../../core/model.ts'
import type { Ci } from '../../ports/ci.ts'
import { PortError } from '../../ports/errors.ts'
import type { Client } from './client.ts'
import type { Call } from './errors.ts'
import { toPortError } from './errors.ts'
import { inRepo } from './names.ts'
import { restPages } from './pages.ts'
import { createSlots } from './slots.ts'
import { downloadTail } from './tail.ts'

/** The ends of the logs of Actions' jobs. A check of another app has no log that GitHub could give. */
export function createLogs(client: Client): Ci['logs'] {
  // Storage is not the API, whose own limit does not count here: a few at a time.
  const inSlot = createSlots(4)
  return (repo, failing, lines) =>
    Promise.all(
      failing.map(async (check): Promise<LogTail> => ({
        name: check.name,
        text: await inSlot(() => logOf(client, repo, check, lines)),
      })),
    )
}

async function logOf(client: Client, repo: RepoName, check: Check, lines: number): Promise<string> {
  if (check.job === null) return ''
  const call = {
    port: 'ci',
    operation: 'logs',
    subject: `${repo} job ${String(check.job)}`,
  } as const
  try {
    return lastLines(await readLog(client, call, repo, check.job), lines)
  } catch (error) {
    const failure = toPortError(error, call)
    // A check run that did not take the number of its job.
    const job = failure.category === 'not-found' ? await jobOf(client, call, repo, check) : null
    if (job !== null) return logOf(client, repo, { ...check, job, workflowRun: null }, lines)
    if (failure.category === 'auth' || failure.category === 'rate') throw failure
    // Expired, not written yet, or not for this token: the failing names are told without it.
    return ''
  }
}

async function readLog(client: Client, call: Call, repo: RepoName, job: number): Promise<string> {
  const route = 'GET /repos/{owner}/{repo}/actions/jobs/{job}/logs'
  const answer = await client.rest(call, route, { ...inRepo(repo), job }, { redirect: 'manual' })
  const location = answer.headers['location']
  // A server of one's own may keep its logs itself, and answer with the text. A page is a proxy's.
  const isPage = String(answer.headers['content-type']).startsWith('text/html')
  if (answer.status === 200 && typeof answer.data === 'string' && !isPage) return answer.data
  if (typeof location !== 'string') throw missingLocation(call, answer.status)
  // Signed for one minute, and on a storage that must not see the token.
  return downloadTail(location, client.userAgent, client.deadline())
}

/** The job of this check in its workflow run, by what ties the two, else by name; null where there is no other than was asked for. */
async function jobOf(client: Client, call: Call, repo: RepoName, check: Check): Promise<number | null> {
  if (check.workflowRun === null) return null
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run}/jobs'
  const jobs: z.infer<typeof jobsSchema>['jobs'] = []
  try {
    const parameters = { ...inRepo(repo), run: check.workflowRun }
    for await (const page of restPages(client, call, route, parameters, jobsSchema)) jobs.push(...page.jobs)
  } catch (error) {
    const failure = toPortError(error, call)
    if (failure.category === 'auth' || failure.category === 'rate') throw failure
    return null
  }
  const tied = jobs.find(({ check_run_url: url }) => url?.endsWith(`/check-runs/${String(check.job)}`) === true)
  const found = (tied ?? jobs.findLast(({ name }) => name === check.name))?.id ?? null
  return found === check.job ? null : found
}

const jobsSchema = z.object({
  jobs: z.array(z.object({ id: z.int(), name: z.string(), check_run_url: z.string().nullish() })),
})

function lastLines(text: string, lines: number): string {
  return stripVTControlCharacters(text)
    .split(/\r?\n/)
    .map((line) => line.replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z ?/, ''))
    .join('\n')
    .trimEnd()
    .split('\n')
    .slice(-lines)
    .join('\n')
}

function missingLocation(call: Call, status: number): PortError {
  return new PortError(
    call.port,
    call.operation,
    'contract',
    `github logs of ${call.subject}: expected a redirect to the log, got none`,
    { status },
  )
}
