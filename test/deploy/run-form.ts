import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Line } from '../../src/app/report.ts'
import type { Seen } from '../programs/run-program.ts'
import { root } from './manifests.ts'

export type Program = 'poller' | 'watcher'
/** The sources as they stand, or the bundle in this folder. */
export type Form = { readonly kind: 'sources' } | { readonly kind: 'bundle'; readonly folder: string }

export interface FormRan {
  readonly code: number | null
  readonly lines: readonly Line[]
  readonly stdout: string
  readonly stderr: string
  /** What the watching preload saw; modules of either form. */
  readonly seen: Seen
}

/** Runs one program once in either form, from a working directory that tells it nothing, with an environment and nothing else. */
export async function runForm(
  form: Form,
  program: Program,
  env: Readonly<Record<string, string>>,
  preloads: readonly string[] = [],
  onStart?: (pid: number) => void,
): Promise<FormRan> {
  const file = form.kind === 'sources' ? `${root}src/${program}.ts` : `${form.folder}/${program}.cjs`
  const watching = new URL('../programs/watch-process.ts', import.meta.url).href
  const child = spawn(process.execPath, [...[...preloads, watching].flatMap((url) => ['--import', url]), file], {
    env,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: 50_000,
    killSignal: 'SIGKILL',
  })
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (child.pid !== undefined) onStart?.(child.pid)
  const [, out, err, told] = child.stdio
  if (!out || !err || !told) throw new Error('the child has no pipes')
  const [stdout, stderr, seen, ended] = await Promise.all([text(out), text(err), text(told as typeof out), code])
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
  return { code: ended, lines, stdout, stderr, seen: JSON.parse(seen) as Seen }
}

/** Paths of the module files that were loaded, without Node's own. */
export function modulePaths({ seen }: FormRan): readonly string[] {
  return seen.modules.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url))
}
