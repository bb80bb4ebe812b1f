import { addDeployment, addDeploymentStatus } from '../../sandbox/github/state/deployments.ts'
import { requireRepo } from '../../sandbox/github/state/repos.ts'
import { landsAtOnce } from '../../sandbox/t3/agents.ts'
import { createLab, shop, type Lab } from '../lab.ts'
import { policyOf, quick } from '../policy.ts'
import { openReady } from '../scenarios.ts'
import { ready } from '../seen.ts'
import type { Asked } from './recorded-github.ts'

export interface Busy {
  readonly lab: Lab
  readonly asked: Asked
}

/** A repo with one or two of everything that afk asks GitHub for: a landed issue, a red commit, a reviewed pull request, a deployment. */
export async function busyGitHub(): Promise<Busy> {
  const policy = await policyOf(quick)
  const lab = await createLab({ policy, agent: (world) => landsAtOnce(world.crew) })
  const { people, github, ci } = lab.world
  openReady(lab)
  await lab.run(3)
  people.open(shop, { title: 'Next', body: 'blocked by #1', author: 'ada' })
  people.addBlocker(shop, 2, { number: 1 }, 'ada')
  const event = people.label(shop, 2, ready, 'mona')
  people.comment(shop, 2, 'As talked about.', 'wendy')
  people.edit(shop, 2, { title: 'Next one' }, 'ada')
  const repo = requireRepo(github, shop)
  people.addEnvironment(shop, { name: 'staging', reviewers: ['afk'] })
  const branch = 'afk/2-next-00000000'
  people.pushToBranch(shop, branch, { author: 'afk-agent', message: 'Do it\n\nRefs #2', files: { b: 'b' } })
  const { issue } = people.openPullRequest(shop, { title: 'Do it', author: 'afk-agent', head: branch })
  people.requestChanges(shop, issue.number, 'ada', 'Not yet.')
  people.reviewThread(shop, issue.number, 'wendy', { path: 'b', body: 'Why?', line: 1 })
  people.comment(shop, issue.number, 'Looks well.', 'mona')
  const checks = [...(ci['red']?.checks ?? []), { name: 'stage', workflow: 'Deploy', environment: 'staging' }]
  const head = people.push(shop, { author: 'wendy', message: 'Mine', files: { a: 'b' }, ci: { checks } })
  const deployment = addDeployment(github, repo, { sha: head, environment: 'production', creator: 'wendy' })
  addDeploymentStatus(github, repo, deployment, {
    state: 'success',
    creator: 'wendy',
    environmentUrl: 'https://shop.example',
  })
  await lab.pass(60)
  const { labels } = policy.repo(shop)
  return { lab, asked: { labels, head, pull: issue.number, event: event?.nodeId ?? '' } }
}
