import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Safeguard } from './safeguards.ts'

const root = resolve(import.meta.dirname, '../..')

/** What a thread of its own is told: texts that take the place of sources while it loads them, by URL, and the check to run. */
export interface Planted {
  readonly sources: Readonly<Record<string, string>>
  readonly check: string
  readonly cache: string
}

/** What it answers: what the check found, and which of the changed sources were loaded at all. */
export interface Noticed {
  readonly found: readonly string[]
  readonly loaded: readonly string[]
}

/**
 * Runs the check that must notice against a copy of the sources in memory, in which this safeguard is missing. `cache`: a folder where
 * threads keep what they compiled for each other. Throws when the code of the safeguard is not where it should be, or is not used.
 */
export async function withoutSafeguard(
  { name, edits, noticedBy }: Safeguard,
  cache: string,
): Promise<readonly string[]> {
  const sources: Record<string, string> = {}
  for (const { file, code, instead } of edits) {
    const path = join(root, 'src', file)
    const url = pathToFileURL(path).href
    const parts = (sources[url] ?? readFileSync(path, 'utf8')).split(code)
    if (parts.length !== 2)
      throw new Error(`the code of "${name}" stands ${parts.length - 1} times in ${file}, expected once`)
    sources[url] = parts.join(instead)
  }
  const { found, loaded } = await inThread({ sources, check: noticedBy, cache })
  const unused = Object.keys(sources).filter((url) => !loaded.includes(url))
  if (unused.length > 0) throw new Error(`"${noticedBy}" never loads ${unused.join(', ')}`)
  return found
}

async function inThread(planted: Planted): Promise<Noticed> {
  const worker = new Worker(new URL('planted-thread.ts', import.meta.url), {
    workerData: planted,
    execArgv: [],
    env: {},
  })
  try {
    return await new Promise<Noticed>((done, fail) => {
      worker.once('message', done)
      worker.once('error', fail)
      worker.once('exit', (code) => fail(new Error(`the thread ended with ${code} and no answer`)))
    })
  } finally {
    await worker.terminate()
  }
}
