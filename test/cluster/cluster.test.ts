import { afterAll, beforeAll, describe } from 'vitest'
import { createBench, type Bench } from './bench.ts'
import { deskCases } from './desk-cases.ts'
import { findCluster, howToRun } from './find-cluster.ts'
import { lockCases } from './lock-cases.ts'
import { manifestCases } from './manifest-cases.ts'
import { rightCases } from './right-cases.ts'
import { sandboxCases } from './sandbox-cases.ts'
import { storyCases } from './story-cases.ts'

/**
 * deploy/ and both programs on a real API server: what the sandbox's cluster believes of Kubernetes is held against Kubernetes here.
 * One file, because the parts share the cluster and stand in order.
 */
const source = findCluster(process.env)
if (source === undefined) console.warn(`SKIPPED: nothing was tried on a real API server. To try it, ${howToRun}`)

describe.skipIf(source === undefined)('on a real API server', () => {
  let bench: Bench | undefined
  beforeAll(async () => {
    if (source !== undefined) bench = await createBench(source)
  }, 180_000)
  afterAll(() => bench?.close(), 60_000)
  const given = () => {
    if (bench === undefined) throw new Error('the API server did not come up')
    return bench
  }

  describe('deploy/', () => {
    manifestCases(given)
  })
  describe('rights:', () => {
    rightCases(given)
  })
  describe('the programs:', () => {
    storyCases(given)
  })
  describe('the lock:', () => {
    lockCases(given)
  })
  describe('the sandbox answers as it does:', () => {
    sandboxCases(given)
  })
  describe('the desk', () => {
    deskCases(given)
  })
})
