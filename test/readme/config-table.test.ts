import { describe, it } from 'vitest'
import { renderConfigTable } from '../../src/config/config-table.ts'
import { expectGenerated } from './generated-section.ts'

describe("the README's configuration tables", () => {
  it('are those of the schema', () => {
    expectGenerated('config', renderConfigTable())
  })
})
