import { readdirSync, readFileSync, statSync } from 'node:fs'
import { runCli } from '../../src/cli/run-cli.ts'
import type { Desk, ExitCode } from '../../src/cli/desk.ts'
import { composeDesk, composeExecutor } from '../../src/compose-desk.ts'

export interface Said {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
  /** Standard output as the one JSON document that it is with `--json`. */
  readonly json: () => ReturnType<typeof JSON.parse>
}

/** Runs one command at a desk of the test's own: the real commands over the real clients, with this environment and nothing else. */
export async function runDesk(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  more: Partial<Desk> = {},
): Promise<Said> {
  let out = ''
  let err = ''
  const stop = new AbortController()
  const code = await runCli(argv, {
    env,
    files: { read: (path) => readFileSync(path, 'utf8') },
    list: (path) => (statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path) : null),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    terminal: { out: false, err: false },
    now: () => Date.now(),
    sleep: async () => {},
    stop: stop.signal,
    version: '1.2.3',
    typed: 'npm run -s afk --',
    composeDesk,
    composeExecutor,
    ...more,
  })
  return { code, out, err, json: () => JSON.parse(out) }
}
