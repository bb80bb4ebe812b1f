import { ok, warn, type Check } from './check.ts'

export const gates: Check = {
  name: 'gates',
  area: 'configuration',
  run: async ({ settled: { gates: now } }) => {
    const findings = []
    if (now.killSwitch)
      findings.push(warn('', 'the kill switch is on: afk does nothing', 'set AFK_KILL_SWITCH=false to arm it'))
    if (now.allowlist.length === 0) {
      findings.push(warn('', 'the allowlist is empty: afk does nothing', 'name repos in AFK_ALLOWLIST, as owner/name'))
    }
    if (now.drain) findings.push(warn('', 'draining: nothing new starts', 'set AFK_DRAIN=false to go on'))
    const repos = now.allowlist.map(({ fullName }) => fullName).join(', ')
    return findings.length > 0 ? findings : [ok('', `open, for ${repos}`)]
  },
}
