import type { Programs } from '../programs.ts'
import type { Action, Mood } from './action.ts'
import { livenessProblems, safetyProblems } from './judge.ts'
import type { PeopleAction } from './people-action.ts'
import { createPlay } from './stageplay.ts'

/** A history as it was printed: the moods of its agents, and its actions. */
export interface History {
  readonly moods: readonly Mood[]
  readonly actions: readonly (Action | PeopleAction)[]
  /** Absent: by push. */
  readonly landing?: 'push' | 'pull-request'
}

/** Plays it to its end; the first step that broke something ends it. */
export async function replay({ moods, actions, landing }: History, programs?: Programs): Promise<readonly string[]> {
  const play = await createPlay(moods, programs, landing)
  for (const action of actions) {
    await play.perform(action)
    const problems = safetyProblems(play)
    if (problems.length > 0) return problems.map((what) => `after ${JSON.stringify(action)}: ${what}`)
  }
  return livenessProblems(play)
}
