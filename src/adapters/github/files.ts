import * as z from 'zod'
import type { RepoName } from '../../core/model.ts'
import type { Ci } from '../../ports/ci.ts'
import { PortError } from '../../ports/errors.ts'
import type { Client } from './client.ts'
import type { Call } from './errors.ts'
import { inRepo } from './names.ts'
import { restPages } from './pages.ts'

/** GitHub's documentation: a comparison names 300 files at most, all on its first page; a commit 3,000, over pages. */
const comparisonLimit = 300
const commitLimit = 3000

/**
 * Paths that a commit changes. Complete or an error, because protected paths are judged by it: a comparison that GitHub cuts off
 * is replaced by the files of each of its commits, which may name a few more than the sum of them changed.
 */
export function createFiles(client: Client): Ci['files'] {
  return async (repo, sha, against) => {
    const call = { port: 'ci', operation: 'files', subject: `${repo} ${sha}` } as const
    if (against === undefined) return filesOfCommit(client, call, repo, sha)
    const route = 'GET /repos/{owner}/{repo}/compare/{base}...{head}'
    const parameters = { ...inRepo(repo), base: against, head: sha }
    const shas: string[] = []
    for await (const page of restPages(client, call, route, parameters, comparisonSchema)) {
      // The first page alone names files, and all that are named.
      if (shas.length === 0 && page.files.length < comparisonLimit) return pathsOf(page.files)
      shas.push(...page.commits.map((commit) => commit.sha))
    }
    const lists = await Promise.all(shas.map((each) => filesOfCommit(client, call, repo, each)))
    return [...new Set(lists.flat())]
  }
}

async function filesOfCommit(client: Client, call: Call, repo: RepoName, sha: string): Promise<readonly string[]> {
  const files: z.infer<typeof fileSchema>[] = []
  const route = 'GET /repos/{owner}/{repo}/commits/{sha}'
  for await (const page of restPages(client, call, route, { ...inRepo(repo), sha }, commitSchema)) {
    files.push(...page.files)
  }
  if (files.length >= commitLimit) {
    throw new PortError(
      'ci',
      call.operation,
      'refused',
      `github files of ${call.subject}: GitHub lists no more than ${String(commitLimit)} files of a commit, expected all of them`,
    )
  }
  return pathsOf(files)
}

const fileSchema = z.object({ filename: z.string(), previous_filename: z.string().optional() })
const commitSchema = z.object({ files: z.array(fileSchema).default([]) })
const comparisonSchema = commitSchema.extend({ commits: z.array(z.object({ sha: z.string() })) })

function pathsOf(files: readonly z.infer<typeof fileSchema>[]): readonly string[] {
  const names = files.flatMap(({ filename, previous_filename }) =>
    previous_filename === undefined ? [filename] : [filename, previous_filename],
  )
  return [...new Set(names)]
}
