import * as z from 'zod'
import type { WaitingDeployment } from '../../core/pull-model.ts'
import { PortError } from '../../ports/errors.ts'
import type { Pulls } from '../../ports/pulls.ts'
import type { Client } from './client.ts'
import { inRepo } from './names.ts'
import { restPages } from './pages.ts'
import { parseAnswer } from './parse.ts'

type Deployments = Pick<Pulls, 'waitingDeployments' | 'decideDeployment'>

/** Environments with required reviewers hold a workflow run back in state `waiting` until one of them allows it. */
export function createWaitingDeployments(client: Client): Deployments {
  const pendingOf = async (operation: string, repo: string, run: number) => {
    const call = { port: 'tracker', operation, subject: `${repo} run ${String(run)}` } as const
    const route = 'GET /repos/{owner}/{repo}/actions/runs/{run}/pending_deployments'
    const answer = await client.rest(call, route, { ...inRepo(repo), run })
    return parseAnswer(pendingSchema, answer.data, call)
  }
  return {
    waitingDeployments: async (repo, sha) => {
      const call = { port: 'tracker', operation: 'waitingDeployments', subject: `${repo} ${sha}` } as const
      const route = 'GET /repos/{owner}/{repo}/actions/runs'
      const parameters = { ...inRepo(repo), head_sha: sha, status: 'waiting' }
      const waiting: WaitingDeployment[] = []
      for await (const page of restPages(client, call, route, parameters, runsSchema)) {
        for (const { id, html_url } of page.workflow_runs) {
          const environments = await pendingOf('waitingDeployments', repo, id)
          if (environments.length > 0) waiting.push({ workflowRun: id, url: html_url ?? null, environments })
        }
      }
      return waiting
    },
    decideDeployment: async (repo, workflowRun, environments, { state, comment }) => {
      const call = {
        port: 'tracker',
        operation: 'decideDeployment',
        subject: `${repo} run ${String(workflowRun)}`,
      } as const
      const route = 'POST /repos/{owner}/{repo}/actions/runs/{run}/pending_deployments'
      const parameters = { ...inRepo(repo), run: workflowRun, environment_ids: [...environments], state, comment }
      try {
        const answer = await client.rest(call, route, parameters, { once: true })
        parseAnswer(z.array(z.unknown()), answer.data, call)
      } catch (error) {
        if (!(error instanceof PortError) || error.category === 'auth' || error.category === 'rate') throw error
        // The answer may be the only thing that was lost: what still waits tells.
        const still = await pendingOf('decideDeployment', repo, workflowRun)
        if (still.some(({ id }) => environments.includes(id))) throw error
      }
    },
  }
}

const runsSchema = z.object({ workflow_runs: z.array(z.object({ id: z.int(), html_url: z.string().nullish() })) })

const pendingSchema = z.array(
  z
    .object({
      environment: z.object({ id: z.int(), name: z.string() }),
      current_user_can_approve: z.boolean(),
    })
    .transform(({ environment, current_user_can_approve }) => ({
      id: environment.id,
      name: environment.name,
      mayApprove: current_user_can_approve,
    })),
)
