import {
  answersApiError,
  closesByCommit,
  diesSilently,
  failsFirstStart,
  liesAboutPush,
  needsClarification,
  neverPushes,
  neverStarts,
  reportsBlocked,
  reportsNoChange,
  waitsForApproval,
} from '../../sandbox/t3/agents.ts'
import type { Agent } from '../../sandbox/t3/agent.ts'
import { workAndOpenPull, type PullCrew } from '../../sandbox/t3/pull-work.ts'
import { onTask, talk, workAndPush } from '../../sandbox/t3/work.ts'
import type { World } from '../../sandbox/world.ts'
import type { Mood } from './action.ts'

/** Agents by their moods, one a turn, in the order in which turns begin in the whole world; then all land. */
export function moodyAgent(world: World, moods: readonly Mood[], landing: 'push' | 'pull-request'): Agent {
  let turns = 0
  return {
    turn: (context) => {
      const mood = moods[turns] ?? 'green'
      turns += 1
      if (context.text.includes('You review pull request'))
        return talk(
          mood === 'talks' ? 'Hm.' : `Line 3.\n\nAFK-REVIEW: ${mood === 'red' ? 'issues' : 'clean'}`,
          world.crew,
        )
      return agentOf(mood, world.crew, landing).turn(context)
    },
  }
}

function agentOf(mood: Mood, crew: PullCrew, landing: 'push' | 'pull-request'): Agent {
  const lands = landing === 'push' ? workAndPush : workAndOpenPull
  const pushes = (ci: string, files?: Record<string, string>): Agent =>
    onTask((task, turn) => lands(crew, task, turn, { ci, ...(files ? { files } : {}) }))
  switch (mood) {
    case 'green':
      return pushes('green')
    case 'red':
      return pushes('red')
    case 'lint red':
      return pushes('lintRed')
    case 'infrastructure':
      return pushes('infrastructure')
    case 'never concludes':
      return pushes('neverConcludes')
    case 'no ci':
      return pushes('none')
    case 'closes':
      return closesByCommit(crew)
    case 'workflow':
      return pushes('green', { '.github/workflows/x.yml': 'on: push\n' })
    case 'blocked':
      return reportsBlocked('no key', crew)
    case 'no change':
      return reportsNoChange('it is so already', crew)
    case 'asks':
      return needsClarification('Which one?', crew)
    case 'talks':
      return neverPushes(crew)
    case 'lies':
      return liesAboutPush(crew)
    case 'hangs':
      return diesSilently()
    case 'api error':
      return answersApiError()
    case 'never starts':
      return neverStarts()
    case 'fails to start':
      return failsFirstStart(crew)
    case 'waits for approval':
      return waitsForApproval(crew)
    case 'slow':
      return onTask((task, turn) => lands({ ...crew, paceMs: 60_000 }, task, turn, { ci: 'green' }))
  }
}
