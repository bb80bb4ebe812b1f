import type { Actor, IssueComment, IssueEdit, IssueFacts, LabelEvent } from '../../src/core/model.ts'
import { t0 } from './time.ts'

export const afk: Actor = { login: 'afk-runner', kind: 'bot' }
export const maria: Actor = { login: 'maria', kind: 'user' }
export const stranger: Actor = { login: 'stranger', kind: 'user' }

export const ready = 'ready-for-agent'
export const lock = 'agent-in-progress'
export const human = 'ready-for-human'

/** The id of the label event that {@link anIssue} has. */
export const epochId = 'LE_1'

/** Open, labelled ready by maria at `t0` and never touched since. */
export function anIssue(changes: Partial<IssueFacts> = {}): IssueFacts {
  const repo = changes.repo ?? 'acme/shop'
  const number = changes.number ?? 42
  return {
    repo,
    number,
    title: 'Prices are wrong',
    url: `https://github.example/${repo}/issues/${number}`,
    body: 'They should be right.',
    labels: [ready],
    openDependencies: 0,
    state: 'open',
    author: maria,
    labelEvents: [labelled(ready)],
    edits: [],
    closed: null,
    comments: [],
    dependencies: [],
    ...changes,
  }
}

export function labelled(label: string, changes: Partial<LabelEvent> = {}): LabelEvent {
  const at = changes.at ?? t0
  return {
    id: label === ready && at === t0 ? epochId : `LE_${label}_${at}`,
    action: 'labeled',
    label,
    actor: maria,
    at,
    ...changes,
  }
}

export function unlabelled(label: string, changes: Partial<LabelEvent> = {}): LabelEvent {
  return labelled(label, { id: `UE_${label}_${changes.at ?? t0}`, action: 'unlabeled', ...changes })
}

export function anEdit(changes: Partial<IssueEdit> = {}): IssueEdit {
  return { what: 'body', actor: stranger, at: t0 + 1000, ...changes }
}

export function aComment(changes: Partial<IssueComment> = {}): IssueComment {
  return { id: 1, author: afk, body: '', createdAt: t0, own: true, editedByOther: false, ...changes }
}
