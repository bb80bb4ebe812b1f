import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startGitHubServer } from '../sandbox/github/server.ts'
import { startSlack } from '../sandbox/slack/server.ts'
import { adminScopes } from '../sandbox/t3/auth.ts'
import { startT3Server } from '../sandbox/t3/server.ts'
import { createWorld } from '../sandbox/world.ts'
import { cardsPage } from './cards-page.ts'
import { doorbellPage } from './doorbell-page.ts'
import { judge, standingOf } from './outcomes.ts'
import { servePages } from './pages.ts'
import { createPeople } from './people.ts'
import { runTick, type TickResult } from './tick.ts'
import { createTimeline } from './timeline.ts'
import { printTable } from './table.ts'
import { settings, settle } from './village.ts'

/**
 * The whole loop on the sandbox: real servers on loopback, the two real programs as processes, tick after tick, until every issue has
 * ended as it should. Exits 1 if any has not. `--keep` stays up for a look at the pages, and by the desk.
 */
const t3Token = 'demo-t3-token'
const limitMs = 90_000
const unknown = process.argv.slice(2).find((word) => word !== '--keep')
if (unknown !== undefined) {
  process.stderr.write(`${JSON.stringify(unknown)} is no option of the demo: npm run demo, or npm run demo -- --keep\n`)
  // oxlint-disable-next-line unicorn/no-process-exit -- nothing is open yet
  process.exit(2)
}
const keep = process.argv.includes('--keep')
const print = (line: string) => process.stdout.write(`${line}\n`)
/** The first signal lets the ticks end and tidies up; the second does what it always does. */
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

const started = Date.now()
const world = createWorld({
  clock: { now: () => Date.now() },
  schedule: (at, wake) => void setTimeout(wake, Math.max(0, at - Date.now())).unref(),
  paceMs: 120,
  checkMs: 400,
})
const stories = settle(world)
const repos = [...new Set(stories.map(({ repo }) => repo))]
const github = await startGitHubServer(world.github)
const t3 = await startT3Server(world.t3, { tokens: { [t3Token]: adminScopes } })
const slack = await startSlack()
const results: TickResult[] = []
const pages = await servePages({
  '/': () => cardsPage(world, repos, skipOf),
  '/doorbell': async () => doorbellPage(await slack.messages()),
})
const folder = mkdtempSync(join(tmpdir(), 'afk-demo-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const configFile = join(folder, 'afk.yaml')
writeFileSync(configFile, settings)

const variables: Record<string, string> = {
  AFK_KILL_SWITCH: 'false',
  AFK_ALLOWLIST: repos.join(','),
  AFK_CONFIG_FILE: configFile,
  AFK_GITHUB_API_URL: github.url,
  AFK_GITHUB_TOKEN: world.githubToken,
  AFK_T3_URL: t3.url,
  AFK_T3_TOKEN: t3Token,
  AFK_SLACK_API_URL: slack.apiUrl,
  AFK_SLACK_BOT_TOKEN: slack.token,
  AFK_SLACK_CHANNEL: slack.channel,
  AFK_SLACK_MENTION: 'here',
  AFK_LOCK: 'none',
}

print('afk demo: GitHub, T3 and Slack are sandboxes on this machine; the poller and the watcher are the real programs.')
const addresses = `Doorbells: ${pages.url}doorbell   issues and cards: ${pages.url}   Slack inspector: ${slack.inspectorUrl}`
print(addresses)
print('')
const timeline = createTimeline(print, () => Date.now() - started)
const people = createPeople({ world, repos, slack, t3: { url: t3.url, token: t3Token }, did: timeline.person })
let problems: readonly string[] = ['not one tick was run']
const over = () => stop.signal.aborted || problems.length === 0 || Date.now() - started > limitMs

/** One CronJob: its ticks follow each other, and the other program's run at the same time. */
async function cronJob(program: 'poller' | 'watcher'): Promise<void> {
  while (!over()) {
    const result = await runTick(program, { PATH: process.env['PATH'] ?? '', ...variables }, timeline.log)
    if (stop.signal.aborted) return
    results.push(result)
    if (result.code !== 0) print(`${program} exited ${result.code}\n${result.output}`)
    if (program === 'watcher') await people.act()
    problems = judge(stories, standingOf(world, stories, results))
    await pause(200)
  }
}

await Promise.all([cronJob('poller'), cronJob('watcher')])
process.exitCode = stop.signal.aborted ? 130 : await tell()
await Promise.all([github.close(), t3.close(), slack.close()])
pages.close()

/** How it ended. 0 when each issue ended as it should, and nothing else was wrong. */
async function tell(): Promise<0 | 1> {
  const standing = standingOf(world, stories, results)
  print('')
  printTable(stories, standing, github.requests, t3.requests, print)
  const bells = await slack.messages()
  const counted = results.filter(({ lines }) => lines.length > 0).length
  print('')
  print(
    `${counted} ticks, ${github.requests.length} GitHub requests (${sum(github.requests.map(({ points }) => points))} points), ${t3.requests.length} T3 requests, ${bells.length} doorbells, ${((Date.now() - started) / 1000).toFixed(1)} s`,
  )

  const faults = [
    ...problems,
    ...github.violations.map((violation) => `GitHub's published contract was broken: ${JSON.stringify(violation)}`),
    ...t3.errors.map((error) => `an agent's script failed: ${String(error)}`),
    ...results.filter(({ code }) => code !== 0).map(({ program, code }) => `a tick of the ${program} exited ${code}`),
    ...leaks(results),
  ]
  for (const fault of faults) print(`FAILED: ${fault}`)
  if (faults.length === 0) print(`All ${stories.length} issues ended as they should.`)
  if (keep) await stayUp()
  return faults.length === 0 ? 0 : 1
}

async function stayUp(): Promise<void> {
  print('\nFor a look with the desk, in another terminal: these lines, then npm run -s afk -- status')
  for (const [name, value] of Object.entries(variables)) print(`export ${name}='${value}'`)
  print(`\n${addresses}   (Ctrl-C ends)`)
  if (!stop.signal.aborted) await once(stop.signal, 'abort')
}

/** Why the poller last skipped an issue; nothing where it has not. */
function skipOf(repo: string, issue: number): readonly string[] {
  const index = stories.findIndex((story) => story.repo === repo && story.number === issue)
  return standingOf(world, stories, results)[index]?.lastSkip ?? []
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** No secret and no text of an issue in what the programs print (SPEC 12). */
function leaks(ticks: readonly TickResult[]): readonly string[] {
  const output = ticks.map(({ output: text }) => text).join('\n')
  const secrets = [world.githubToken, t3Token, slack.token]
  const titles = stories.map(({ about }) => about)
  return [...secrets, ...titles]
    .filter((text) => output.includes(text))
    .map((text) => `the log shows "${text.slice(0, 6)}…"`)
}
