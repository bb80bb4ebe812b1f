import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import type { GraphQLSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { checksBatch, moreChecksBatch } from '../../../src/adapters/github/checks.ts'
import { closeUpBatch } from '../../../src/adapters/github/close-up.ts'
import type { Batch } from '../../../src/adapters/github/graphql.ts'
import { batchDocument } from '../../../src/adapters/github/graphql.ts'
import { blockersBatch, commentsBatch, editsBatch, eventsBatch, lookBatch } from '../../../src/adapters/github/look.ts'
import { labelledBatch, overviewBatch } from '../../../src/adapters/github/overview.ts'
import { mergeRulesBatch } from '../../../src/adapters/github/probe-merge.ts'
import { selfBatch } from '../../../src/adapters/github/people.ts'
import { enqueueDocument, standingBatch } from '../../../src/adapters/github/pull-merge.ts'
import { pullCommentsBatch, reviewsBatch, threadsBatch, viewBatch } from '../../../src/adapters/github/pull-view.ts'
import { replyDocument, resolveDocument } from '../../../src/adapters/github/pull-words.ts'
import { statesBatch } from '../../../src/adapters/github/states.ts'
import { moreSummariesBatch, summariesBatch } from '../../../src/adapters/github/summaries.ts'

const batches: readonly Batch<never, unknown>[] = [
  overviewBatch,
  labelledBatch,
  summariesBatch,
  moreSummariesBatch,
  lookBatch,
  commentsBatch,
  eventsBatch,
  editsBatch,
  blockersBatch,
  statesBatch,
  checksBatch,
  moreChecksBatch,
  closeUpBatch,
  selfBatch,
  viewBatch,
  threadsBatch,
  pullCommentsBatch,
  reviewsBatch,
  standingBatch,
  mergeRulesBatch,
]

describe("every GraphQL document is valid against GitHub's published schema", () => {
  const schema = publishedSchema()

  it.each(batches.map((batch) => [batch.name, batch] as const))('%s', (_, batch) => {
    for (const count of new Set([1, 2, batch.size])) {
      const problems = validate(schema, parse(batchDocument(batch, times(count, {}))))
      expect(problems.map((problem) => problem.message)).toEqual([])
    }
  })

  it.each([
    ['repos whose ready issues are not asked for', overviewBatch, { lockedOnly: true }],
    ['issues with their branches', lookBatch, { withBranch: true }],
  ] as const)('%s, beside others', (_, batch, ref) => {
    const document = batchDocument<never>(batch, [...times(2, {}), ...times(2, ref)])
    expect(validate(schema, parse(document)).map((problem) => problem.message)).toEqual([])
  })

  it.each([enqueueDocument, resolveDocument, replyDocument])('%s', (document) => {
    expect(validate(schema, parse(document)).map((problem) => problem.message)).toEqual([])
  })

  it('sees a field that GitHub does not have', () => {
    const wrong = { ...selfBatch, selection: 'viewer { authorAssociation }' }
    expect(validate(schema, parse(batchDocument(wrong, [null])))).not.toEqual([])
  })
})

function times(count: number, ref: object): never[] {
  return Array.from({ length: count }, () => ref as never)
}

function publishedSchema(): GraphQLSchema {
  const file = new URL('github-schema.graphql', import.meta.resolve('github-schema/package.json'))
  return buildSchema(readFileSync(file, 'utf8'), { assumeValidSDL: true })
}
