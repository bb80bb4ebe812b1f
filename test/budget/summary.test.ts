import { afterEach, describe, expect, it } from 'vitest'
import { createStage, expectCode, type Stage } from '../programs/stage.ts'

/** SPEC 12: every summary tells what the tick cost, by port. */

let stage: Stage
afterEach(() => stage.close())

describe('the summary', () => {
  it('has requests by port, and points used and left', async () => {
    stage = await createStage({ repos: ['acme/shop', 'acme/api'] })
    for (const ran of [await stage.poll(), await stage.watch()]) {
      expectCode(ran, 0)
      expect(ran.summary).toMatchObject({
        requests: { github: 1, t3: 1, kubernetes: 0, slack: 0 },
        points: { used: 1, remaining: expect.closeTo(1, 2), left: expect.any(Number), limit: 5000 },
      })
    }
    expect(stage.github.requests).toHaveLength(2)
    expect(stage.t3.requests).toHaveLength(2)
  })

  it('has REST’s own limit, where it was asked', async () => {
    stage = await createStage({ repos: ['acme/shop'] })
    stage.ready('acme/shop')
    await stage.pass(120)
    const ran = await stage.poll()
    expectCode(ran, 0)
    const before = stage.github.requests.length
    expect(ran.summary['requests']).toMatchObject({ github: before, t3: stage.t3.requests.length })
    expect(ran.summary['points']).toMatchObject({ rest: { left: expect.any(Number), limit: 5000 } })
  })
})
