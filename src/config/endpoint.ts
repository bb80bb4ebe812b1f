import type { Read } from './env-option.ts'
import { envProblem } from './problems.ts'
import type { Problem } from './problems.ts'
import type { Env } from './sources.ts'
import { envValue } from './sources.ts'

/** An address of each kind, for whoever does not know what one looks like. */
const EXAMPLES: { readonly [name: string]: string } = {
  AFK_GITHUB_API_URL: 'https://api.github.com, or https://github.example.com/api/v3 for GitHub Enterprise',
  AFK_T3_URL: 'https://t3.example.com',
  AFK_T3_PUBLIC_URL: 'https://t3.example.com',
  AFK_SLACK_API_URL: 'https://slack.com/api/',
}

const WORDS = 'an http:// or https:// address without user, password, query and fragment'

/**
 * The address in a variable, without slashes at its end; the default when unset, a problem when there is none.
 * A refused address is never shown: it may carry a password or a token.
 */
export function readEndpoint(env: Env, name: string, byDefault?: string): Read<string> {
  const raw = envValue(env, name) ?? byDefault
  if (raw === undefined) return refuse(name, 'nothing', `set ${name}`)
  const url = URL.canParse(raw) ? new URL(raw) : undefined
  if (url === undefined) return refuse(name, 'a text that is no address')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse(name, 'an address of another kind')
  if (url.username !== '' || url.password !== '') return refuse(name, 'an address with a user or a password')
  // `?` and `#` with nothing behind them leave no trace in the parsed address.
  if (/[?#]/.test(raw)) return refuse(name, 'an address with a query or a fragment')
  return { value: `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}` }
}

function refuse(name: string, got: string, remedy = correct(name)): { readonly problem: Problem } {
  return { problem: envProblem(name, WORDS, got, remedy) }
}

function correct(name: string): string {
  const example = EXAMPLES[name]
  return `correct ${name}${example === undefined ? '' : `: an address such as ${example}`}`
}
