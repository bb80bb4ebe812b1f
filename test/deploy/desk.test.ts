import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deploy } from './manifests.ts'

/**
 * The shell function of deploy/README.md, run as it stands there with a kubectl that writes down what it is told. What a cluster makes of
 * such a Job is not tried here; `test/cluster/desk-cases.ts` runs the desk with the pod's rights.
 */
const page = readFileSync(`${deploy}/README.md`, 'utf8')
const [snippet = ''] = /^ {4}desk\(\) \(\n[\s\S]*?^ {4}\)$/mu.exec(page) ?? []
const there = ['bash', 'jq'].every((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0)
if (!there) console.warn('SKIPPED: no bash or no jq here, so the desk function of deploy/README.md was not run')

const work = mkdtempSync(join(tmpdir(), 'afk-desk-'))
afterAll(() => rmSync(work, { recursive: true }))
beforeAll(() => {
  const kubectl = join(work, 'kubectl')
  writeFileSync(kubectl, playedKubectl)
  chmodSync(kubectl, 0o755)
})

/** `LOGS` is the exit code of `kubectl logs`, `ENDED` what the pod's container ended with. */
const playedKubectl = `#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
  *' create job '*) echo '{"spec":{"activeDeadlineSeconds":55,"template":{"spec":{"containers":[{"args":["/app/watcher.cjs"]}]}}}}' ;;
  'apply '*) cat > "$APPLIED"; echo 'job created' ;;
  *' logs '*) echo 'what the desk says'; exit "$LOGS" ;;
  *' get pods '*) printf '%s' "$ENDED" ;;
  *) echo deleted ;;
esac
`

function desk(words: string, { logs = '0', ended = '0' } = {}) {
  const files = { CALLS: join(work, 'calls'), APPLIED: join(work, 'applied') }
  for (const file of Object.values(files)) rmSync(file, { force: true })
  const { status, stdout } = spawnSync('bash', ['-c', `${snippet}\ndesk ${words}`], {
    env: { ...files, LOGS: logs, ENDED: ended, PATH: [work, process.env['PATH'] ?? ''].join(delimiter) },
    encoding: 'utf8',
  })
  const calls = readFileSync(files.CALLS, 'utf8').trim().split('\n')
  return { status, stdout, calls, job: JSON.parse(readFileSync(files.APPLIED, 'utf8')) }
}

describe.skipIf(!there)('the desk function of the runbook', () => {
  it('hands all words over as they are, also those that look like options of jq', () => {
    const { job } = desk(`plan --issue 'acme/shop#12' --json --arg "two words" '$HOME "x"'`)
    expect(job.spec.template.spec.containers[0].args).toEqual([
      '/app/cli.cjs',
      'plan',
      '--issue',
      'acme/shop#12',
      '--json',
      '--arg',
      'two words',
      '$HOME "x"',
    ])
    expect(job.spec.activeDeadlineSeconds).toBe(600)
  })

  it('prints what the desk says and nothing else, and ends with its code', () => {
    const { status, stdout } = desk('doctor', { ended: '3' })
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'what the desk says\n' })
  })

  it('names a Job of its own, and removes it, also when there is nothing to read', () => {
    for (const { calls, status } of [desk('status'), desk('status', { logs: '1' })]) {
      const names = calls.flatMap((call) => call.match(/\bdesk-status-\d{9,}\b/gu) ?? [])
      expect(new Set(names).size).toBe(1)
      expect(calls.at(-1)).toBe(`-n afk delete job ${String(names[0])} --wait=false`)
      expect(status).toBe(calls.some((call) => call.includes(' get pods ')) ? 0 : 1)
    }
  })
})
