import type { Agent } from '../sandbox/t3/agent.ts'
import { hang, say } from '../sandbox/t3/steps.ts'
import { onTask, workAndPush, type Crew } from '../sandbox/t3/work.ts'

/** Begins, and works for as long as anybody looks. */
export const hangs = (): Agent => ({ turn: () => [say('AFK-PHASE: worktree'), hang()] })

/** What CI says of the push of each turn, by the turn's number; the last word holds for all later ones. */
export const pushesAs = (crew: Crew, ...words: readonly [string, ...string[]]): Agent =>
  onTask((task, turn) =>
    workAndPush(crew, task, turn, { ci: words[Math.min(turn.turnNumber, words.length) - 1] ?? words[0] }),
  )
