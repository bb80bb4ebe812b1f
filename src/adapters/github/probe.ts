import * as z from 'zod'
import type { Credential, CredentialKind, RepoAccess, TrackerProbe } from '../../ports/probe.ts'
import { PortError } from '../../ports/errors.ts'
import type { Client, ClientOptions } from './client.ts'
import { createClient } from './client.ts'
import { createRecorder } from './meter.ts'
import { inRepo } from './names.ts'
import { restPages } from './pages.ts'
import { parseAnswer } from './parse.ts'
import { createMergeRules } from './probe-merge.ts'

/** GitHub, as far as only `afk doctor` asks it. A client of its own: sends nothing before the first call. */
export function createGitHubProbe(options: ClientOptions): TrackerProbe {
  const recorder = createRecorder()
  let permissions: Permissions | null = null
  const granted = (told: Permissions) => {
    permissions = told
  }
  // GitHub tells them with an installation's token, and nowhere else.
  const token = 'read' in options.token ? options.token : { ...options.token, granted }
  const client = createClient({ ...options, token }, recorder)
  return { ...probeOver(client, token, () => permissions), now: recorder.now }
}

/** {@link createGitHubProbe} over a client that is there already. */
export function probeOver(
  client: Client,
  token: ClientOptions['token'],
  granted: () => Permissions | null = () => null,
): Omit<TrackerProbe, 'now'> {
  return {
    credential: async () => {
      const credential = await readCredential(client, token)
      const permissions = granted()
      return permissions === null ? credential : { ...credential, permissions }
    },
    repo: async (repo) => {
      const call = callFor('repo', repo)
      const answer = await client.rest(call, 'GET /repos/{owner}/{repo}', inRepo(repo))
      return parseAnswer(repoSchema, answer.data, call)
    },
    labels: async (repo) => {
      const names: string[] = []
      const route = 'GET /repos/{owner}/{repo}/labels'
      for await (const page of restPages(client, callFor('labels', repo), route, inRepo(repo), labelsSchema)) {
        names.push(...page.map(({ name }) => name))
      }
      return names
    },
    workflows: async (repo) => {
      try {
        const folder = { ...inRepo(repo), path: '.github/workflows' }
        const call = callFor('workflows', repo)
        const { data } = await client.rest(call, 'GET /repos/{owner}/{repo}/contents/{+path}', folder)
        return parseAnswer(folderSchema, data, call).filter((path) => /\.ya?ml$/iu.test(path))
      } catch (error) {
        if (error instanceof PortError && error.category === 'not-found') return []
        throw error
      }
    },
    mergeRules: createMergeRules(client),
    createLabel: async (repo, { name, color, description }) => {
      try {
        const fields = { ...inRepo(repo), name, color, description }
        await client.rest(callFor('createLabel', repo), 'POST /repos/{owner}/{repo}/labels', fields)
      } catch (error) {
        // 422 `already_exists`: somebody else was quicker, and it is there.
        if (!(error instanceof PortError) || error.category !== 'refused') throw error
      }
    },
  }
}

type Permissions = NonNullable<Credential['permissions']>

/**
 * `GET /rate_limit` is answered for every kind of credential and costs nothing; what is wanted are its headers. The scopes of a classic
 * token stand in `x-oauth-scopes`, the end of a personal one in `github-authentication-token-expiration`.
 */
async function readCredential(client: Client, token: ClientOptions['token']): Promise<Credential> {
  const { headers } = await client.rest(callFor('credential', 'the token'), 'GET /rate_limit')
  const scopes = headers['x-oauth-scopes']
  const end = Date.parse(String(headers['github-authentication-token-expiration'] ?? ''))
  return {
    kind: 'read' in token ? kindOf(token.read()) : 'app',
    scopes:
      scopes === undefined
        ? null
        : String(scopes)
            .split(',')
            .map((scope) => scope.trim())
            .filter((scope) => scope !== ''),
    expiresAt: Number.isNaN(end) ? null : end,
  }
}

/** GitHub's published prefixes of tokens; the value itself goes no further. */
function kindOf(token: string): CredentialKind {
  if (token.startsWith('github_pat_')) return 'fine-grained'
  if (token.startsWith('ghp_')) return 'classic'
  if (token.startsWith('gho_')) return 'oauth'
  return token.startsWith('ghs_') || token.startsWith('ghu_') ? 'app' : 'unknown'
}

const repoSchema: z.ZodType<RepoAccess> = z
  .object({
    full_name: z.string(),
    private: z.boolean(),
    archived: z.boolean(),
    has_issues: z.boolean(),
    permissions: z
      .object({ pull: z.boolean(), triage: z.boolean().default(false), push: z.boolean() })
      .nullish()
      .transform((permissions) => permissions ?? null),
  })
  .transform(({ full_name, has_issues, ...rest }) => ({ ...rest, nameWithOwner: full_name, hasIssues: has_issues }))

/** A file by that name is no folder, and holds no workflow. */
const folderSchema = z
  .union([
    z.array(z.object({ path: z.string(), type: z.string() })),
    z.object({ path: z.string() }).transform(() => []),
  ])
  .transform((entries) => entries.filter(({ type }) => type === 'file').map(({ path }) => path))

const labelsSchema = z.array(z.object({ name: z.string() }))

function callFor(operation: string, subject: string) {
  return { port: 'tracker', operation, subject } as const
}
