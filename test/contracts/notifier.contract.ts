import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DoorbellMessage } from '../../src/core/effects.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { Notifier, Receipt } from '../../src/ports/notifier.ts'

export type NotifierFailure = 'auth' | 'rate' | 'refused' | 'unavailable'

export interface NotifierWorld {
  readonly notifier: Notifier
  /** What people got, in order: all text of each message as it was rung, and whether it mentioned someone. */
  readonly heard: () => Promise<readonly Heard[]>
  /** What the messages say by now, by their receipts' `ts`. */
  readonly said: (receipt: Receipt) => Promise<string>
  /** Two people, by their ids, and what they do. */
  readonly people: readonly [string, string]
  readonly react: (receipt: Receipt, user: string, name: string) => Promise<void> | void
  readonly remove: (receipt: Receipt) => Promise<void> | void
  /** From now on the service fails so; null heals it. */
  readonly fail: (how: NotifierFailure | null) => void
  readonly close: () => Promise<void>
}

interface Heard {
  readonly text: string
  readonly mentioned: boolean
  /** Under which message it stands. */
  readonly thread: string | null
}

export function aDoorbell(more: Partial<DoorbellMessage> = {}): DoorbellMessage {
  return {
    kind: 'needs-human',
    headline: 'Needs a person: nothing was pushed',
    repo: 'acme/shop',
    issue: 42,
    paragraphs: [
      { label: 'What happened', text: 'The agent stopped without a push.', quote: 'Fix the <basket> & the `total`' },
      { label: 'Next', text: 'Read the thread, then put the label back on.' },
    ],
    buttons: [{ label: 'Issue', url: 'https://github.com/acme/shop/issues/42' }],
    mention: true,
    ...more,
  }
}

/** What every Notifier does. */
export function notifierContract(name: string, make: () => Promise<NotifierWorld>): void {
  describe(`notifier contract: ${name}`, () => {
    let world: NotifierWorld
    beforeEach(async () => void (world = await make()))
    afterEach(async () => world.close())

    it('rings once per call, in order, with the words given', async () => {
      await world.notifier.ring(aDoorbell({ headline: 'First bell' }))
      await world.notifier.ring(aDoorbell({ headline: 'Second bell' }))
      const heard = await world.heard()
      expect(heard.map(({ text }) => text.includes('First bell'))).toEqual([true, false])
      expect(heard[1]?.text).toContain('Second bell')
      expect(heard[1]?.text).toContain('Read the thread, then put the label back on.')
    })

    it('gives a receipt that names this message and no other', async () => {
      const first = await world.notifier.ring(aDoorbell())
      const second = await world.notifier.ring(aDoorbell())
      expect(first.channel).toBe(second.channel)
      expect(first.ts).not.toBe(second.ts)
      expect(first.channel).not.toBe('')
    })

    it('does not know a message again: ringing twice is two messages', async () => {
      await world.notifier.ring(aDoorbell())
      await world.notifier.ring(aDoorbell())
      expect(await world.heard()).toHaveLength(2)
    })

    it('mentions only when asked to', async () => {
      await world.notifier.ring(aDoorbell({ mention: true }))
      await world.notifier.ring(aDoorbell({ mention: false }))
      expect((await world.heard()).map(({ mentioned }) => mentioned)).toEqual([true, false])
    })

    it.each<NotifierFailure>(['auth', 'rate', 'refused', 'unavailable'])(
      'throws a PortError %s, rings nobody, and heals',
      async (how) => {
        world.fail(how)
        const error = await world.notifier.ring(aDoorbell()).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(PortError)
        expect(error).toMatchObject({ port: 'notifier', operation: 'ring', category: how })
        expect((error as PortError).message).not.toContain('basket')
        if (how === 'rate') expect((error as PortError).retryAfter).toBeGreaterThan(0)
        expect(await world.heard()).toEqual([])
        world.fail(null)
        await world.notifier.ring(aDoorbell())
        expect(await world.heard()).toHaveLength(1)
      },
    )

    it('rings under an earlier message when told to, and tells where', async () => {
      const first = await world.notifier.ring(aDoorbell({ headline: 'First bell' }))
      const second = await world.notifier.ring(aDoorbell({ headline: 'Second bell' }), { thread: first })
      expect(second.ts).not.toBe(first.ts)
      expect((await world.heard()).map(({ thread }) => thread)).toEqual([null, first.ts])
    })

    it('rings in the channel when the message to stand under is gone', async () => {
      const first = await world.notifier.ring(aDoorbell({ headline: 'First bell' }))
      await world.remove(first)
      await world.notifier.ring(aDoorbell({ headline: 'Second bell' }), { thread: first })
      expect((await world.heard()).at(-1)).toMatchObject({ text: expect.stringContaining('Second bell'), thread: null })
    })

    it('makes a message say something else, in its place and as often as asked, and mentions nobody anew', async () => {
      const receipt = await world.notifier.ring(aDoorbell({ mention: false }))
      const other = await world.notifier.ring(aDoorbell({ mention: false, headline: 'Another bell' }))
      const resolved = { what: 'Answered', by: { login: 'octocat' }, at: Date.UTC(2026, 10, 21, 9, 5) }
      const update = aDoorbell({ headline: 'acme/shop#42 waited', resolved, mention: true })
      await world.notifier.update(receipt, update)
      await world.notifier.update(receipt, update)
      const said = await world.said(receipt)
      for (const words of ['acme/shop#42 waited', 'Answered', 'octocat']) expect(said).toContain(words)
      expect(said).not.toContain('Needs a person')
      expect(await world.said(other)).toContain('Another bell')
      expect((await world.heard()).map(({ mentioned }) => mentioned)).toEqual([false, false])
    })

    it('tells who reacted how, all of them, and nothing of other messages', async () => {
      const receipt = await world.notifier.ring(aDoorbell())
      const other = await world.notifier.ring(aDoorbell())
      expect(await world.notifier.reactions(receipt)).toEqual([])
      const [ann, ben] = world.people
      await world.react(receipt, ann, 'white_check_mark')
      await world.react(receipt, ben, 'white_check_mark')
      await world.react(receipt, ben, 'eyes')
      await world.react(other, ann, 'x')
      expect(await world.notifier.reactions(receipt)).toEqual([
        { name: 'white_check_mark', users: [ann, ben] },
        { name: 'eyes', users: [ben] },
      ])
    })

    it('has reactions on a message that stands under another one', async () => {
      const first = await world.notifier.ring(aDoorbell())
      const second = await world.notifier.ring(aDoorbell(), { thread: first })
      await world.react(second, world.people[0], 'x')
      expect(await world.notifier.reactions(second)).toEqual([{ name: 'x', users: [world.people[0]] }])
      expect(await world.notifier.reactions(first)).toEqual([])
    })

    it('says not-found of a message that is gone', async () => {
      const receipt = await world.notifier.ring(aDoorbell())
      await world.remove(receipt)
      for (const [operation, call] of [
        ['update', world.notifier.update(receipt, aDoorbell())],
        ['reactions', world.notifier.reactions(receipt)],
      ] as const)
        await expect(call).rejects.toMatchObject({ port: 'notifier', operation, category: 'not-found' })
    })

    it.each<NotifierFailure>(['auth', 'rate', 'refused', 'unavailable'])(
      'an update and a look at reactions fail as %s, and heal',
      async (how) => {
        const receipt = await world.notifier.ring(aDoorbell())
        world.fail(how)
        await expect(world.notifier.update(receipt, aDoorbell())).rejects.toMatchObject({
          port: 'notifier',
          operation: 'update',
          category: how,
        })
        await expect(world.notifier.reactions(receipt)).rejects.toMatchObject({ operation: 'reactions', category: how })
        world.fail(null)
        await world.notifier.update(receipt, aDoorbell())
        expect(await world.notifier.reactions(receipt)).toEqual([])
      },
    )
  })
}
