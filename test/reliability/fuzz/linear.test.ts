import { expect, it } from 'vitest'
import { readPushedShas, readReports, readReview } from '../../../src/adapters/t3/reports.ts'
import { tokenEndOf } from '../../../src/adapters/t3/token-end.ts'
import { prose, quoted } from '../../../src/adapters/slack/text.ts'
import { parseCommandLine } from '../../../src/cli/parse-command-line.ts'
import { commands } from '../../../src/cli/commands.ts'
import { readGates } from '../../../src/config/gates.ts'
import { describeValue } from '../../../src/config/problems.ts'
import { branchName } from '../../../src/core/branch-name.ts'
import { parseCard } from '../../../src/core/card/card-parse.ts'
import { blockerRefs } from '../../../src/core/dispatch/blockers.ts'
import { parseCommand } from '../../../src/core/people/commands.ts'
import { fenceFor } from '../../../src/core/prompt/fence.ts'
import { maskSecrets } from '../../../src/core/prompt/mask.ts'
import { cleanTerminal } from '../../../src/core/prompt/terminal-text.ts'
import { codeQuote, markdownLink, oneLine } from '../../../src/core/text/escape.ts'
import { issueOfTitle } from '../../../src/core/titles.ts'
import { addFigure, isFull, seedOf } from '../figures.ts'
import { randomOf } from '../schedule.ts'
import { pick, pieces } from './hostile.ts'

/** Everything that reads a text of any length. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  card: parseCard,
  blockers: (text) => blockerRefs(`blocked by ${text}`, 'acme/shop'),
  reports: (text) => readReports([{ text, at: 1, streaming: false }]),
  commits: (text) => readPushedShas([{ text: `AFK-${text}`, at: 1, streaming: false }]),
  review: (text) => readReview([{ text: `AFK-${text}`, at: 1, streaming: false }]),
  command: (text) => parseCommand(`/afk ${text}`),
  terminal: cleanTerminal,
  mask: maskSecrets,
  fence: (text) => fenceFor([text]),
  line: (text) => [oneLine(text), codeQuote(text), markdownLink('x', `https://${text}`)],
  title: issueOfTitle,
  branch: (text) => branchName(7, text, '907f74de-ba8d-56f0-b318-00052416d03f'),
  slack: (text) => [prose(text, 3000), quoted(text, 300)],
  token: (text) => tokenEndOf(`${text}.x`),
  problem: describeValue,
  gates: (text) => readGates({ AFK_KILL_SWITCH: text, AFK_DRAIN: text }, { read: () => '' }),
  'command line': (text) => parseCommandLine(['plan', '--repo', text, `--${text}`], commands),
}

/** Characters. What is quadratic takes a second for four times as many. */
const small = isFull ? 250_000 : 8000
const times = 4

/** Microseconds of CPU below which nothing can be called slow. */
const floor = 20_000

it('four times the text takes four times as long, whatever it is made of', { timeout: 600_000 }, () => {
  const random = randomOf(seedOf('long texts'))
  const pairs = Array.from({ length: isFull ? 300 : 20 }, () => pick(pieces, random) + pick(pieces, random))
  const slow: string[] = []
  const started = process.threadCpuUsage()
  let tried = 0
  for (const piece of [...pieces, ...pairs]) {
    const text = piece.repeat(Math.ceil((small * times) / piece.length)).slice(0, small * times)
    for (const [name, read] of Object.entries(readers)) {
      tried += 1
      if (isSlow(read, text)) slow.push(`${name}: ${JSON.stringify(piece)}`)
    }
  }
  console.log(
    `reliability: long texts: ${tried} inputs, ${process.threadCpuUsage(started).user / 1000} ms of CPU in all`,
  )
  addFigure('fuzz inputs', { tried, held: tried - slow.length })
  expect(slow).toEqual([])
})

/** Twice is not enough for a machine that collects garbage: three times in a row is no accident. */
function isSlow(read: (text: string) => unknown, text: string): boolean {
  for (let tries = 0; tries < 3; tries += 1) {
    const large = costOf(read, text)
    if (large < floor || large < 2.5 * times * costOf(read, text.slice(0, small))) return false
  }
  return true
}

/** Of this thread alone, whatever else the machine does. */
function costOf(read: (text: string) => unknown, text: string): number {
  const started = process.threadCpuUsage()
  read(text)
  const { user, system } = process.threadCpuUsage(started)
  return user + system
}
