import type { World } from '../../src/app/tick.ts'
import type { Port } from './calls.ts'
import type { LifeName } from './fault-lives.ts'

type Ports = { readonly [P in Port]: NonNullable<World[P]> }

/** `local`: answered from memory, no call of anything outside. */
type Struck = readonly LifeName[] | 'local'

/**
 * Every operation of every port that a tick can call, and the lives in which it is struck. The types know the ports: an operation that
 * is added to one has to be named here. The lock and the journal stand around a tick and not in it: they are struck at the wire
 * (`test/adapters/faults`), and `test/programs` holds what a tick makes of them.
 */
export const operations: { readonly [P in Port]: { readonly [O in keyof Ports[P]]: Struck } } = {
  tracker: {
    now: 'local',
    remaining: 'local',
    resetsAt: 'local',
    tokenEndsAt: 'local',
    summariesPrice: 'local',
    overviewPrice: 'local',
    self: ['fix-forward', 'escalate'],
    overview: ['fix-forward', 'escalate'],
    summaries: ['fix-forward', 'escalate'],
    look: ['fix-forward', 'escalate'],
    states: ['blocked'],
    permission: ['fix-forward', 'approval'],
    labelledVia: ['fix-forward', 'escalate'],
    file: ['fix-forward', 'escalate'],
    comment: ['fix-forward', 'question'],
    editComment: ['fix-forward', 'escalate'],
    deleteComment: ['blocked'],
    addLabel: ['fix-forward', 'escalate'],
    removeLabel: ['fix-forward', 'escalate'],
    close: ['fix-forward'],
    reopen: ['reopened'],
  },
  ci: {
    history: ['fix-forward', 'pull-request'],
    contains: ['taken back'],
    checks: ['fix-forward', 'pull-request'],
    closeUp: ['pull-request'],
    files: ['fix-forward'],
    logs: ['fix-forward'],
    rerun: ['rerun'],
    deployment: ['deployed'],
  },
  pulls: {
    list: ['conversation'],
    view: ['conversation'],
    files: ['conversation'],
    merge: ['conversation'],
    replyToThread: ['conversation'],
    resolveThread: ['conversation'],
    comments: ['question', 'approval'],
    react: ['approval', 'stop'],
    waitingDeployments: ['deploy'],
    decideDeployment: ['deploy'],
  },
  executor: {
    now: 'local',
    tokenEndsAt: 'local',
    threads: ['fix-forward', 'escalate'],
    detail: ['fix-forward', 'escalate'],
    createProject: ['fix-forward', 'escalate'],
    createThread: ['fix-forward', 'escalate'],
    startTurn: ['fix-forward', 'escalate'],
    interrupt: ['cancel'],
    archive: ['archived'],
    link: ['fix-forward', 'escalate'],
  },
  notifier: {
    ring: ['fix-forward', 'question'],
    update: ['question'],
    reactions: ['reaction'],
  },
  rollout: {
    workload: ['rolled out'],
  },
}
