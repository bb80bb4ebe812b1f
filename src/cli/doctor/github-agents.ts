import { sameName } from '../../core/model.ts'
import { ok, skipped, warn, type Check, type Finding } from './check.ts'

/** The accounts that agents push with are named (SPEC 4, `agentLogins`), and none of them is afk's own. */
export const githubAgents: Check = {
  name: 'github-agents',
  area: 'github',
  run: async ({ repos, policy, world }) => {
    if (repos.length === 0) return [skipped('', 'the allowlist is empty: name a repo with --repo owner/name')]
    const { login: self } = await world.tracker.self()
    const nameless = repos.filter((repo) => policy.repo(repo).agentLogins.length === 0)
    const named = [...new Set(repos.flatMap((repo) => policy.repo(repo).agentLogins))]
    const own = named.filter((login) => sameName(login.replace(/\[bot\]$/i, ''), self))
    const findings: Finding[] = []
    if (nameless.length > 0) {
      const place = nameless.length === repos.length ? '' : ` for ${nameless.join(', ')}`
      findings.push(
        warn(
          '',
          `agentLogins is empty${place}: labels and comments of an agent count as those of the person whose account it uses`,
          'name the accounts that agents push with in agentLogins (AFK_AGENT_LOGINS)',
        ),
      )
    }
    if (own.length > 0) {
      findings.push(
        warn(
          '',
          `agentLogins names ${own.join(', ')}, which is afk's own account: an agent that has it can write afk's cards`,
          'give the agents an account of their own, and name that in agentLogins',
        ),
      )
    }
    return findings.length > 0 ? findings : [ok('', `agents push as ${named.join(', ')}, never as afk`)]
  },
}
