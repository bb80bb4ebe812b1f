import * as z from 'zod'
import type { Commit } from '../../core/model.ts'
import { PortError } from '../../ports/errors.ts'
import type { Ci } from '../../ports/ci.ts'
import { restUserSchema } from './actor.ts'
import type { Client } from './client.ts'
import { inRepo } from './names.ts'
import { restPages } from './pages.ts'
import { parseAnswer } from './parse.ts'

const maxCommits = 1000

/** Commits of a branch. REST lists them as `git log` does, merged ones among the first parents. */
export function createHistory(client: Client): Pick<Ci, 'history' | 'contains'> {
  return {
    history: async (repo, branch, { depth, until }) => {
      const call = { port: 'ci', operation: 'history', subject: `${repo} ${branch}` } as const
      const size = until === undefined ? Math.min(100, Math.max(1, depth)) : 100
      const parameters = { ...inRepo(repo), sha: branch, per_page: size }
      const commits: Commit[] = []
      for await (const page of restPages(
        client,
        call,
        'GET /repos/{owner}/{repo}/commits',
        parameters,
        commitsSchema,
      )) {
        commits.push(...page)
        const reached = until === undefined || commits.some(({ sha }) => sha === until)
        if ((reached && commits.length >= depth) || commits.length >= maxCommits) break
      }
      return commits
    },

    contains: async (repo, branch, sha) => {
      const call = { port: 'ci', operation: 'contains', subject: `${repo} ${branch}` } as const
      const route = 'GET /repos/{owner}/{repo}/compare/{base}...{head}'
      try {
        const answer = await client.rest(call, route, {
          ...inRepo(repo),
          base: branch,
          head: sha,
          per_page: 1,
        })
        const { status } = parseAnswer(comparisonSchema, answer.data, call)
        return status === 'behind' || status === 'identical'
      } catch (error) {
        if (!(error instanceof PortError) || error.category !== 'not-found') throw error
        // An unknown commit and a repo that cannot be seen look the same; the second must not pass for a removed head.
        const answer = await client.rest(call, 'GET /repos/{owner}/{repo}/branches/{branch}', {
          ...inRepo(repo),
          branch,
        })
        parseAnswer(branchSchema, answer.data, call)
        return false
      }
    },
  }
}

const comparisonSchema = z.object({ status: z.string() })
const branchSchema = z.object({ name: z.string() })

const commitsSchema: z.ZodType<readonly Commit[]> = z.array(
  z
    .object({
      sha: z.string(),
      html_url: z.string(),
      commit: z.object({ message: z.string() }),
      author: restUserSchema,
      parents: z.array(z.object({ sha: z.string() })),
    })
    .transform(({ sha, html_url, commit, author, parents }) => ({
      sha,
      message: commit.message,
      author,
      parents: parents.map((parent) => parent.sha),
      url: html_url,
    })),
)
