import { stripVTControlCharacters } from 'node:util'
import type { Check, LogTail, RepoName } from '../../core/model.ts'
import type { Ci } from '../../ports/ci.ts'
import { PortError } from '../../ports/errors.ts'
import type { Client } from './client.ts'
import type { Call } from './errors.ts'
import { toPortError } from './errors.ts'
import { inRepo } from './names.ts'
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
  const parameters = { ...inRepo(repo), job: check.job }
  try {
    const answer = await client.rest(call, 'GET /repos/{owner}/{repo}/actions/jobs/{job}/logs', parameters, {
      redirect: 'manual',
    })
    const location = answer.headers['location']
    if (typeof location !== 'string') throw missingLocation(call, answer.status)
    // Signed for one minute, and on a storage that must not see the token.
    return lastLines(await downloadTail(location, client.userAgent, client.deadline()), lines)
  } catch (error) {
    const failure = toPortError(error, call)
    if (failure.category === 'auth' || failure.category === 'rate') throw failure
    // Expired, not written yet, or not for this token: the failing names are told without it.
    return ''
  }
}

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
