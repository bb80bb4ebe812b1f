import * as z from 'zod'
import type { Permission } from '../../core/model.ts'
import { PortError } from '../../ports/errors.ts'
import type { Tracker } from '../../ports/tracker.ts'
import { toActor } from './actor.ts'
import type { Client } from './client.ts'
import type { Batch } from './graphql.ts'
import { runOne } from './graphql.ts'
import { inRepo, issueName } from './names.ts'
import { restPages } from './pages.ts'
import { parseAnswer } from './parse.ts'

/** Who afk is, and what others may do: the facts of trust (SPEC 5.1). */
export function createPeople(client: Client): Pick<Tracker, 'self' | 'permission' | 'labelledVia'> {
  return {
    // Every answer of GraphQL's has told it: a request of its own is for who asks before anything else.
    self: async () => {
      const asked = { port: 'tracker', operation: 'self' } as const
      return toActor(client.recorder.self() ?? (await runOne(client, asked, selfBatch, null)), false)
    },

    permission: async (repo, login) => {
      const call = { port: 'tracker', operation: 'permission', subject: repo } as const
      const route = 'GET /repos/{owner}/{repo}/collaborators/{login}/permission'
      try {
        const answer = await client.rest(call, route, { ...inRepo(repo), login })
        return parseAnswer(permissionSchema, answer.data, call)
      } catch (error) {
        const standing = error instanceof PortError ? error.category : null
        if (standing === 'not-found' || standing === 'forbidden') return null
        throw error
      }
    },

    labelledVia: async (repo, issue, eventId) => {
      const call = {
        port: 'tracker',
        operation: 'labelledVia',
        subject: issueName({ repo, number: issue }),
      } as const
      const route = 'GET /repos/{owner}/{repo}/issues/{issue}/events'
      for await (const events of restPages(client, call, route, { ...inRepo(repo), issue }, eventsSchema)) {
        const event = events.find(({ node_id }) => node_id === eventId)
        if (event !== undefined)
          return parseAnswer(labelEventSchema, event, call).performed_via_github_app?.slug ?? null
      }
      throw new PortError(
        'tracker',
        call.operation,
        'not-found',
        `github labelledVia of ${call.subject}: no such event`,
      )
    },
  }
}

export const selfBatch: Batch<null, string> = {
  name: 'Self',
  size: 1,
  variables: {},
  values: () => ({}),
  selection: 'viewer { login }',
  schema: z.object({ login: z.string() }).transform(({ login }) => login),
  subject: () => 'the token',
}

/** `role_name` tells maintain, triage and custom roles from the four that `permission` knows; older servers have the latter alone. */
const permissionSchema: z.ZodType<Permission> = z
  .object({ permission: z.string(), role_name: z.string().nullish() })
  .transform(({ permission, role_name }) => ({ permission, role: role_name ?? permission }))

const eventsSchema = z.array(z.looseObject({ node_id: z.string() }))

/** An app without a slug is an app all the same. An event that does not say whether there was one proves nothing. */
const labelEventSchema = z.object({
  performed_via_github_app: z.object({ slug: z.string().default('unnamed-app') }).nullable(),
})
