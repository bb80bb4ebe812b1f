import { replay } from './histories/replay.ts'
import { shutInMidTick } from './live-gates.ts'
import { peopleScenarios } from './people-scenarios.ts'
import { play } from './play.ts'
import { races, runRace } from './races.ts'
import { everyCall, seededChoices } from './schedule.ts'
import { scenarios, type Scenario } from './scenarios.ts'
import { forgery } from './forgery.ts'

/**
 * The in-process suite as functions, each under the name of the test that runs it: what a mutated copy of the sources is held against.
 * Each answers what was wrong; nothing for sources that are as they should be.
 */
export const checks: { readonly [name: string]: () => Promise<readonly string[]> } = {
  'crash matrix: dispatch': () => everyDeath(named('dispatch')),
  'crash matrix: land': () => everyDeath(named('land')),
  'crash matrix: fix-forward': () => everyDeath(named('fix-forward')),
  'crash matrix: escalate': () => everyDeath(named('escalate')),
  'crash matrix: escalate, found after an outage': () => everyDeath({ ...named('escalate'), outage }),
  'crash matrix: cancel, found after an outage': () => everyDeath({ ...named('cancel'), outage }),
  'interleavings: two pollers, an urgent issue': () => sampled('two pollers, an urgent issue appears, slow steps'),
  'crash matrix: takeover': () => everyPlay(named('takeover')),
  'people: a yes in a comment': () => everyPlay(named('approval-by-comment')),
  'people: a yes by a reaction': () => everyPlay(named('approval-by-reaction')),
  'crash matrix: question': () => everyDeath(named('question-answered')),
  'live gates: dispatch': () => everyShut(named('dispatch')),
  'hostile input: a forged card': () => everyPlay(forgery),
  'random histories: an agent labels': () =>
    replay({
      moods: ['green'],
      actions: [
        { do: 'open', repo: 0, by: 'mona', labelled: false },
        { do: 'label', issue: 0, label: 'ready-for-agent', by: 'afk-agent' },
        { do: 'pass', seconds: 30 },
        { do: 'tick', program: 'poller' },
      ],
    }),
}

/** Longer than a thread is looked at because it changed lately (SPEC 6.1): from here on labels alone lead to a run. */
const outage = { seconds: 7200, fromRound: 2 }

function named(name: string): Scenario {
  const found = [...scenarios, ...peopleScenarios].find((scenario) => scenario.name === name)
  if (found === undefined) throw new Error(`there is no scenario ${name}`)
  return found
}

async function everyPlay(scenario: Scenario): Promise<readonly string[]> {
  return (await play(scenario)).problems
}

/** Until the first that does not survive. */
async function everyDeath(scenario: Scenario): Promise<readonly string[]> {
  const { problems, written } = await play(scenario)
  if (problems.length > 0) return problems
  for (let at = 1; at <= written.length; at += 1) {
    for (const when of ['before', 'after'] as const) {
      const died = await play(scenario, { at, when })
      if (died.problems.length > 0) return died.problems.map((what) => `${when} write ${at}: ${what}`)
    }
  }
  return []
}

async function everyShut(scenario: Scenario): Promise<readonly string[]> {
  const { counted } = await shutInMidTick(scenario, { after: Infinity, how: 'switch' })
  for (let after = 1; after < counted; after += 1) {
    const { problems } = await shutInMidTick(scenario, { after, how: 'switch' })
    if (problems.length > 0) return problems
  }
  return []
}

async function sampled(name: string): Promise<readonly string[]> {
  const race = races.find((one) => one.name === name)
  if (race === undefined) throw new Error(`there is no race ${name}`)
  for (let seed = 1; seed <= 60; seed += 1) {
    const problems = await runRace(race, seededChoices(seed), everyCall)
    if (problems.length > 0) return problems.map((what) => `seed ${seed}: ${what}`)
  }
  return []
}
