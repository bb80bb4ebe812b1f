import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRecorder, type TickRecord } from '../../src/app/recorder.ts'
import { createReporter, type Line } from '../../src/app/report.ts'
import { LONGEST_RECORD, writeRecord } from '../../src/write-record.ts'
import { afk } from '../builders/issue.ts'
import { thePolicy } from '../builders/policy.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'afk-record-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const tick = '2026-11-21T03:00:00.000Z'

function aRecord(threads: readonly string[] = []): TickRecord {
  const recorder = createRecorder(tick, '1.0.0', thePolicy())
  recorder.found({ found: [], overviews: [], threads: [], nameless: [], gone: [] }, afk)
  const record = recorder.record()
  if (record?.program !== 'watcher') throw new Error('no record')
  return { ...record, threads }
}

function write(record: TickRecord, settings: Parameters<typeof writeRecord>[1]): readonly Line[] {
  const lines: Line[] = []
  writeRecord(
    record,
    settings,
    createReporter('watcher', tick, (line) => void lines.push(line)),
  )
  return lines
}

describe('writeRecord', () => {
  it('makes the folder, writes one whole file a tick, and says nothing of it', () => {
    const recordDir = join(folder, 'a', 'b')
    expect(write(aRecord(), { recordDir, logLevel: 'info' })).toEqual([])
    expect(readdirSync(recordDir)).toEqual(['watcher-2026-11-21T03-00-00.000Z.json'])
    const text = readFileSync(join(recordDir, 'watcher-2026-11-21T03-00-00.000Z.json'), 'utf8')
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(aRecord())))
  })

  it('at debug level tells the log, with a folder or without', () => {
    expect(write(aRecord(), { recordDir: undefined, logLevel: 'debug' })).toMatchObject([
      { event: 'record', program: 'watcher', tick, record: { format: 1, program: 'watcher', runs: [] } },
    ])
    expect(write(aRecord(), { recordDir: folder, logLevel: 'debug' })).toHaveLength(1)
    expect(readdirSync(folder)).toHaveLength(1)
    expect(write(aRecord(), { recordDir: undefined, logLevel: 'info' })).toEqual([])
  })

  it('leaves out what is too long, and warns', () => {
    const long = aRecord(['x'.repeat(LONGEST_RECORD)])
    const lines = write(long, { recordDir: folder, logLevel: 'debug' })
    expect(lines).toMatchObject([{ event: 'warning', message: expect.stringContaining(`${LONGEST_RECORD}`) as string }])
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves nothing half done when the last step fails, and warns', () => {
    // A folder stands where the file should go.
    mkdirSync(join(folder, 'watcher-2026-11-21T03-00-00.000Z.json'))
    const lines = write(aRecord(), { recordDir: folder, logLevel: 'info' })
    expect(lines).toMatchObject([
      { event: 'warning', message: 'the decision record could not be written to AFK_RECORD_DIR (EISDIR)' },
    ])
    expect(readdirSync(folder)).toEqual(['watcher-2026-11-21T03-00-00.000Z.json'])
  })
  it('gives up at once where no folder can be made', () => {
    writeFileSync(join(folder, 'a-file'), '')
    // In a process of its own: what it must not do is to try for ever, which no timeout of a test would end.
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { writeRecord } from ${JSON.stringify(new URL('../../src/write-record.ts', import.meta.url).href)}
        const note = (_, { message }) => console.log(message)
        for (const recordDir of ['/proc/nope', '/proc/self/a/b', '${join(folder, 'a-file', 'x', 'y')}']) {
          writeRecord({ program: 'poller', tick: 'now' }, { recordDir, logLevel: 'info' }, { note })
        }`,
      ],
      { encoding: 'utf8', timeout: 10_000 },
    )
    expect(status).toBe(0)
    const failed = 'the decision record could not be written to AFK_RECORD_DIR'
    expect(stdout.split('\n')).toEqual([
      expect.stringContaining(failed),
      expect.stringContaining(failed),
      `${failed} (ENOTDIR)`,
      '',
    ])
  })
})
