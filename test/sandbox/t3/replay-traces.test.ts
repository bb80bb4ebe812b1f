import { describe, expect, it } from 'vitest'
import { bench, sample, type Bench } from './harness.ts'
import { advance } from './manual-clock.ts'
import { documentOf, observe, readRow, type Row } from './trace-rows.ts'

type Raw = Record<string, unknown> & { ms: number }

interface Case {
  file: string
  key: string | null
  threadId: string
  /** What was done before each run of rows; a new run begins where `ms` goes back, or at a STEP. */
  actions: ((bench: Bench) => void | Promise<void>)[]
  fields?: Record<string, unknown>
  /** States (latestTurn | session) that the poller of that run was too slow to see; other runs or the contract have them. */
  unseen?: string[]
}

const EDE = '[ede_diagnostic] result_type=user last_content_type=n/a stop_reason=null'
/** That poller stopped reading at `stopped`, before the checkpoint of the interrupted turn was due. */
const stoppedWithError = `error/done | stopped  ${EDE}`
const interrupted = `interrupted/done | error active ${EDE}`
const start = (threadId: string, text: string) => (b: Bench) => void b.start(threadId, text)
const command = (type: string, threadId: string) => (b: Bench) => void b.send(type, { threadId })

function answer(threadId: string, kind: 'approval' | 'user-input') {
  return (b: Bench): void => {
    const asked = documentOf(b.state, threadId).activities.find((activity) => activity.kind === `${kind}.requested`)
    const requestId = asked?.payload['requestId']
    b.send(`thread.${kind}.respond`, {
      threadId,
      requestId,
      decision: 'accept',
      answers: { 'Pick one?': 'A' },
    })
  }
}

async function hangAndDie(b: Bench): Promise<void> {
  b.start('hangB', '[[hang]]')
  await advance(b.state, b.clock, 1000)
  b.state.restart({ kill: true })
}

/** Six seconds before the slow answer, as recorded. */
async function stopLater(b: Bench): Promise<void> {
  await advance(b.state, b.clock, 1900)
  b.send('thread.session.stop', { threadId: 'ss' })
}

async function finishFirst(b: Bench): Promise<void> {
  b.start('one', 'Hello agent [[bash:echo x >> out.txt]]')
  await advance(b.state, b.clock, 5000)
  b.start('one', 'second turn [[slow:1]]')
}

/** Somebody else's stop of a hung turn, and then a turn in a fresh thread. */
async function stopHungThenStart(b: Bench): Promise<void> {
  b.thread('hung')
  b.start('hung', '[[hang]]')
  await advance(b.state, b.clock, 1000)
  b.send('thread.session.stop', { threadId: 'hung' })
  await advance(b.state, b.clock, 1000)
  b.start('other', 'hi')
}

const cases: Case[] = [
  {
    file: 'turn-completed-trace',
    key: 'trace',
    threadId: 'turn-thread-1',
    actions: [start('turn-thread-1', 'Hello agent [[bash:echo x >> out.txt]]')],
    unseen: ['null | null'],
  },
  { file: 'second-turn-trace', key: null, threadId: 'one', actions: [finishFirst] },
  {
    file: 'flow-hang-deleterun',
    key: 'hang before kill',
    threadId: 'h',
    actions: [start('h', '[[hang]]')],
  },
  {
    file: 'flow-hang-deleterun',
    key: 'deleterun',
    threadId: 'd',
    actions: [start('d', '[[slow:4]]')],
  },
  {
    file: 'flow-interrupt',
    key: 'interrupt',
    threadId: 'i',
    actions: [start('i', '[[hang]]'), command('thread.turn.interrupt', 'i')],
    unseen: [interrupted],
  },
  {
    file: 'flow-interrupt',
    key: 'turn on other thread after interrupt',
    threadId: 'o',
    actions: [start('o', 'hi')],
  },
  {
    file: 'flow-intstop',
    key: 'intstop',
    threadId: 'is',
    actions: [start('is', '[[hang]]'), command('thread.turn.interrupt', 'is'), command('thread.session.stop', 'is')],
    unseen: [interrupted, stoppedWithError],
  },
  {
    file: 'flow-intstop',
    key: 'other thread after interrupt+stop',
    threadId: 'o',
    actions: [start('o', 'hi')],
  },
  {
    file: 'flow-posthang',
    key: 'hang after restart',
    threadId: 'hangB',
    actions: [hangAndDie, start('hangB', 'continue please')],
  },
  {
    file: 'flow-stop',
    key: 'stop',
    threadId: 's',
    actions: [start('s', '[[hang]]'), command('thread.session.stop', 's')],
  },
  {
    file: 'flow-stop',
    key: 'turn on other thread after session.stop',
    threadId: 'other',
    actions: [stopHungThenStart],
  },
  {
    file: 'flow-stopready',
    key: 'stopready',
    threadId: 'sr',
    actions: [start('sr', 'hi'), command('thread.session.stop', 'sr')],
  },
  {
    file: 'flow-stopready',
    key: 'other thread after stop of ready session',
    threadId: 'o',
    actions: [start('o', 'hi')],
  },
  {
    file: 'flow-stopslow',
    key: 'stopslow',
    threadId: 'ss',
    actions: [start('ss', '[[slow:8]]'), stopLater],
  },
  {
    file: 'flow-stopslow',
    key: 'other thread after stop of slow turn',
    threadId: 'o',
    actions: [start('o', 'hi')],
  },
  {
    file: 'flow-approval-ask-busy',
    key: 'approval',
    threadId: 'a',
    actions: [start('a', 'go [[bash:touch a.txt]]'), answer('a', 'approval')],
    fields: { runtimeMode: 'approval-required' },
  },
  {
    file: 'flow-approval-ask-busy',
    key: 'ask',
    threadId: 'k',
    actions: [start('k', 'go [[ask]]'), answer('k', 'user-input')],
  },
  {
    file: 'flow-approval-ask-busy',
    key: 'busy',
    threadId: 'b',
    actions: [start('b', 'first [[slow:5]]'), start('b', 'second')],
  },
  {
    file: 'turn-traces-a',
    key: 'unknown provider instance turn',
    threadId: 'u',
    actions: [start('u', 'hi')],
    fields: { modelSelection: { instanceId: 'no-such-instance', model: 'x' } },
  },
  {
    file: 'turn-traces-a',
    key: 'codex not installed turn',
    threadId: 'c',
    actions: [start('c', 'hi')],
    fields: { modelSelection: { instanceId: 'codex', model: 'gpt-5' } },
  },
  {
    file: 'turn-traces-a',
    key: 'nogit turn',
    threadId: 'n',
    actions: [start('n', 'hello nogit')],
    fields: { projectId: 'nogit' },
    unseen: ['null | ready  '],
  },
  {
    file: 'turn-traces-a',
    key: 'provider 400 turn',
    threadId: 'e',
    actions: [start('e', 'please [[err400]]')],
    unseen: ['completed/done | ready  '],
  },
  {
    file: 'turn-traces-a',
    key: 'provider 401 turn',
    threadId: 'f',
    actions: [start('f', 'please [[err401]]')],
    unseen: ['running | running active '],
  },
  {
    file: 'turn-traces-a',
    key: 'interrupt running turn',
    threadId: 'ir',
    actions: [start('ir', '[[hang]]'), command('thread.turn.interrupt', 'ir')],
    unseen: [`null | error  ${EDE}`, `error/done | error  ${EDE}`],
  },
  {
    file: 'turn-traces-a',
    key: 'session.stop while running',
    threadId: 'sw',
    actions: [start('sw', '[[hang]]'), command('thread.session.stop', 'sw')],
  },
]

describe('recorded traces', () => {
  it.each(cases)('$file: $key', async (trace) => {
    const b = bench()
    b.thread(trace.threadId, trace.fields)
    const runs = split(trace)
    const like = runs[0]?.rows[0] ?? { lt: null, sess: null }
    const seen: Row[] = []
    const note = (): void => void seen.push(observe(b.state, trace.threadId, like))
    for (const [index, run] of runs.entries()) {
      await trace.actions[index]?.(b)
      note()
      await advance(b.state, b.clock, run.endMs, note)
    }

    expect(runs).toHaveLength(trace.actions.length)
    const recorded = runs.flatMap((run) => run.rows)
    expect(missingInOrder(recorded, seen)).toEqual([])
    const known = new Set([...recorded.map(stateOf), ...(trace.unseen ?? [])])
    expect(seen.map(stateOf).filter((state) => !known.has(state))).toEqual([])
  })
})

const stateOf = (row: Row): string => `${row.lt} | ${row.sess}`

/** The recorded rows that do not follow each other in what was seen. A row may be seen once for two equal recorded ones. */
function missingInOrder(recorded: Row[], seen: Row[]): Row[] {
  let from = 0
  return recorded.filter((row) => {
    const wanted = JSON.stringify(row)
    const index = seen.findIndex((other, i) => i >= from && JSON.stringify(other) === wanted)
    if (index === -1) return true
    from = index
    return false
  })
}

function split({ file, key }: Case): { rows: Row[]; endMs: number }[] {
  const content = sample(file)
  const raws = (key === null ? content : (content as Record<string, unknown>)[key]) as Raw[]
  const runs: { rows: Row[]; endMs: number }[] = []
  let last = Number.POSITIVE_INFINITY
  for (const raw of raws) {
    if (raw.ms < last || 'STEP' in raw) runs.push({ rows: [], endMs: 0 })
    last = raw.ms
    const run = runs.at(-1)
    if (run === undefined || 'STEP' in raw) continue
    // A little longer than the recorder, whose clock began after its own request.
    run.endMs = raw.ms + 60
    if (raw['timeout'] !== true) run.rows.push(readRow(raw))
  }
  return runs
}
