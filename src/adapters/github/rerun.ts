import * as z from 'zod'
import type { Ci } from '../../ports/ci.ts'
import { PortError } from '../../ports/errors.ts'
import type { Client } from './client.ts'
import { inRepo } from './names.ts'
import { parseAnswer } from './parse.ts'

/**
 * Runs the failed jobs again. GitHub refuses it for a run that already runs again, and an answer may get lost: what the run says
 * of itself afterwards decides, not the answer.
 */
export function createRerun(client: Client): Ci['rerun'] {
  return async (repo, workflowRun) => {
    const call = {
      port: 'ci',
      operation: 'rerun',
      subject: `${repo} run ${String(workflowRun)}`,
    } as const
    const target = { ...inRepo(repo), run: workflowRun }
    const read = async () => {
      const answer = await client.rest(call, 'GET /repos/{owner}/{repo}/actions/runs/{run}', target)
      return parseAnswer(runSchema, answer.data, call)
    }
    const before = await read()
    if (runsAgain(before)) return
    try {
      const route = 'POST /repos/{owner}/{repo}/actions/runs/{run}/rerun-failed-jobs'
      const answer = await client.rest(call, route, target, { once: true })
      parseAnswer(z.object({}), answer.data, call)
    } catch (error) {
      if (!(error instanceof PortError) || error.category === 'auth' || error.category === 'rate') throw error
      const after = await read()
      if (runsAgain(after) || after.run_attempt > before.run_attempt) return
      if (error.category !== 'forbidden' && error.category !== 'conflict') throw error
      throw new PortError('ci', 'rerun', 'refused', error.message, { status: error.status })
    }
  }
}

const runSchema = z.object({ run_attempt: z.int().default(1), status: z.string().nullable() })

function runsAgain(run: z.infer<typeof runSchema>): boolean {
  return run.run_attempt > 1 && run.status !== 'completed'
}
