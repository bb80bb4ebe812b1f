import * as z from 'zod'
import type { Actor, Instant } from '../../core/model.ts'

/** Fields of GraphQL's `Actor` that {@link actorSchema} reads. */
export const actorFields = '{ __typename login }'

/**
 * GraphQL's `Actor`. A mannequin (the stand-in of an imported history) counts as a bot: its login may be that of a stranger here,
 * and nobody may be trusted for it.
 */
export const actorSchema = z
  .object({ __typename: z.string(), login: z.string() })
  .transform(({ __typename, login }) => toActor(login, __typename === 'Bot' || __typename === 'Mannequin'))
  .nullable()

/** REST's simple user; an empty object is what it shows for an address that belongs to no account. */
export const restUserSchema = z
  .object({ login: z.string().optional(), type: z.string().optional() })
  .nullish()
  .transform((user) => {
    if (user?.login === undefined) return null
    return toActor(user.login, user.type === 'Bot' || user.type === 'Mannequin')
  })

/** A bot's login ends in `[bot]` in REST and for `viewer`, and does not elsewhere in GraphQL. */
export function toActor(login: string, isBot: boolean): Actor {
  const plain = login.replace(/\[bot\]$/, '')
  return { login: plain, kind: isBot || plain !== login ? 'bot' : 'user' }
}

/** Two accounts that are gone may be two people. */
export function isSameActor(a: Actor | null, b: Actor | null): boolean {
  return a !== null && b !== null && a.kind === b.kind && a.login.toLowerCase() === b.login.toLowerCase()
}

/** An ISO time as GitHub writes it. */
export const instantSchema = z.iso.datetime({ offset: true }).transform((text): Instant => Date.parse(text))
