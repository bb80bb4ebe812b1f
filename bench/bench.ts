import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { version } from '../src/version.ts'
import { takeFigures } from './figures.ts'
import { openStand } from './stand.ts'
import { figuresText } from './table.ts'

/**
 * `npm run bench`: what a tick costs, measured on the bundle as it ships against the sandbox in a process of its own. Prints tables and
 * writes `bench/latest.json` and the figures in `bench/README.md`. `--quick` measures little and changes neither file; `--json <file>`
 * writes the figures there instead.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } } })
const here = import.meta.dirname
const folder = mkdtempSync(join(tmpdir(), 'afk-bench-dist-'))
const dist = join(folder, 'dist')
const stand = openStand()
try {
  execFileSync(process.execPath, [join(here, '../build.ts'), dist], { stdio: ['ignore', 'ignore', 'inherit'] })
  const say = (what: string) => process.stderr.write(`measuring: ${what}\n`)
  const figures = await takeFigures(stand, dist, { isQuick: values.quick, afk: version(), say })
  const told = figuresText(figures)
  process.stdout.write(`${told}\n`)
  const json = `${JSON.stringify(figures, null, 2)}\n`
  if (values.json !== undefined) writeFileSync(values.json, json)
  else if (!values.quick) {
    writeFileSync(join(here, 'latest.json'), json)
    keepOnPage(told)
  }
} finally {
  await stand.close()
  rmSync(folder, { recursive: true, force: true })
}

/** The page's part between its two marks. */
function keepOnPage(told: string): void {
  const page = join(here, 'README.md')
  const marks = /(?<=<!-- figures -->\n)[\s\S]*(?=<!-- \/figures -->)/
  const text = readFileSync(page, 'utf8')
  if (!marks.test(text)) throw new Error(`${page}: expected the marks around the figures, found none`)
  writeFileSync(
    page,
    text.replace(marks, () => `\n${told}\n\n`),
  )
}
