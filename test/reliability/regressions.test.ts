import { describe, expect, it } from 'vitest'
import type { Action } from './histories/action.ts'
import { replay, type History } from './histories/replay.ts'

const opened: Action = { do: 'open', repo: 0, by: 'mona', labelled: true }
const poll: Action = { do: 'tick', program: 'poller' }
const wait = (seconds: number): Action => ({ do: 'pass', seconds })

/** What the random histories once broke, shrunk, and named by what was wrong. */
const found: readonly (readonly [string, History])[] = [
  [
    'a thread that T3 shows at work for ever after a restart held its repo for ever: each orphan interrupt touched its row',
    {
      moods: ['waits for approval', 'green', 'green'],
      actions: [opened, opened, wait(30), poll, { do: 't3', how: 'restarts' }, poll],
    },
  ],
  [
    'the same for a turn that was running',
    {
      moods: ['hangs', 'green', 'green'],
      actions: [
        opened,
        opened,
        wait(30),
        poll,
        wait(5),
        { do: 't3', how: 'restarts' },
        { do: 'unlabel', issue: 0, label: 'ready-for-agent', by: 'wendy' },
      ],
    },
  ],
  [
    'a question that an interrupted turn left open was interrupted every minute for good',
    { moods: ['waits for approval', 'green'], actions: [opened, opened, wait(30), poll] },
  ],
  [
    'a card edited by somebody before its lock was on: the poller left it to the watcher, the watcher to the poller',
    {
      moods: ['green', 'green'],
      actions: [
        opened,
        opened,
        wait(30),
        { do: 'die', program: 'poller', at: 5, when: 'before' },
        { do: 'card', issue: 0, how: 'edited' },
      ],
    },
  ],
  [
    'an idle thread of a cancelled dispatch, whose card somebody deleted, went first for ever',
    {
      moods: ['green', 'green'],
      actions: [
        opened,
        wait(30),
        { do: 'die', program: 'poller', at: 2, when: 'after' },
        { do: 'label', issue: 0, label: 'ready-for-human', by: 'mona' },
        { do: 'die', program: 'poller', at: 3, when: 'before' },
        { do: 'card', issue: 0, how: 'deleted' },
        wait(2000),
        wait(2000),
        opened,
      ],
    },
  ],
  [
    'a run whose lock an agent took off was overtaken by the next issue when its thread had been silent for a quarter of an hour',
    {
      moods: ['talks', 'green', 'green'],
      actions: [
        opened,
        wait(30),
        poll,
        { do: 'unlabel', issue: 0, label: 'agent-in-progress', by: 'afk-agent' },
        opened,
        wait(130),
        wait(400),
        wait(400),
      ],
    },
  ],
]

describe('histories that once broke', () => {
  it.each(found)('%s', async (_name, history) => {
    expect(await replay(history)).toEqual([])
  })
})
