import { describe, it } from 'vitest'
import { skipReasons } from '../../src/core/explain/explain-skips.ts'
import { expectGenerated } from './generated-section.ts'
import { markdownTable } from './markdown-table.ts'

describe("the README's table of skip codes", () => {
  it('is what the core says of them', () => {
    const rows = Object.entries(skipReasons).map(([code, { meaning, remedy }]) => [`\`${code}\``, meaning, remedy])
    expectGenerated('skips', markdownTable(['code', 'meaning', 'what to do'], rows))
  })
})
