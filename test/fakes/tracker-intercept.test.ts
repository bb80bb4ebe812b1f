import { beforeEach, describe, expect, it } from 'vitest'
import { PortError } from '../../src/ports/errors.ts'
import { failureOf, fakeWorld, labels, shop } from '../contracts/tracker-world.ts'
import type { GitHubWorld } from '../contracts/tracker-world.ts'
import { createFakeCi } from './ci.ts'
import { createFakeTracker } from './tracker.ts'
import type { Intercept } from './tracker-session.ts'
import { createSeenTime } from './tracker-session.ts'

const ref = { repo: shop, number: 1 }

describe('the interceptor of the fakes', () => {
  let world: GitHubWorld
  beforeEach(async () => {
    world = await fakeWorld()
    world.people.open(shop, { title: 't', author: 'mona' })
  })
  const connect = (intercept: Intercept) => {
    const options = { as: 'afk', intercept, seen: createSeenTime() }
    return { tracker: createFakeTracker(world.state, options), ci: createFakeCi(world.state, options) }
  }
  const bodies = async () => {
    const [answer] = await world.as('afk').tracker.look([{ ...ref, labels }])
    return answer?.ok === true ? answer.value.comments.map(({ body }) => body) : null
  }
  const crash = (): never => {
    throw new PortError('tracker', 'comment', 'unavailable', 'as told by the test')
  }

  it('sees every call of both ports with its arguments', async () => {
    const calls: unknown[] = []
    const { tracker, ci } = connect((port, operation, args, proceed) => {
      calls.push([port, operation, ...args])
      return proceed()
    })
    await tracker.comment(ref, 'text')
    await ci.checks([])
    expect(calls).toEqual([
      ['tracker', 'comment', ref, 'text'],
      ['ci', 'checks', []],
    ])
  })

  it('fails a write before it is done: nothing was done, and no answer tells the time', async () => {
    const { tracker } = connect(() => crash())
    expect((await failureOf(tracker.comment(ref, 'text'))).category).toBe('unavailable')
    expect(await bodies()).toEqual([])
    expect(tracker.now()).toBeNull()
  })

  it('loses the answer of a write that was done', async () => {
    const { tracker } = connect(async (_port, _operation, _args, proceed) => {
      await proceed()
      return crash()
    })
    await failureOf(tracker.comment(ref, 'text'))
    expect(await bodies()).toEqual(['text'])
  })

  it('lets others go first', async () => {
    const { tracker } = connect((_port, _operation, _args, proceed) => {
      world.people.comment(shop, 1, 'first', 'mona')
      return proceed()
    })
    await tracker.comment(ref, 'second')
    expect(await bodies()).toEqual(['first', 'second'])
  })
})
