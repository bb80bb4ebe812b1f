import { landsAtOnce } from '../sandbox/t3/agents.ts'
import { createLab, type Lab } from './lab.ts'
import { policyOf, quick } from './policy.ts'
import type { Programs } from './programs.ts'
import { openReady, type Scenario } from './scenarios.ts'

/** The world of a scenario two minutes after its issues were labelled: the programs may begin. */
export async function lifeOf(scenario: Scenario, programs?: Programs): Promise<Lab> {
  const lab = await createLab({
    policy: await policyOf(scenario.settings ?? quick),
    agent: scenario.agent ?? ((world) => landsAtOnce(world.crew)),
    ...(scenario.repos ? { repos: scenario.repos } : {}),
    ...(programs ? { programs } : {}),
  })
  if (scenario.begin) scenario.begin(lab)
  else openReady(lab)
  await lab.pass(120)
  return lab
}
