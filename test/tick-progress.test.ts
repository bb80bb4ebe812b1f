import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { tickProgress } from '../src/tick-progress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const clear = '\r\u001B[K'

function open(env: Record<string, string> = { NO_COLOR: '1' }, columns = 80) {
  const written: string[] = []
  let asked = 0
  const progress = tickProgress({ write: (text) => written.push(text), columns }, env)
  return { written, progress, say: () => `step ${(asked += 1)}` }
}

it('a tick that is soon over shows nothing', () => {
  const { written, progress, say } = open()
  progress.begin(say)
  vi.advanceTimersByTime(999)
  progress.end()
  vi.advanceTimersByTime(5000)
  expect(written).toEqual([])
})

it('a long one overwrites its line in place, and takes it away at the end', () => {
  const { written, progress, say } = open()
  progress.begin(say)
  vi.advanceTimersByTime(1500)
  expect(written).toEqual([`${clear}step 1`, `${clear}step 2`, `${clear}step 3`])
  progress.end()
  expect(written.at(-1)).toBe(clear)
  vi.advanceTimersByTime(5000)
  expect(written).toHaveLength(4)
})

it('makes room for a line of the log once, and comes back with the next step', () => {
  const { written, progress, say } = open()
  progress.hide()
  progress.begin(say)
  vi.advanceTimersByTime(1000)
  progress.hide()
  progress.hide()
  expect(written).toEqual([`${clear}step 1`, clear])
  vi.advanceTimersByTime(250)
  expect(written.at(-1)).toBe(`${clear}step 2`)
})

it.each([
  [10, 9],
  [0, 79],
])('never wraps: on a terminal of %d columns it has %d characters', (columns, shown) => {
  const { written, progress } = open({ NO_COLOR: '1' }, columns)
  progress.begin(() => 'x'.repeat(100))
  vi.advanceTimersByTime(1000)
  expect(written).toEqual([`${clear}${'x'.repeat(shown)}`])
})

it('is dimmed, unless colours are not wanted', () => {
  const { written, progress, say } = open({ TERM: 'xterm' })
  progress.begin(say)
  vi.advanceTimersByTime(1000)
  expect(written).toEqual([`${clear}\u001B[2mstep 1\u001B[22m`])
})

it('shows nothing on a terminal that cannot overwrite', () => {
  const { written, progress, say } = open({ TERM: 'dumb' })
  progress.begin(say)
  vi.advanceTimersByTime(5000)
  progress.hide()
  progress.end()
  expect(written).toEqual([])
})
