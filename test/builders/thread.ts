import { messageIdOf, projectIdOf, type Purpose } from '../../src/core/ids.ts'
import type { ProjectSummary, ThreadSummary, ThreadView } from '../../src/core/model.ts'
import { threadTitle } from '../../src/core/titles.ts'
import { runId } from './card.ts'
import { seconds, t0 } from './time.ts'

export function aMessage(purpose: Purpose, attempt: number, at: number): ThreadView['messages'][number] {
  return { id: messageIdOf(runId, purpose, attempt), at }
}

/** The thread of `aCard()`: it got its first message and works, with a sign a minute ago. */
export function aThread(changes: Partial<ThreadView> = {}): ThreadView {
  return {
    id: runId,
    state: 'working',
    createdAt: t0 + seconds(89),
    lastSignAt: t0 + seconds(840),
    messages: [aMessage('start', 1, t0 + seconds(90))],
    phase: null,
    report: null,
    pushedShas: [],
    error: null,
    startFailed: false,
    tokens: 0,
    pending: null,
    ...changes,
  }
}

/** How the list shows a thread of an issue. */
export function aThreadSummary(changes: Partial<ThreadSummary> = {}, repo = 'acme/shop', number = 42): ThreadSummary {
  return {
    id: runId,
    projectId: projectIdOf(repo),
    title: threadTitle(repo, number, 'Prices are wrong'),
    state: 'working',
    createdAt: t0 + seconds(89),
    updatedAt: t0 + seconds(100),
    lastMessageAt: null,
    ...changes,
  }
}

export function aProject(changes: Partial<ProjectSummary> = {}, repo = 'acme/shop'): ProjectSummary {
  return { id: projectIdOf(repo), title: repo, workspaceRoot: `/data/${repo.replace('/', '__')}`, ...changes }
}
