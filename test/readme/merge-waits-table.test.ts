import { describe, expect, it } from 'vitest'
import { mergeWaits } from '../../src/core/explain/explain-waits.ts'
import { readyReasons } from '../../src/core/people/ready-words.ts'
import { expectGenerated } from './generated-section.ts'
import { markdownTable } from './markdown-table.ts'

describe("the README's table of what a merge waits for", () => {
  it('is what the core says of it', () => {
    const rows = Object.entries(mergeWaits).map(([code, { meaning, remedy }]) => [`\`${code}\``, meaning, remedy])
    expectGenerated('merge-waits', markdownTable(['code', 'meaning', 'what to do'], rows))
  })

  it('has everything for which a person is called to the pull request', () => {
    for (const code of Object.keys(readyReasons)) expect(mergeWaits).toHaveProperty(code)
  })
})
