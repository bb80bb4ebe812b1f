import type { Desk } from './desk.ts'

/** What was typed cannot be done: said to people and, with `--json`, to programs. Answers exit code 2. */
export function refuseUsage(desk: Pick<Desk, 'out' | 'err'>, asJson: boolean, message: string): 2 {
  if (asJson) desk.out(`${JSON.stringify({ error: { category: 'usage', message } })}\n`)
  desk.err(`afk: ${message}\n`)
  return 2
}
