import type { DoorbellMessage } from '../../../src/core/effects.ts'
import { PortError, type Category } from '../../../src/ports/errors.ts'
import { requireRepo } from '../../sandbox/github/state/repos.ts'
import { headOf } from '../../sandbox/world.ts'
import { blamed, type Around } from '../calls.ts'
import { createLab, type Lab } from '../lab.ts'
import type { Programs } from '../programs.ts'
import { policyOf } from '../policy.ts'
import { cardsOn, issueAt, issuesOf, ready } from '../seen.ts'
import type { Action, Mood, Person } from './action.ts'
import { createBellBook, issueOf, type BellBook } from './bell-book.ts'
import { moodyAgent } from './crew.ts'
import { approveAll, isOfPeople, landingSettings, performOfPeople, type PeopleAction } from './people-action.ts'

/** A world in which actions happen, and what is remembered of them to judge it. */
export interface Play {
  readonly lab: Lab
  readonly perform: (action: Action | PeopleAction) => Promise<void>
  /** Services are well. */
  readonly heal: () => void
  /** Gates are open again. */
  readonly open: () => void
  /** What people do at the end, again and again, so that it comes to one. */
  readonly settle: () => void
  /** Agent work that began although it must not have. */
  readonly broken: readonly string[]
  readonly around: Around
  readonly book: BellBook
}

export const repos = ['acme/shop', 'acme/api'] as const

/** Limits so short that every history comes to its end within two hours of its own time. */
const settings = `agentLogins: [afk-agent]
trustedActors: []
pickupDelaySeconds: 5
ciSettleSeconds: 0
ciStartGraceSeconds: 120
ciMaxSeconds: 600
startGraceSeconds: 60
stallSeconds: 300
retryBackoffSeconds: 20
maxTurnRetries: 1
maxRunSeconds: 1800
questionMaxSeconds: 200
archiveAfterSeconds: 4000
fixForward: { maxAttempts: 2, maxSeconds: 1200, stagnationThreshold: 2 }
`

export async function createPlay(
  moods: readonly Mood[],
  programs?: Programs,
  landing: 'push' | 'pull-request' = 'push',
): Promise<Play> {
  const lab = await createLab({
    policy: await policyOf(landing === 'push' ? settings : settings + landingSettings),
    repos,
    agent: (world) => moodyAgent(world, moods, landing),
    ...(programs ? { programs } : {}),
  })
  const book = createBellBook(lab)
  const broken: string[] = []
  let faults: { operation: string; category: Category; left: number; late: boolean }[] = []
  /** Every issue that a trusted person ever labelled: no other may ever have a thread. */
  const approved = new Set<string>()

  const around: Around = async (call, proceed) => {
    const fault = faults.find(({ operation, left }) => operation === call.operation && left > 0)
    if (fault === undefined) return watched(call.operation, call.args, proceed)
    fault.left -= 1
    if (fault.late && call.isWrite) {
      await watched(call.operation, call.args, proceed)
      if (call.operation === 'ring') book.lose(issueOf(call.args[0] as DoorbellMessage))
    }
    throw new PortError(blamed(call.port), call.operation, fault.category, `${call.operation} fails as told`, {
      retryAfter: fault.category === 'rate' ? 30 : null,
    })
  }

  async function watched(operation: string, args: readonly unknown[], proceed: () => Promise<unknown>) {
    if (operation === 'createThread') {
      const { title } = args[0] as { title: string }
      const name = /^\S+#\d+/.exec(title)?.[0] ?? title
      if (!approved.has(name)) broken.push(`a thread was made for ${name}, which nobody trusted ever labelled`)
    }
    if (['createThread', 'startTurn', 'rerun'].includes(operation) && !lab.gates.open)
      broken.push(`${operation} while the gates were shut`)
    return proceed()
  }

  /** Issues of both repos in the order of their opening, taken round. */
  function pick(index: number): { repo: string; number: number } | null {
    const all = repos.flatMap((repo) => issuesOf(lab.world, repo).map(({ number }) => ({ repo, number })))
    return all[index % Math.max(1, all.length)] ?? null
  }

  function label(repo: string, number: number, name: string, by: Person): void {
    lab.world.people.label(repo, number, name, by)
    if (name === ready && (by === 'mona' || by === 'wendy')) approved.add(`${repo}#${number}`)
  }

  async function perform(action: Action | PeopleAction): Promise<void> {
    const { people, t3 } = lab.world
    if (isOfPeople(action)) {
      lab.clock.tick(1000)
      return performOfPeople(lab, action)
    }
    const on = 'issue' in action ? pick(action.issue) : null
    // Two things that people do are never in the same second.
    lab.clock.tick(1000)
    switch (action.do) {
      case 'open': {
        const repo = repos[action.repo] ?? repos[0]
        if (issuesOf(lab.world, repo).length >= 3) return
        const { number } = people.open(repo, { title: 'A task', body: 'As talked about.', author: 'ada' })
        if (action.labelled) label(repo, number, ready, action.by)
        return
      }
      case 'label':
        return on ? label(on.repo, on.number, action.label, action.by) : undefined
      case 'unlabel':
        return on ? void people.unlabel(on.repo, on.number, action.label, action.by) : undefined
      case 'edit':
        return on
          ? people.edit(on.repo, on.number, { body: `As talked about, at ${lab.clock.now()}.` }, action.by)
          : undefined
      case 'close':
        return on && issueAt(lab.world, on.repo, on.number).state === 'open'
          ? people.close(on.repo, on.number, action.by, 'not_planned')
          : undefined
      case 'reopen':
        return on && issueAt(lab.world, on.repo, on.number).state === 'closed'
          ? people.reopen(on.repo, on.number, action.by)
          : undefined
      case 'block': {
        const blocker = pick(action.by)
        if (on && blocker && (on.repo !== blocker.repo || on.number !== blocker.number))
          people.addBlocker(on.repo, on.number, blocker, 'wendy')
        return
      }
      case 'comment': {
        if (on === null) return
        const card = cardsOn(lab.world, on.repo, on.number).at(-1)
        const marker = `<!-- afk:v1 ${JSON.stringify({ ...card, outcome: null })} -->`
        people.comment(on.repo, on.number, action.forged ? marker : 'I agree.', action.by)
        return
      }
      case 'card': {
        const comment = on && issueAt(lab.world, on.repo, on.number).comments.findLast(({ author }) => author === 'afk')
        if (!on || !comment) return
        for (const { runId } of cardsOn(lab.world, on.repo, on.number)) lab.monitor.forget(runId)
        book.tamper(`${on.repo}#${on.number}`)
        if (action.how === 'deleted') people.deleteComment(on.repo, comment.id)
        else people.editComment(on.repo, comment.id, comment.body.replace('"retry":false', '"retry":true'), 'wendy')
        return
      }
      case 'push': {
        const repo = repos[action.repo] ?? repos[0]
        const ci = action.ci === 'none' ? null : (lab.world.ci[action.ci] ?? null)
        people.push(repo, { author: 'wendy', message: 'Mine', files: { 'mine.txt': `${lab.clock.now()}` }, ci })
        return
      }
      case 'rewind': {
        const repo = repos[action.repo] ?? repos[0]
        const head = requireRepo(lab.world.github, repo).commits.get(headOf(lab.world, repo))
        const parent = head?.parents[0]
        if (parent !== undefined) people.forcePush(repo, { to: parent, pusher: 'ada' })
        return
      }
      case 't3':
        if (action.how === 'restarts') t3.restart({ kill: true })
        else t3.loseData()
        return
      case 'fail':
        faults.push({ operation: action.operation, category: action.category, left: action.times, late: action.late })
        return
      case 'heal':
        faults = []
        return
      case 'gates':
        Object.assign(lab.gates, { open: action.open, drain: action.drain, why: action.open ? 'open' : 'kill-switch' })
        lab.gates.allowlist = action.repos === 0 ? [repos[0]] : repos
        return
      case 'tick':
        if (lab.gates.open) book.note((await lab.tick(action.program, { around })).written)
        return
      case 'die':
        if (lab.gates.open) {
          const death = { at: action.at, when: action.when }
          book.note((await lab.tick(action.program, { around, death })).written)
        }
        return
      case 'pass':
        await lab.pass(action.seconds)
    }
  }

  return {
    lab,
    perform,
    around,
    book,
    broken,
    // In every other life nobody does.
    settle: () => (moods.length % 2 === 0 ? approveAll(lab) : undefined),
    heal: () => {
      faults = []
    },
    open: () => {
      Object.assign(lab.gates, { open: true, drain: false, allowlist: repos, why: 'open' })
    },
  }
}
