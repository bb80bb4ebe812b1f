import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DoorbellMessage } from '../../src/core/effects.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { Notifier } from '../../src/ports/notifier.ts'

export type NotifierFailure = 'auth' | 'rate' | 'refused' | 'unavailable'

export interface NotifierWorld {
  readonly notifier: Notifier
  /** What people got, in order: all text of each message, and whether it mentioned someone. */
  readonly heard: () => Promise<readonly { readonly text: string; readonly mentioned: boolean }[]>
  /** From now on the service fails so; null heals it. */
  readonly fail: (how: NotifierFailure | null) => void
  readonly close: () => Promise<void>
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
  })
}
