import { describe, expect, it } from 'vitest'
import { inParallel } from '../../src/app/in-parallel.ts'

const aTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('inParallel', () => {
  it('begins in order, and never has more at work than its width', async () => {
    const begun: number[] = []
    let now = 0
    let most = 0
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      begun.push(item)
      now += 1
      most = Math.max(most, now)
      await aTurn()
      now -= 1
    })
    expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(most).toBe(3)
    expect(now).toBe(0)
  })

  it('a slow item holds up its own lane only', async () => {
    const ended: string[] = []
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const all = inParallel(['slow', 'a', 'b', 'c'], 2, async (item) => {
      if (item === 'slow') await held
      ended.push(item)
    })
    await aTurn()
    expect(ended).toEqual(['a', 'b', 'c'])
    release()
    await all
    expect(ended).toEqual(['a', 'b', 'c', 'slow'])
  })

  it('the first rejection is thrown, after all others have ended', async () => {
    const ended: number[] = []
    const all = inParallel([1, 2, 3, 4], 2, async (item) => {
      await aTurn()
      if (item % 2 === 0) throw new Error(`item ${item}`)
      ended.push(item)
    })
    await expect(all).rejects.toThrow('item 2')
    expect(ended).toEqual([1, 3])
  })

  it('nothing to do is done', async () => {
    await expect(inParallel([], 3, async () => {})).resolves.toBeUndefined()
  })
})
