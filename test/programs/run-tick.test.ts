import { describe, expect, it } from 'vitest'
import { createReporter, type Line, type Program } from '../../src/app/report.ts'
import { gateReader } from '../../src/config/gates.ts'
import { loadConfig } from '../../src/config/load.ts'
import { runTick } from '../../src/run-tick.ts'

/** What a tick behind open gates comes to when afk itself, or its lock, fails. Nothing listens at any of its addresses. */

const env = {
  AFK_KILL_SWITCH: 'off',
  AFK_ALLOWLIST: 'acme/shop',
  AFK_GITHUB_API_URL: 'http://127.0.0.1:1',
  AFK_GITHUB_TOKEN: 'ghp_nobody',
  AFK_T3_URL: 'http://127.0.0.1:1',
  AFK_T3_TOKEN: 'nobody',
}

async function ran(program: Program, more: Record<string, string>, bug?: () => never) {
  const all = { ...env, ...more }
  const files = { read: () => '' }
  const loaded = await loadConfig(all, files)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const { config } = loaded
  const lines: Line[] = []
  const code = await runTick(
    program,
    bug === undefined ? config : { ...config, policy: { ...config.policy, repo: bug } },
    gateReader(all, files.read),
    createReporter(program, 't', (line) => lines.push(line)),
    performance.now(),
  )
  return { code, lines }
}

describe('a fault of afk’s own that nothing has caught', () => {
  it('ends the tick with 1, is told by kind and place, and never by its words', async () => {
    const { code, lines } = await ran('poller', { AFK_LOCK: 'none' }, () => {
      throw new RangeError('the text of an issue')
    })
    expect(code).toBe(1)
    expect(lines).toMatchObject([
      {
        event: 'error',
        category: 'bug',
        name: 'RangeError',
        stack: expect.arrayContaining([expect.stringMatching(/\.ts:/)]),
      },
      { event: 'summary', outcome: 'partial' },
    ])
    expect(JSON.stringify(lines)).not.toContain('the text')
  })
})

describe('a lock that cannot be taken', () => {
  it('ends the tick with 2, a fault of the configuration, before anything is looked at', async () => {
    const { code, lines } = await ran('watcher', { AFK_LOCK: 'lease', AFK_LEASE_NAMESPACE: 'afk' })
    expect(code).toBe(2)
    expect(lines).toMatchObject([
      { event: 'error', what: 'lock', category: 'config', message: expect.stringContaining('KUBECONFIG') },
      { event: 'summary', outcome: 'failed', requests: { github: 0, t3: 0 } },
    ])
  })
})
