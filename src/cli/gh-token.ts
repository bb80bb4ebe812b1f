import { execa } from 'execa'
import type { Env } from '../config/sources.ts'

const patienceMs = 10_000

/** The token that GitHub's own command line keeps for a host, or null: no `gh`, nobody logged in, an answer that is no token. */
export async function ghToken(host: string, env: Env): Promise<string | null> {
  const { failed, stdout } = await execa('gh', ['auth', 'token', '--hostname', host], {
    // afk's own secrets are none of its business.
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AFK_'))),
    extendEnv: false,
    reject: false,
    timeout: patienceMs,
    stdin: 'ignore',
  })
  return failed ? null : tokenIn(stdout)
}

/** What would be no header's value is no token. */
export function tokenIn(stdout: string): string | null {
  return /^[\x21-\x7E]+$/.test(stdout) ? stdout : null
}
