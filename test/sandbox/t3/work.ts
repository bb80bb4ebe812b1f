import type { Agent, Step, TurnContext } from './agent.ts'
import { readTask, type Task } from './prompt.ts'
import { act, finish, say, tokens, tool } from './steps.ts'

export interface Push {
  /** `owner/name` as the prompt spells it. */
  repo: string
  /** The whole commit message, trailer and all. */
  message: string
  /** Content by path. */
  files: Record<string, string>
  /** What CI will say of this commit; the host knows the words. Default: its own. */
  ci?: string
  /** The GitHub login that authors the commit. */
  author: string
  /** The branch that the agent worked on; the push goes to the default branch. */
  branch: string | null
}

/** The world that agents change: whoever plays GitHub. */
export interface Host {
  /** Puts one commit onto the default branch; its sha. */
  push(push: Push): string | Promise<string>
}

export interface Crew {
  host: Host
  /** Default `afk-agent`. */
  author?: string
  /** How long each phase of the work takes. Default 1000 ms. */
  paceMs?: number
}

/** What may differ between one piece of work and another. */
export interface Job {
  ci?: string
  files?: Record<string, string>
  /** How the commit names the issue. Default `Refs`. */
  keyword?: 'Refs' | 'Closes'
  tokens?: number
}

/** An agent that acts on a task; a prompt without one it reports as blocked, as an agent that has not understood would. */
export function onTask(turn: (task: Task, context: TurnContext) => Step[]): Agent {
  return {
    turn: (context) => {
      const task = readTask(context)
      if (task === null)
        return [say('AFK-RESULT: blocked the prompt names no issue (owner/name#number) or no AFK-Run id'), finish()]
      return turn(task, context)
    },
  }
}

/** A whole piece of work: the phases, a push, the report. */
export function workAndPush(crew: Crew, task: Task, context: TurnContext, job: Job = {}): Step[] {
  const pace = crew.paceMs ?? 1000
  let sha = ''
  return [
    act(() => context.madeGit(), pace),
    say('I have a worktree of my own.\n\nAFK-PHASE: worktree'),
    tool('npm test', pace),
    say('AFK-PHASE: tests-red'),
    tokens(job.tokens ?? 20_000),
    tool('npm test', pace),
    say('AFK-PHASE: green'),
    act(async () => {
      sha = await crew.host.push(pushOf(crew, task, context, job))
    }, pace),
    say('AFK-PHASE: pushed'),
    tokens(job.tokens ?? 20_000),
    say(() => `The work is on the default branch.\n\nAFK-RESULT: pushed ${sha}`),
    finish(),
  ]
}

/** A turn that only talks. */
export function talk(text: string, crew: Pick<Crew, 'paceMs'> = {}): Step[] {
  return [tokens(5000, crew.paceMs ?? 1000), say(text), finish()]
}

function pushOf(crew: Crew, task: Task, context: TurnContext, job: Job): Push {
  const subject = `Change ${context.turnNumber} for issue ${task.number}`
  return {
    repo: task.repo,
    message: `${subject}\n\n${job.keyword ?? 'Refs'} #${task.number}\n\nAFK-Run: ${task.runId}`,
    files: job.files ?? { [`src/issue-${task.number}.txt`]: `${subject}\n` },
    ...(job.ci === undefined ? {} : { ci: job.ci }),
    author: crew.author ?? 'afk-agent',
    branch: task.branch,
  }
}
