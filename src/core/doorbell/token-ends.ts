import type { DoorbellMessage } from '../effects.ts'
import { instantText } from '../text/instant-text.ts'
import type { Instant } from '../model.ts'
import { isDailyMinute } from '../schedule.ts'

/** A credential that ends soon or has ended, by the clock of the service that it is for. */
export interface EndingToken {
  readonly service: 'GitHub' | 'T3'
  readonly endsAt: Instant
  readonly leftMs: number
}

/** Within this time people are told that a credential ends. */
export const TOKEN_SOON_MS = 7 * 24 * 3_600_000

/** From here on the doorbell mentions the one on call. */
const URGENT_MS = 2 * 24 * 3_600_000

/** Those that end within a week. Null: the service does not tell the end, or not yet the time. */
export function endingTokens(
  all: readonly {
    readonly service: EndingToken['service']
    readonly endsAt: Instant | null
    readonly now: Instant | null
  }[],
): readonly EndingToken[] {
  return all.flatMap(({ service, endsAt, now }) =>
    endsAt === null || now === null || endsAt - now > TOKEN_SOON_MS ? [] : [{ service, endsAt, leftMs: endsAt - now }],
  )
}

/** One sentence a token, for the summary of a tick. */
export function tokenWarning(token: EndingToken): string {
  return `${headlineOf(token)} (${instantText(token.endsAt)}): ${remedies[token.service]}`
}

/**
 * Whether to ring today's bell for tokens: in one minute a day, by the tracker's clock, chosen by afk's own account. Nothing can be
 * remembered from tick to tick, and nobody can be asked whether it rang: a day without a tick in that minute has no bell, and the week
 * before the end has six more of them; every summary says it all the same.
 */
export function ringsForTokens(tokens: readonly EndingToken[], login: string, now: Instant): boolean {
  return tokens.length > 0 && isDailyMinute(`tokens:${login.toLowerCase()}`, now)
}

export function tokenBell(tokens: readonly EndingToken[]): DoorbellMessage {
  const [first] = tokens.toSorted((a, b) => a.leftMs - b.leftMs)
  return {
    kind: 'token-ends',
    headline: first === undefined ? 'a token of afk ends' : headlineOf(first),
    repo: null,
    issue: null,
    paragraphs: tokens.flatMap((token) => [
      {
        label: token.service,
        text: `The token that afk uses for ${token.service} ${token.leftMs <= 0 ? 'ended' : 'ends'} at ${instantText(token.endsAt)}; without one afk stands still.`,
      },
      {
        label: 'Next',
        text: `${remedies[token.service].replace(/^./u, (letter) => letter.toUpperCase())}. Then afk doctor tells whether it works.`,
      },
    ]),
    buttons: [],
    mention: tokens.some(({ leftMs }) => leftMs <= URGENT_MS),
  }
}

const remedies: { readonly [service in EndingToken['service']]: string } = {
  GitHub: 'issue a new token at GitHub and replace the one in AFK_GITHUB_TOKEN',
  T3: 'issue a new token with t3 auth session issue and replace the one in AFK_T3_TOKEN',
}

function headlineOf({ service, leftMs }: EndingToken): string {
  return `the token of afk for ${service} ${leftMs <= 0 ? 'has ended' : `ends in ${leftText(leftMs)}`}`
}

function leftText(ms: number): string {
  const hours = Math.floor(ms / 3_600_000)
  if (hours < 1) return 'less than an hour'
  const [count, unit] = hours < 48 ? [hours, 'hour'] : [Math.floor(hours / 24), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
