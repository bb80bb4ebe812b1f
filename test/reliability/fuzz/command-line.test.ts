import { expect, it } from 'vitest'
import { commands } from '../../../src/cli/commands.ts'
import type { Desk } from '../../../src/cli/desk.ts'
import { parseCommandLine, type CommandLine } from '../../../src/cli/parse-command-line.ts'
import { runCli } from '../../../src/cli/run-cli.ts'
import { readScope } from '../../../src/cli/scope.ts'
import { parseRepoName } from '../../../src/config/repo-name.ts'
import type { Gates } from '../../../src/config/gates.ts'
import { campaign } from './campaign.ts'
import { pick, spoil, spoilOften } from './hostile.ts'

const timeout = 600_000

const lines: readonly (readonly string[])[] = [
  ['plan', '--repo', 'acme/shop', '--json'],
  ['plan', '--issue', 'acme/shop#12'],
  ['plan', '--repo=acme/api', '--issue=7'],
  ['status', '--watch', '--every', '15'],
  ['doctor', '--fix-labels', '--repo', 'ACME/Shop'],
  ['halt', '--wait', '0', '--json'],
  ['replay', '--env', '--config', 'afk.yaml', 'a.json', 'b.json'],
  ['replay', '--', '--json'],
  ['help', 'plan'],
  ['--version'],
  ['status', '-h'],
]

const words = [
  '--',
  '-',
  '-j',
  '-jh',
  '--json',
  '--json=',
  '--json=true',
  '--no-json',
  '--help',
  '--__proto__',
  '--__proto__=x',
  '--constructor',
  '--hasOwnProperty=1',
  '--repo',
  '--repo=',
  '--issue=#3',
  '--issue=acme/shop#0',
  '--every=1e3',
  '__proto__',
  'constructor',
  'toString',
  'plna',
  '',
]

function spoilLine(random: () => number): readonly string[] {
  let line = pick(lines, random)
  for (let times = Math.floor(random() * 4); times > 0; times -= 1) {
    const at = Math.floor(random() * (line.length + 1))
    const choice = random()
    if (choice < 0.4) line = line.toSpliced(at, 0, pick(words, random))
    else if (choice < 0.6) line = line.toSpliced(at, 1)
    else if (choice < 0.9 && at < line.length) line = line.with(at, spoil(line[at] ?? '', random))
    else line = [...line, ...line].slice(0, 12)
  }
  return line
}

const gates: Gates = {
  ok: true,
  open: true,
  killSwitch: false,
  drain: false,
  why: 'open',
  allowlist: [{ fullName: 'acme/shop', key: 'acme/shop' }],
}

it('command lines: a command with options that it knows, help, or one line of what is wrong', { timeout }, async () => {
  const kinds = new Map<string, number>()
  const problems = await campaign('command lines', (random, noted) => {
    const argv = noted(spoilLine(random))
    const line = parseCommandLine(argv, commands)
    kinds.set(line.kind, (kinds.get(line.kind) ?? 0) + 1)
    if (line.kind === 'wrong') return wrongWords(line.message)
    return line.kind === 'run' ? wrongRun(line) : null
  })
  expect(problems).toEqual([])
  for (const kind of ['run', 'help', 'version', 'wrong']) expect(kinds.get(kind), kind).toBeGreaterThan(500)
})

function wrongRun({ command, options }: Extract<CommandLine, { readonly kind: 'run' }>): string | null {
  const known = command.options.map(({ name }) => name)
  for (const name of ['__proto__', 'constructor', 'toString', 'help', '', 'repo', 'every'])
    if (options.has(name) && !known.includes(name)) return `has ${name}`
  if (command.operands === undefined ? options.operands.length > 0 : options.operands.length === 0) return 'operands'
  for (const { name, value } of command.options) {
    const given = options.value(name)
    if (value !== undefined && given !== undefined && (given === '' || given.startsWith('--')))
      return `${name}: ${given}`
  }
  const scope = readScope(options, gates)
  if ('wrong' in scope) return wrongWords(scope.wrong)
  if (scope.repo !== null && parseRepoName(scope.repo) === undefined) return `no repo: ${scope.repo}`
  const { issue } = scope
  return issue === null || (Number.isSafeInteger(issue.number) && issue.number > 0) ? null : `no issue: ${issue.number}`
}

function wrongWords(message: string): string | null {
  if (message === '' || message.length > 1000) return `words: ${message.length}`
  return /[\u0000-\u001F\u007F-\u009F]|\p{Cf}/u.test(message) ? 'a terminal would obey these words' : null
}

it('references of issues: owner/name#n, or words in one line', { timeout }, async () => {
  let good = 0
  const problems = await campaign('issue references', (random, noted) => {
    const issue = noted(spoilOften(pick(['acme/shop#12', '12', '#3', 'Acme/API#999999999'], random), random))
    const repo = random() < 0.3 ? spoilOften('acme/shop', random) : undefined
    const given = new Map([['issue', issue], ...(repo === undefined ? [] : [['repo', repo] as const])])
    const scope = readScope({ has: (name) => given.has(name), value: (name) => given.get(name), operands: [] }, gates)
    if ('wrong' in scope) return wrongWords(scope.wrong.slice(0, 100))
    good += 1
    if (scope.issue === null || scope.repo === null) return 'lost'
    if (!new RegExp(`(?:^|#)${scope.issue.number}$`).test(issue)) return `another issue: ${scope.issue.number}`
    return parseRepoName(scope.issue.repo) === undefined ? 'no repo' : null
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it(
  'whole commands without a configuration: help, or what is wrong, and the exit code for it',
  { timeout },
  async () => {
    const problems = await campaign('whole commands', async (random, noted) => {
      const argv = noted(spoilLine(random))
      let said = ''
      const code = await runCli(
        argv,
        deskThat((text) => (said += text)),
      )
      if (said === '') return 'says nothing'
      if (/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/.test(said)) return 'a terminal would obey this'
      // The doctor finds a configuration to be wrong; everybody else needs a right one.
      return code === 0 || code === 2 || (code === 1 && argv[0] === 'doctor') ? null : `exit ${code}`
    })
    expect(problems).toEqual([])
  },
)

function deskThat(say: (text: string) => void): Desk {
  const never = () => {
    throw new Error('nothing is configured')
  }
  const missing = (path: string) => {
    throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
  }
  return {
    // With a credential, or it would ask the command line of GitHub for one.
    env: { AFK_GITHUB_TOKEN: 'x', AFK_KILL_SWITCH: 'on' },
    files: { read: missing },
    list: missing,
    out: say,
    err: say,
    terminal: { out: false, err: false },
    now: () => 0,
    sleep: async () => {},
    stop: new AbortController().signal,
    version: '1.2.3',
    typed: 'afk',
    composeDesk: never,
    composeExecutor: never,
  }
}
