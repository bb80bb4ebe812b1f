import { runIdOf } from '../../src/core/ids.ts'
import { fixAttempts } from '../../src/core/run/turns.ts'
import type { Standing } from './outcomes.ts'
import type { Story } from './village.ts'

/**
 * The end of the story: one row an issue. Attempts are corrective turns, turns all that were sent. Requests are those that name the
 * issue or its thread; what a tick asks for all is in the sum.
 */
export function printTable(
  stories: readonly Story[],
  standings: readonly Standing[],
  github: readonly { readonly path: string }[],
  t3: readonly { readonly path: string }[],
  print: (line: string) => void,
): void {
  const rows = stories.map(({ repo, number, about }, index) => {
    const standing = standings[index]
    const card = standing?.cards[0]
    const prefix = `/repos/${repo}/issues/${number}`
    const requests = github.filter(({ path }) => path === prefix || path.startsWith(`${prefix}/`)).length
    const thread = card ? t3.filter(({ path }) => path.endsWith(runIdOf(repo, number, card.epoch))).length : 0
    return [
      `${repo}#${number}`,
      about,
      card?.outcome?.kind ?? (card ? 'under way' : 'skipped'),
      card?.outcome ? card.outcome.reason : (standing?.lastSkip.join(', ') ?? ''),
      String(card === undefined ? 0 : fixAttempts(card).length),
      String(card?.turns.length ?? 0),
      String(requests + thread),
    ]
  })
  const all = [['issue', 'what', 'outcome', 'why', 'attempts', 'turns', 'requests'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  for (const row of all)
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}
