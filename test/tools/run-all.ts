import { existsSync, globSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readFigures, tableOf } from '../reliability/figures.ts'
import { runSteps, type Step } from './run-steps.ts'

const root = resolve(import.meta.dirname, '../..')
const minutes = 60_000

process.stdout.write(`Node ${process.version}\n`)
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write('afk needs Node 24. Run `npm test`: it uses the one that `npm ci` installed here.\n')
  process.exitCode = 1
} else {
  process.exitCode = await runAll()
}

async function runAll(): Promise<0 | 1> {
  const folder = await mkdtemp(join(tmpdir(), 'afk-tests-'))
  try {
    const figures = join(folder, 'figures')
    process.env['AFK_RELIABILITY_FIGURES'] = figures
    const say = (text: string) => process.stdout.write(text)
    return await runSteps(stepsWith(folder), root, say, () => tableOf(readFigures(figures)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Cheap checks first. Each is the npm script of that name, so that it can be repeated alone. What is measured in
 * milliseconds runs apart: measuring coverage makes hot loops several times slower.
 */
function stepsWith(folder: string): Step[] {
  const timed = globSync('test/**/*.timing.test.ts', { cwd: root }).length > 0
  const demo = existsSync(join(root, 'test/demo/demo.ts'))
  return [
    script('format:check'),
    script('lint'),
    script('types'),
    script('deadcode'),
    tests('coverage', join(folder, 'coverage.json')),
    tests('test:outside', join(folder, 'outside.json')),
    { ...tests('test:timing', join(folder, 'timing.json')), ...(timed ? {} : { skip: 'no *.timing.test.ts exists' }) },
    { ...script('demo'), ...(demo ? {} : { skip: 'test/demo/demo.ts is missing' }) },
  ]
}

function tests(name: string, report: string): Step {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return { ...script(name, reporters), report, timeoutMs: 20 * minutes }
}

function script(name: string, args: readonly string[] = []): Step {
  return { name, command: ['npm', 'run', '--silent', name, '--', ...args], timeoutMs: 5 * minutes }
}
