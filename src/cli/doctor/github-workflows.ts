import type { RepoName } from '../../core/model.ts'
import type { RepoPolicy } from '../../core/policy.ts'
import { eachRepo, ok, skipped, warn, type Check, type Finding, type Room } from './check.ts'
import { portFailure } from './port-failure.ts'
import { triggersOf } from './workflow-triggers.ts'

/** CI would start for what a run leaves behind: the repo's workflows listen to it, and whoever does it is one they listen to. */
export const githubWorkflows: Check = {
  name: 'github-workflows',
  area: 'github',
  eachRepo: true,
  run: (room) => eachRepo(room, (repo) => look(room, repo), portFailure),
}

async function look(room: Room, repo: RepoName): Promise<readonly Finding[]> {
  const policy = room.policy.repo(repo)
  if (policy.ci === 'none') return [skipped(repo, 'ci: none, so nothing has to start')]
  const { base } = await room.overview(repo)
  if (base === null) return [skipped(repo, 'it has no commit, and so no workflow')]
  const files = await readWorkflows(room, repo)
  if (files.length === 0) return [ok(repo, 'it has no GitHub Actions workflow: its checks come from elsewhere')]
  const triggers = await Promise.all(
    files.map(async ({ path, text }) => ({ path, starts: await triggersOf(text, base.branch) })),
  )
  const findings = [
    ...triggers.filter(({ starts }) => starts === 'unreadable').map(({ path }) => unreadable(repo, path)),
    ...deaf(repo, base.branch, policy, triggers),
    ...(await ownToken(room, repo, policy)),
  ]
  return findings.length > 0 ? findings : [ok(repo, `${files.length} read, and CI starts on what a run leaves behind`)]
}

/** More tell no more, and each costs a request. */
const mostFiles = 30

async function readWorkflows({ probe, world }: Room, repo: RepoName) {
  const paths = await probe.tracker.workflows(repo)
  const files: { path: string; text: string }[] = []
  for (const path of paths.slice(0, mostFiles)) {
    const text = await world.tracker.file(repo, path)
    if (text !== null) files.push({ path, text })
  }
  return files
}

function unreadable(repo: RepoName, path: string): Finding {
  const remedy = 'mend the file: GitHub does not run it as it stands'
  return warn(repo, `${path} is no workflow: expected a YAML mapping with on`, remedy)
}

type Read = { readonly path: string; readonly starts: Awaited<ReturnType<typeof triggersOf>> }

function deaf(repo: RepoName, branch: string, { landing }: RepoPolicy, triggers: readonly Read[]): readonly Finding[] {
  const any = (what: 'push' | 'pull') => triggers.some(({ starts }) => starts !== 'unreadable' && starts[what])
  return [
    ...(landing === 'push' || any('pull')
      ? []
      : [
          warn(
            repo,
            `no workflow starts on a pull request against ${branch}: a run would end as no-signal`,
            'add pull_request to on: of the workflow that tests, or set ci: none for the repo',
          ),
        ]),
    ...(any('push')
      ? []
      : [
          warn(
            repo,
            `no workflow starts on a push to ${branch}: ${landing === 'push' ? 'a run' : 'what was merged'} would end as no-signal`,
            `add push with branches: [${branch}] to on: of the workflow that tests, or set ci: none for the repo`,
          ),
        ]),
  ]
}

/** docs.github.com, *Triggering a workflow from a workflow*: what is done with the token of a workflow run starts no other one. */
const actionsLogin = 'github-actions'

async function ownToken({ world }: Room, repo: RepoName, policy: RepoPolicy): Promise<readonly Finding[]> {
  const { login } = await world.tracker.self()
  const remedy = 'use a fine-grained token or a GitHub App instead of GITHUB_TOKEN'
  const merges = policy.landing === 'pull-request' && policy.merge === 'auto'
  return [
    ...(merges && isActions(login)
      ? [warn(repo, 'afk would merge with the token of a workflow run, and GitHub starts no CI for that', remedy)]
      : []),
    ...(policy.agentLogins.some(isActions)
      ? [warn(repo, 'agents push with the token of a workflow run, and GitHub starts no CI for that', remedy)]
      : []),
  ]
}

function isActions(login: string): boolean {
  return login.toLowerCase().replace(/\[bot\]$/u, '') === actionsLogin
}
