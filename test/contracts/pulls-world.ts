import type { Pull } from '../../src/core/pull-model.ts'
import type { Pulls } from '../../src/ports/pulls.ts'
import { addApp, installApp, issueInstallationToken } from '../sandbox/github/state/apps.ts'
import type { CiPlan } from '../sandbox/github/state/ci-model.ts'
import type { PullInput, PullRequest } from '../sandbox/github/state/pulls.ts'
import type { PushInput } from '../sandbox/github/state/push.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { GitHubWorld } from './tracker-world.ts'
import { shop } from './tracker-world.ts'

/** What both halves of the contract of pull requests do with a world. */

export const work = 'afk/1-work-00000000'
export const green: CiPlan = { checks: [{ name: 'test', conclusion: 'success' }] }
export const red: CiPlan = { checks: [{ name: 'test', conclusion: 'failure' }] }

export type Opened = Partial<Omit<PullInput, 'from'> & Pick<PushInput, 'files' | 'message'>> & {
  readonly by?: string
  readonly fork?: string
  /** What CI does with the push of its branch. */
  readonly pushCi?: CiPlan
}

/** A repo with two files and issue #1: the pull requests that a test opens begin with #2. */
export function begin({ people, pass }: GitHubWorld): void {
  people.push(shop, { author: 'ada', message: 'first', files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } })
  people.open(shop, { title: 'One', author: 'mona' })
  pass(1000)
}

/** A branch with one commit, and its pull request. */
export function openPull({ people, pass }: GitHubWorld, more: Opened = {}): PullRequest {
  const { by = 'wendy', files, message = 'Do it', head = work, pushCi, fork, ...rest } = more
  people.pushToBranch(fork ?? shop, head, {
    author: by,
    message,
    files: files ?? { [`${head}.txt`]: head },
    ...(pushCi === undefined ? {} : { ci: pushCi }),
  })
  const from = fork === undefined ? {} : { fork }
  const opened = people.openPullRequest(shop, { title: `Title of ${head}`, author: by, head, ...from, ...rest })
  pass(1000)
  return opened
}

/** GitHub computes whether it can be merged when it is asked first: this is what it says then. */
export async function viewed(pulls: Pulls, number: number): Promise<Pull> {
  await pulls.view(shop, number)
  return pulls.view(shop, number)
}

/** An app that may write in the shop; answers the login of its bot. */
export function addBot({ state }: GitHubWorld, slug = 'afk-bot'): string {
  addApp(state, { slug, owner: 'acme' })
  issueInstallationToken(state, installApp(state, slug, [shop]))
  return `${slug}[bot]`
}

/** The tip of the default branch. */
export function tipOf({ state }: GitHubWorld) {
  const repo = requireRepo(state, shop)
  const tip = repo.commits.get(repo.branches.get(repo.defaultBranch) ?? '')
  if (tip === undefined) throw new Error('an empty repo')
  return tip
}
