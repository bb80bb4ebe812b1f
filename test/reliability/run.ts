import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Figure } from './figures.ts'

/**
 * The reliability suite, and one table of what it has tried. In full unless `--bounded` is given; a seed of `AFK_RELIABILITY_SEED` is
 * used for all that is random. Exits as the tests do.
 */
const root = resolve(import.meta.dirname, '../..')
const bounded = process.argv.includes('--bounded')
const folder = mkdtempSync(join(tmpdir(), 'afk-figures-'))
const file = join(folder, 'figures')
const args = ['vitest', 'run', 'test/reliability', ...process.argv.slice(2).filter((arg) => arg !== '--bounded')]
const env = {
  ...process.env,
  AFK_RELIABILITY: bounded ? 'bounded' : 'full',
  AFK_RELIABILITY_FIGURES: file,
}

const started = performance.now()
const child = spawn('npx', args, { cwd: root, env, stdio: 'inherit' })
child.once('close', (code) => {
  printTable()
  rmSync(folder, { recursive: true, force: true })
  process.exitCode = code ?? 1
})

function printTable(): void {
  const rows = new Map<string, { tried: number; held: number; notes: Set<string> }>()
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  for (const line of lines) {
    const { name, tried, held, note } = JSON.parse(line) as Figure & { name: string }
    const row = rows.get(name) ?? { tried: 0, held: 0, notes: new Set<string>() }
    if (note !== undefined) row.notes.add(note)
    rows.set(name, { tried: row.tried + tried, held: row.held + held, notes: row.notes })
  }
  const print = (text: string) => void process.stdout.write(`${text}\n`)
  print(`\n${'what'.padEnd(46)}${'tried'.padStart(10)}${'held'.padStart(10)}   notes`)
  for (const [name, { tried, held, notes }] of [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const shown = [...notes].slice(0, 3).join('; ')
    print(`${name.padEnd(46)}${String(tried).padStart(10)}${String(held).padStart(10)}   ${shown}`)
  }
  print(`${bounded ? 'bounded' : 'in full'}, ${Math.round((performance.now() - started) / 1000)} s`)
}
