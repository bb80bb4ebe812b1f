import { sameName, type RepoName, type RepoOverview } from '../core/model.ts'
import { readOnly } from '../app/plan-read-only.ts'
import type { Command, Options } from './command.ts'
import type { Desk, ExitCode } from './desk.ts'
import type { Room } from './doctor/check.ts'
import { checks } from './doctor/checks.ts'
import { configurationFindings } from './doctor/configuration.ts'
import { examine, notExamined, type Examined } from './doctor/examine.ts'
import { doctorDocument, doctorText } from './doctor-report.ts'
import { painter } from './paint.ts'
import { progressOn } from './progress.ts'
import { refuseUsage } from './refuse-usage.ts'
import { readScope, type Scope } from './scope.ts'
import { openSession } from './session.ts'
import { readAll, type Settled } from './settle.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'looks at configuration, credentials, repos, T3, Slack and cluster; every problem with its remedy',
  options: [
    { name: 'repo', value: 'OWNER/NAME', about: 'this repo alone; it need not be on the allowlist' },
    { name: 'fix-labels', about: 'create the labels that are missing: the only write' },
  ],
  details: `
Verdicts: ok; warn: works, and a person should know; fail: afk cannot do its work there; skipped: not configured, or
not to be seen before something else is mended. What GitHub does not tell (the permissions of fine-grained tokens and of
Apps) is named as needed instead. Cluster permissions are those of whoever the credentials belong to: with your own
kubeconfig they are yours, not the service account's.

--json: {command, at, repos: [name] | null, findings: [{check, area, verdict, subject, message, remedy}], counts: {ok,
warn, fail, skipped}}. repos: those that were looked at; null where the configuration is not whole.

Exit codes: 0 nothing worse than warn; 1 at least one fail; 2 wrong usage, or
--fix-labels without a repo.`,
  run: runDoctor,
}

async function runDoctor(desk: Desk, options: Options): Promise<ExitCode> {
  const read = await readAll(desk)
  const first: readonly Examined[] = configurationFindings(read).map((finding) => ({
    check: 'configuration',
    area: 'configuration',
    ...finding,
  }))
  if (!read.ok) return tell(desk, options, [...first, ...notExamined(checks)])
  const scope = readScope(options, read.gates)
  if ('wrong' in scope) return refuseUsage(desk, options.has('json'), scope.wrong)
  const repos = reposIn(scope)
  if (options.has('fix-labels') && repos.length === 0) {
    const message = 'no repo to make labels in: set AFK_ALLOWLIST, or name one with --repo owner/name'
    return refuseUsage(desk, options.has('json'), message)
  }
  const progress = progressOn(desk)
  const found = await examine(checks, roomOf(desk, options, read, scope), progress.say)
  progress.done()
  return tell(desk, options, [...first, ...found], repos)
}

function roomOf(desk: Desk, options: Options, settled: Settled, scope: Scope): Room {
  const repos = reposIn(scope)
  const { tick, clients } = openSession(desk, settled, repos, readOnly)
  const { policy, world } = tick
  let overviews: ReturnType<typeof world.tracker.overview> | null = null
  return {
    settled,
    repos,
    world,
    policy,
    probe: clients.probe,
    now: desk.now,
    fixLabels: options.has('fix-labels'),
    overview: async (repo): Promise<RepoOverview> => {
      overviews ??= world.tracker.overview(repos.map((one) => ({ repo: one, labels: policy.repo(one).labels })))
      const found = (await overviews).find(({ ref }) => sameName(ref, repo))
      if (found === undefined) throw new Error(`an overview without an entry for ${repo}`)
      if (!found.ok) throw found.error
      return found.value
    },
  }
}

function reposIn({ repo, repos }: Scope): readonly RepoName[] {
  return repo === null ? repos : [repo]
}

/** `repos` null: it is not known which are meant. */
function tell(
  desk: Desk,
  options: Options,
  findings: readonly Examined[],
  repos: readonly RepoName[] | null = null,
): ExitCode {
  const document = doctorDocument(findings, repos, desk.now())
  if (options.has('json')) desk.out(`${JSON.stringify(document, null, 2)}\n`)
  else desk.out(`${doctorText(document, painter(desk.terminal.out, desk.env))}\n`)
  return document.counts.fail > 0 ? 1 : 0
}
