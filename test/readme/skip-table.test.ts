import { describe, it } from 'vitest'
import { skipReasons } from '../../src/core/explain-skips.ts'
import { expectGenerated } from './generated-section.ts'

describe("the README's table of skip codes", () => {
  it('is what the core says of them', () => {
    expectGenerated('skips', skipTable())
  })
})

function skipTable(): string {
  const rows = Object.entries(skipReasons).map(([code, { meaning, remedy }]) => [`\`${code}\``, meaning, remedy])
  return [['code', 'meaning', 'what to do'], ['---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}
