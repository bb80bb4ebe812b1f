import { inspect } from 'node:util'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { loadConfig } from '../../src/config/load.ts'
import { renderProblems } from '../../src/config/problems.ts'
import type { Env } from '../../src/config/sources.ts'
import { anOpenEnv, someFiles, systemError } from './support.ts'

/** Eight characters or more that no text of afk has by itself; tokens never begin as a path does. */
const aSecret = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9_-]{4,12}$/), fc.stringMatching(/^[!-~]{4,40}$/))
  .map(([head, tail]) => `Zq${head}${tail}`)

/** What people do to a token: right, broken in two, with foreign letters, wrapped in blanks. */
const manglings: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => `${secret} ${secret}`,
  (secret) => `${secret}\n${secret}\n`,
  (secret) => `é${secret}`,
  (secret) => `  ${secret}\n`,
]

/** Where people put it: its variable, its file, and the places it does not belong. */
const places: readonly ((text: string, name: string) => { env: Env; files: Record<string, string | Error> })[] = [
  (text, name) => ({ env: { [name]: text }, files: {} }),
  (text, name) => ({ env: { [name]: undefined, [`${name}_FILE`]: '/secret' }, files: { '/secret': text } }),
  (text, name) => ({ env: { [name]: text, [`${name}_FILE`]: '/secret' }, files: { '/secret': text } }),
  (text, name) => ({ env: { [name]: undefined, [`${name}_FILE`]: text }, files: {} }),
  (text, name) => ({
    env: { [name]: undefined, [`${name}_FILE`]: '/secret' },
    files: { '/secret': Object.assign(systemError('EIO', '/secret'), { message: text }) },
  }),
  (text) => ({ env: { AFK_GITHUB_TOKN: text }, files: {} }),
  (text) => ({ env: { AFK_T3_URL: `https://${encodeURIComponent(text)}@t3.example` }, files: {} }),
  (text) => ({ env: { AFK_GITHUB_API_URL: `https://api.example/?token=${text}` }, files: {} }),
  (text) => ({ env: { AFK_SLACK_BOT_TOKEN: 'xoxb-1', AFK_SLACK_CHANNEL: `${text} ` }, files: {} }),
  (text) => ({
    env: { AFK_GITHUB_TOKEN: undefined, AFK_GITHUB_APP_ID: text, AFK_GITHUB_APP_PRIVATE_KEY_FILE: '/key' },
    files: { '/key': text },
  }),
]

describe('secrets are never shown', () => {
  it('in no problem, no warning, no inspection and no JSON of what is loaded', async () => {
    let refused = 0
    let loaded = 0
    await fc.assert(
      fc.asyncProperty(
        aSecret,
        fc.constantFrom(...manglings),
        fc.constantFrom(...places),
        fc.constantFrom('AFK_GITHUB_TOKEN', 'AFK_T3_TOKEN', 'AFK_SLACK_BOT_TOKEN'),
        async (secret, mangle, place, name) => {
          const { env, files } = place(mangle(secret), name)
          const slack = name === 'AFK_SLACK_BOT_TOKEN' ? { AFK_SLACK_CHANNEL: 'C0123456789' } : {}
          const result = await loadConfig(anOpenEnv({ ...slack, ...env }), someFiles(files))
          if (result.ok) loaded += 1
          else refused += 1
          const words = result.ok ? JSON.stringify(result.warnings) : renderProblems(result.problems)
          // A channel may be any `#name`; what is no channel is a mistake and must not show.
          const shown = [words, JSON.stringify(result), inspect(result, { depth: null, showHidden: true })].join('\n')
          expect(shown).not.toContain(secret)
          expect(shown).not.toContain(JSON.stringify(secret).slice(1, -1))
          expect(inspect(result, { depth: null, showHidden: true, customInspect: false })).not.toContain(secret)
        },
      ),
      { numRuns: 1500 },
    )
    // Both ways are walked, or the property would say little.
    expect(Math.min(loaded, refused)).toBeGreaterThan(100)
  })
})
