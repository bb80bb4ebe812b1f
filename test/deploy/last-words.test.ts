import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { named, podOf, programs, rendered } from './manifests.ts'
import { runForm } from './run-form.ts'

/** SPEC 12: the summary is the container's last word, so that `kubectl describe pod` shows it. */
const folder = mkdtempSync(join(tmpdir(), 'afk-last-words-'))
afterAll(() => rmSync(folder, { recursive: true }))
const preload = new URL('mount-termination-log.ts', import.meta.url).href
const run = (program: (typeof programs)[number], file: string, env: Record<string, string> = {}) =>
  runForm({ kind: 'sources' }, program, { ...env, TERMINATION_LOG: file }, [preload])

/** As the kubelet mounts it: there, and empty. */
const mounted = (name: string): string => {
  const file = join(folder, name)
  writeFileSync(file, '')
  return file
}

describe.each(programs)('the %s', (program) => {
  it('leaves its summary, the same line as in the log', async () => {
    const file = mounted(`${program}-inert`)
    const ran = await run(program, file)
    expect(ran.code).toBe(0)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(ran.lines.at(-1))
    expect(ran.lines.at(-1)).toMatchObject({ event: 'summary', outcome: 'inert' })
  })

  it('says of a wrong configuration how much is wrong, within what Kubernetes keeps', async () => {
    const file = mounted(`${program}-wrong`)
    const ran = await run(program, file, { AFK_KILL_SWITCH: 'off', AFK_ALLOWLIST: 'acme/shop', AFK_LOCK: 'none' })
    expect(ran.code).toBe(2)
    const text = readFileSync(file, 'utf8')
    expect(JSON.parse(text)).toMatchObject({ outcome: 'failed', why: expect.stringContaining('problem(s)') })
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096)
  })

  it('leaves nothing of longer words that stood there before', async () => {
    const file = mounted(`${program}-again`)
    writeFileSync(file, 'x'.repeat(5000))
    const ran = await run(program, file)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(ran.lines.at(-1))
  })

  it('makes no file where there is none, and does its work without', async () => {
    const file = join(folder, `${program}-nowhere`)
    const ran = await run(program, file)
    expect(ran.code).toBe(0)
    expect(existsSync(file)).toBe(false)
  })

  it('is read from there by its CronJob', () => {
    const { container } = podOf(named(rendered('base'), 'CronJob', `afk-${program}`))
    expect(container.terminationMessagePath).toBe('/dev/termination-log')
    expect(container.terminationMessagePolicy).toBe('FallbackToLogsOnError')
  })
})
