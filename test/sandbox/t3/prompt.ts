import type { TurnContext } from './agent.ts'

export interface Task {
  runId: string
  repo: string
  number: number
  branch: string | null
}

const RUN_ID = /AFK-Run:[\s`'"<]*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i
const ISSUE = /([A-Za-z0-9][\w.-]*\/[\w.-]+)#(\d+)/
const BRANCH = /\bafk\/\d+-[\w.-]*\w/i

/**
 * Reads its task as an agent would, from nothing but the prompts of its thread. It relies on two things in the oldest prompt that has
 * both: `AFK-Run: <uuid>` (in quotes, code marks or not) and `owner/name#number`; the first of each counts, since the preamble stands
 * before whatever the issue quotes. A branch `afk/<number>-...` is optional. Null when there is no such prompt.
 */
export function readTask(context: Pick<TurnContext, 'text' | 'history'>): Task | null {
  for (const prompt of [...context.history, context.text]) {
    const runId = RUN_ID.exec(prompt)?.[1]
    const issue = ISSUE.exec(prompt)
    if (runId === undefined || issue?.[1] === undefined) continue
    return {
      runId: runId.toLowerCase(),
      repo: issue[1],
      number: Number(issue[2]),
      branch: BRANCH.exec(prompt)?.[0] ?? null,
    }
  }
  return null
}
