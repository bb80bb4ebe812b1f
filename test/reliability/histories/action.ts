import fc from 'fast-check'
import type { Category } from '../../../src/ports/errors.ts'

/** One thing that happens. Plain data, so that a history that broke something is kept as it is printed. */
export type Action =
  | { readonly do: 'open'; readonly repo: number; readonly by: Person; readonly labelled: boolean }
  | { readonly do: 'label'; readonly issue: number; readonly label: Label; readonly by: Person }
  | { readonly do: 'unlabel'; readonly issue: number; readonly label: Label; readonly by: Person }
  | { readonly do: 'edit'; readonly issue: number; readonly by: Person }
  | { readonly do: 'close' | 'reopen'; readonly issue: number; readonly by: Person }
  | { readonly do: 'block'; readonly issue: number; readonly by: number }
  | { readonly do: 'comment'; readonly issue: number; readonly by: Person; readonly forged: boolean }
  | { readonly do: 'card'; readonly issue: number; readonly how: 'deleted' | 'edited' }
  | { readonly do: 'push'; readonly repo: number; readonly ci: 'green' | 'red' | 'none' }
  | { readonly do: 'rewind'; readonly repo: number }
  | { readonly do: 't3'; readonly how: 'restarts' | 'loses its data' }
  | {
      readonly do: 'fail'
      readonly operation: Operation
      readonly category: Category
      readonly times: number
      readonly late: boolean
    }
  | { readonly do: 'heal' }
  | { readonly do: 'gates'; readonly open: boolean; readonly drain: boolean; readonly repos: number }
  | { readonly do: 'tick'; readonly program: 'poller' | 'watcher' }
  | {
      readonly do: 'die'
      readonly program: 'poller' | 'watcher'
      readonly at: number
      readonly when: 'before' | 'after'
    }
  | { readonly do: 'pass'; readonly seconds: number }

export type Person = 'mona' | 'wendy' | 'rea' | 'stranger' | 'afk-agent' | 'helper[bot]'
type Label = 'ready-for-agent' | 'agent-in-progress' | 'ready-for-human'

const operations = [
  'overview',
  'summaries',
  'look',
  'permission',
  'comment',
  'editComment',
  'addLabel',
  'removeLabel',
  'close',
  'reopen',
  'deleteComment',
  'file',
  'history',
  'checks',
  'files',
  'logs',
  'rerun',
  'threads',
  'detail',
  'createProject',
  'createThread',
  'startTurn',
  'interrupt',
  'archive',
  'ring',
  'update',
] as const

/** What only runs that land by pull request, or that wait for people, ask for. */
const landingOperations = [
  'list',
  'view',
  'merge',
  'replyToThread',
  'resolveThread',
  'comments',
  'react',
  'reactions',
] as const
type Operation = (typeof operations)[number] | (typeof landingOperations)[number]

const people: readonly Person[] = ['mona', 'wendy', 'rea', 'stranger', 'afk-agent', 'helper[bot]']
const labels: readonly Label[] = ['ready-for-agent', 'agent-in-progress', 'ready-for-human']
const categories: readonly Category[] = ['unavailable', 'rate', 'auth', 'forbidden', 'contract', 'conflict']

/** What agents may do in a turn: the n-th turn of all takes the n-th word. */
export const moods = [
  'green',
  'red',
  'lint red',
  'infrastructure',
  'never concludes',
  'no ci',
  'closes',
  'workflow',
  'blocked',
  'no change',
  'asks',
  'talks',
  'lies',
  'hangs',
  'api error',
  'never starts',
  'fails to start',
  'waits for approval',
  'slow',
] as const
export type Mood = (typeof moods)[number]

export const moodsArb: fc.Arbitrary<readonly Mood[]> = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constant<Mood>('green') }, { weight: 4, arbitrary: fc.constantFrom(...moods) }),
  { minLength: 3, maxLength: 8 },
)

const person = fc.constantFrom(...people)
const trusted = fc.constantFrom<Person>('mona', 'wendy')
const issue = fc.nat(3)
const repo = fc.nat(1)

/** Weighted so that runs happen and are then disturbed: half of all actions are ticks and time. */
export const actionArbs: readonly fc.Arbitrary<Action>[] = weighted([
  [3, fc.record({ do: fc.constant('open' as const), repo, by: trusted, labelled: fc.constant(true) })],
  [1, fc.record({ do: fc.constant('open' as const), repo, by: person, labelled: fc.boolean() })],
  [
    2,
    fc.record({
      do: fc.constant('label' as const),
      issue,
      label: fc.constant('ready-for-agent' as const),
      by: trusted,
    }),
  ],
  [2, fc.record({ do: fc.constant('label' as const), issue, label: fc.constantFrom(...labels), by: person })],
  [2, fc.record({ do: fc.constant('unlabel' as const), issue, label: fc.constantFrom(...labels), by: person })],
  [1, fc.record({ do: fc.constant('edit' as const), issue, by: person })],
  [1, fc.record({ do: fc.constantFrom('close' as const, 'reopen' as const), issue, by: person })],
  [1, fc.record({ do: fc.constant('block' as const), issue, by: issue })],
  [1, fc.record({ do: fc.constant('comment' as const), issue, by: person, forged: fc.boolean() })],
  [
    1,
    fc.record({ do: fc.constant('card' as const), issue, how: fc.constantFrom('deleted' as const, 'edited' as const) }),
  ],
  [
    1,
    fc.record({
      do: fc.constant('push' as const),
      repo,
      ci: fc.constantFrom('green' as const, 'red' as const, 'none' as const),
    }),
  ],
  [1, fc.record({ do: fc.constant('rewind' as const), repo })],
  [
    1,
    fc.record({
      do: fc.constant('t3' as const),
      how: fc.constantFrom('restarts' as const, 'restarts' as const, 'loses its data' as const),
    }),
  ],
  [3, failing(operations)],
  [1, fc.record({ do: fc.constant('heal' as const) })],
  [1, fc.record({ do: fc.constant('gates' as const), open: fc.boolean(), drain: fc.boolean(), repos: fc.nat(2) })],
  [5, fc.record({ do: fc.constant('tick' as const), program: fc.constantFrom('poller' as const, 'watcher' as const) })],
  [
    4,
    fc.record({
      do: fc.constant('die' as const),
      program: fc.constantFrom('poller' as const, 'watcher' as const),
      at: fc.integer({ min: 1, max: 7 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  ],
  [6, fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 5, 30, 70, 130, 400, 2000) })],
])

export const landingFailureArb: fc.Arbitrary<Action> = failing(landingOperations)

function failing(of: readonly Operation[]): fc.Arbitrary<Action> {
  return fc.record({
    do: fc.constant('fail' as const),
    operation: fc.constantFrom(...of),
    category: fc.constantFrom(...categories),
    times: fc.integer({ min: 1, max: 4 }),
    late: fc.boolean(),
  })
}

function weighted(list: readonly (readonly [number, fc.Arbitrary<Action>])[]): readonly fc.Arbitrary<Action>[] {
  return list.flatMap(([weight, arbitrary]) => Array.from({ length: weight }, () => arbitrary))
}
