import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * The programs as they ship (SPEC 14), for child processes of tests: a tick of the bundle takes a third of the CPU that a tick of the
 * sources does, and most tests run dozens. Built once for each state of the sources, by whoever needs it first.
 */
export function builtProgram(program: 'poller' | 'watcher'): string {
  return join(folder, `${program}.cjs`)
}

const root = resolve(import.meta.dirname, '../..')
const cache = join(root, 'node_modules/.cache/afk-built')
const day = 86_400_000
const folder = built()

function built(): string {
  const place = join(cache, stateOfSources())
  if (existsSync(place)) return place
  mkdirSync(cache, { recursive: true })
  removeOld()
  const work = mkdtempSync(join(cache, 'work-'))
  try {
    execFileSync(process.execPath, [join(root, 'build.ts'), join(work, 'built')], { stdio: 'pipe' })
    takePlace(join(work, 'built'), place)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return place
}

/** Everything that the bundle is made from. */
function stateOfSources(): string {
  const hash = createHash('sha256')
  for (const file of [
    'build.ts',
    'package.json',
    'package-lock.json',
    ...globSync('src/**/*.ts', { cwd: root }).toSorted(),
  ])
    hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}

/** Test files run side by side: whoever comes second finds the same there, and uses it. */
function takePlace(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!existsSync(to)) throw error
  }
}

function removeOld(): void {
  for (const name of globSync('*', { cwd: cache })) {
    const one = join(cache, name)
    if (Date.now() - (statSync(one, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > day)
      rmSync(one, { recursive: true, force: true })
  }
}
