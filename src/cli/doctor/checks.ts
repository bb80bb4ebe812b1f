import type { Check } from './check.ts'
import { clocks } from './clocks.ts'
import { clusterAccess } from './cluster-access.ts'
import { gates } from './gates.ts'
import { githubAgents } from './github-agents.ts'
import { githubApprovers } from './github-approvers.ts'
import { githubBase } from './github-base.ts'
import { githubCredential } from './github-credential.ts'
import { githubLabels } from './github-labels.ts'
import { githubLanding } from './github-landing.ts'
import { githubLimit } from './github-limit.ts'
import { githubRepos } from './github-repos.ts'
import { githubWorkflows } from './github-workflows.ts'
import { leases } from './leases.ts'
import { rolloutTargets } from './rollout-targets.ts'
import { slackChannel } from './slack-channel.ts'
import { slackReactions } from './slack-reactions.ts'
import { slackToken } from './slack-token.ts'
import { t3Projects } from './t3-projects.ts'
import { t3Server } from './t3-server.ts'
import { t3Token } from './t3-token.ts'

/** In the order in which people would look: what opens an area first. */
export const checks: readonly Check[] = [
  gates,
  githubCredential,
  githubLimit,
  githubRepos,
  githubLabels,
  githubBase,
  githubWorkflows,
  githubLanding,
  githubAgents,
  githubApprovers,
  t3Server,
  t3Token,
  t3Projects,
  clocks,
  slackToken,
  slackChannel,
  slackReactions,
  clusterAccess,
  leases,
  rolloutTargets,
]
