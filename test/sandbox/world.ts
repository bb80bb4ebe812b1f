import { peopleOf, type People } from './github/people.ts'
import type { CiPlan } from './github/state/ci-model.ts'
import { createGitHubState } from './github/state/create.ts'
import type { GitHubState } from './github/state/model.ts'
import { addRepo, requireRepo, type RepoInput } from './github/state/repos.ts'
import { addToken, addUser } from './github/state/users.ts'
import { createT3State, type T3Options, type T3State } from './t3/state.ts'
import type { PullCrew, PullHost } from './t3/pull-work.ts'
import type { Host } from './t3/work.ts'

/** A GitHub and a T3 on one clock, with people, and agents in T3 that push to this GitHub. */
export interface World {
  readonly github: GitHubState
  readonly people: People
  readonly t3: T3State
  readonly crew: PullCrew
  /** What CI says of pushes, by word; a scenario may add its own. */
  readonly ci: Record<string, CiPlan>
  /** The credential of afk's own account. */
  readonly githubToken: string
  readonly addRepo: (name: string, input?: RepoInput) => void
}

/** Roles of the people in every repo of the world. `stranger` has no standing; `afk` is the robot's own account. */
const roles = {
  ada: 'admin',
  mona: 'maintain',
  wendy: 'write',
  tri: 'triage',
  rea: 'read',
  afk: 'write',
  'afk-agent': 'write',
} as const

const labels = ['ready-for-agent', 'agent-in-progress', 'ready-for-human']

export interface WorldOptions extends Pick<T3Options, 'clock' | 'schedule' | 'timing' | 'instances'> {
  /** How long the phases of an agent's work take, in milliseconds. */
  readonly paceMs?: number
  /** By how much GitHub's clock is ahead of T3's (negative: behind). */
  readonly githubAheadMs?: number
  /** How long a check runs, in milliseconds. */
  readonly checkMs?: number
}

export function createWorld(options: WorldOptions): World {
  const { clock, githubAheadMs = 0 } = options
  const github = createGitHubState({ clock: { now: () => clock.now() + githubAheadMs } })
  for (const login of ['acme', ...Object.keys(roles), 'stranger']) addUser(github, login)
  addUser(github, 'helper[bot]', 'Bot')
  const githubToken = 'ghp_sandboxsandboxsandboxsandbox00000000'
  addToken(github, githubToken, 'afk')
  const people = peopleOf(github)
  const ci = standardCi(options.checkMs ?? 2000)
  const host: Host = {
    push: ({ repo, message, files, ci: word, author }) => {
      const plan = word === undefined ? undefined : ci[word]
      if (word !== undefined && plan === undefined && word !== 'none')
        throw new Error(`the world knows no CI called ${word}`)
      return people.push(repo, { author, message, files, ...(word === undefined ? {} : { ci: plan ?? null }) })
    },
  }
  const planOf = (word: string | undefined) => {
    if (word === undefined) return {}
    const plan = ci[word]
    if (plan === undefined && word !== 'none') throw new Error(`the world knows no CI called ${word}`)
    return { ci: plan ?? null }
  }
  const pulls: PullHost = {
    pushBranch: ({ repo, branch, message, files, ci: word, author }) =>
      people.pushToBranch(repo, branch, { author, message, files, ...planOf(word) }),
    openPull: ({ repo, branch, title, body, author }) => {
      const { number } = people.openPullRequest(repo, { title, body, author, head: branch }).issue
      if (ci['green'] !== undefined) people.planMergeCi(repo, number, ci['green'])
      return number
    },
    mergeBaseIn: ({ repo, number, message, files, author, ci: word }) =>
      people.mergeBaseIn(repo, number, author, { message, files, ...planOf(word) }),
  }
  const t3 = createT3State({ ...options, gitDirs: [], dirs: ['/data'] })
  return {
    github,
    people,
    t3,
    ci,
    githubToken,
    crew: { host, pulls, opened: new Map(), paceMs: options.paceMs ?? 1000 },
    addRepo: (name, input = {}) => {
      addRepo(github, name, { collaborators: roles, labels, ...input })
      people.push(name, {
        author: 'ada',
        message: 'First commit',
        files: { 'README.md': `# ${name}\n` },
        ci: ci['green'] ?? null,
      })
    },
  }
}

/** The commits of a repo's default branch are judged by these words. */
function standardCi(durationMs: number): Record<string, CiPlan> {
  const log = [
    '$ npm test',
    '> vitest run',
    'FAIL test/cart.test.ts > adds up',
    'AssertionError: expected 3 to be 4',
    'npm error code 1',
  ].join('\n')
  return {
    green: {
      checks: [
        { name: 'test', durationMs },
        { name: 'lint', durationMs },
      ],
    },
    red: {
      checks: [
        { name: 'test', conclusion: 'failure', durationMs, log },
        { name: 'lint', durationMs },
      ],
    },
    lintRed: {
      checks: [
        { name: 'test', durationMs },
        { name: 'lint', conclusion: 'failure', durationMs, log: 'no-unused-vars' },
      ],
    },
    infrastructure: {
      checks: [
        { name: 'test', conclusion: ['timed_out', 'success'], durationMs },
        { name: 'lint', durationMs },
      ],
    },
    neverConcludes: { checks: [{ name: 'test', durationMs: 365 * 24 * 3600 * 1000 }] },
  }
}

/** Head of the default branch. */
export function headOf(world: World, repo: string): string {
  const found = requireRepo(world.github, repo)
  const sha = found.branches.get(found.defaultBranch)
  if (sha === undefined) throw new Error(`${repo} has no commit`)
  return sha
}
