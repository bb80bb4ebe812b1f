import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isSeed, readFigures, tableOf } from './figures.ts'

/**
 * The reliability suite, and one table of what it has tried. In full unless `--bounded` is given. All that is random comes from one
 * seed, `AFK_RELIABILITY_SEED` or one of the moment, which is printed. Other arguments go to vitest. Exits as the tests do.
 */
const root = resolve(import.meta.dirname, '../..')
const bounded = process.argv.includes('--bounded')
const given = process.env['AFK_RELIABILITY_SEED']
const seed = given ?? String(Date.now() % 1_000_000_007)
const folder = mkdtempSync(join(tmpdir(), 'afk-figures-'))
const file = join(folder, 'figures')
const rest = process.argv.slice(2).filter((arg) => arg !== '--bounded')
const filters = rest.some((arg) => !arg.startsWith('-')) ? [] : ['test/reliability', 'test/adapters/faults']
const env = {
  ...process.env,
  AFK_RELIABILITY: bounded ? 'bounded' : 'full',
  AFK_RELIABILITY_FIGURES: file,
  AFK_RELIABILITY_SEED: seed,
}

if (isSeed(seed)) run()
else {
  process.stderr.write(
    `AFK_RELIABILITY_SEED: expected a whole number of at most 15 digits, got ${JSON.stringify(seed)}\n`,
  )
  process.exitCode = 2
}

function run(): void {
  const started = performance.now()
  const child = spawn('npx', ['vitest', 'run', ...filters, ...rest], { cwd: root, env, stdio: 'inherit' })
  child.once('close', (code) => {
    const seconds = Math.round((performance.now() - started) / 1000)
    process.stdout.write(`\n${tableOf(readFigures(file))}`)
    process.stdout.write(`${bounded ? 'bounded' : 'in full'}, ${seconds} s, again with AFK_RELIABILITY_SEED=${seed}\n`)
    rmSync(folder, { recursive: true, force: true })
    process.exitCode = code ?? 1
  })
}
