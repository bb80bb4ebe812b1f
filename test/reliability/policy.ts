import { loadConfig } from '../../src/config/load.ts'
import type { Policy } from '../../src/core/policy.ts'

const known = new Map<string, Promise<Policy>>()

/** The policy that a YAML text makes, by the real configuration. Thousands of labs ask for a few dozen. */
export async function policyOf(settings: string): Promise<Policy> {
  const policy = known.get(settings) ?? readPolicy(settings)
  known.set(settings, policy)
  return policy
}

async function readPolicy(settings: string): Promise<Policy> {
  const env = {
    AFK_KILL_SWITCH: 'off',
    AFK_ALLOWLIST: 'acme/shop',
    AFK_GITHUB_TOKEN: 'ghp_lab',
    AFK_T3_URL: 'http://127.0.0.1:1',
    AFK_T3_TOKEN: 'lab',
    AFK_LOCK: 'none',
    AFK_CONFIG_FILE: '/afk.yaml',
  }
  const loaded = await loadConfig(env, { read: () => settings })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config.policy
}

/** Agents push as `afk-agent`, and CI counts at once. */
export const quick = 'agentLogins: [afk-agent]\nciSettleSeconds: 0\n'
