import * as z from 'zod'
import type { Actor } from '../../core/model.ts'
import { PortError } from '../../ports/errors.ts'
import type { Pulls } from '../../ports/pulls.ts'
import type { Client } from './client.ts'
import { describeCall } from './errors.ts'
import { inRepo } from './names.ts'
import { restPages } from './pages.ts'
import { createWaitingDeployments } from './pull-deployments.ts'
import { createPullList } from './pull-list.ts'
import { createMerge } from './pull-merge.ts'
import { createPullView } from './pull-view.ts'
import { createWords } from './pull-words.ts'

/** GitHub's pull requests, over the client of the tracker. */
export function createPulls(client: Client, self: () => Promise<Actor>): Pulls {
  return {
    list: createPullList(client),
    view: createPullView(client),
    files: createPullFiles(client),
    merge: createMerge(client),
    ...createWords(client, self),
    ...createWaitingDeployments(client),
  }
}

/** GitHub's documentation: a pull request lists 3,000 files at most. Protected paths are judged by it, so a cut list is an error. */
const fileLimit = 3000

/** By REST: GraphQL names a file that moved by its new name alone. */
function createPullFiles(client: Client): Pulls['files'] {
  return async (repo, number) => {
    const call = { port: 'tracker', operation: 'files', subject: `${repo}#${String(number)}` } as const
    const route = 'GET /repos/{owner}/{repo}/pulls/{number}/files'
    const files: z.infer<typeof filesSchema> = []
    for await (const page of restPages(client, call, route, { ...inRepo(repo), number }, filesSchema))
      files.push(...page)
    if (files.length >= fileLimit) {
      const words = `GitHub lists no more than ${String(fileLimit)} files of a pull request, expected all of them`
      throw new PortError(call.port, call.operation, 'refused', `${describeCall(call)}: ${words}`)
    }
    const names = files.flatMap(({ filename, previous_filename }) =>
      previous_filename === undefined ? [filename] : [filename, previous_filename],
    )
    return [...new Set(names)]
  }
}

const filesSchema = z.array(z.object({ filename: z.string(), previous_filename: z.string().optional() }))
