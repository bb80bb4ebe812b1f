import type { Effect } from '../core/effects.ts'
import { projectTitle } from '../core/titles.ts'
import { oneLine } from '../core/text/escape.ts'

/** An effect for people: the verb is its kind, this is what it is done to and its key content. */
export interface EffectWords {
  readonly effect: Effect['kind']
  readonly target: string
  readonly detail: string
}

export function effectWords(effect: Effect, issue: string): EffectWords {
  const [target, detail] = wordsOf(effect, issue)
  return { effect: effect.kind, target, detail }
}

function wordsOf(effect: Effect, issue: string): readonly [target: string, detail: string] {
  switch (effect.kind) {
    case 'project.ensure':
      return [`T3 project ${projectTitle(effect.repo)}`, `with its checkout in ${effect.workspaceRoot}`]
    case 'thread.create':
      return [`T3 thread ${effect.runId}`, `"${oneLine(effect.title, 100)}"`]
    case 'thread.yield':
      return [`T3 thread ${effect.runId}`, 'stops here if an earlier thread of the repo goes first']
    case 'turn.start': {
      const { instanceId, model, runtimeMode } = effect.model
      const what = `${effect.purpose} turn, attempt ${effect.attempt}: ${effect.text.length} characters`
      return [`T3 thread ${effect.runId}`, `${what} to ${model} (${instanceId}, ${runtimeMode})`]
    }
    case 'turn.interrupt':
      return [`T3 thread ${effect.runId}`, 'ends the running turn']
    case 'thread.archive':
      return [`T3 thread ${effect.threadId}`, 'puts it away']
    case 'card.write': {
      const { phase, outcome } = effect.card
      return [
        issue,
        outcome === null
          ? `card of run ${effect.card.runId}, phase ${phase}`
          : `card: ${outcome.kind} (${outcome.reason})`,
      ]
    }
    case 'comment.explain':
      return [issue, `says on the issue why it does not start (${effect.body.length} characters)`]
    case 'comment.retract':
      return [issue, 'takes away what was said of why it does not start']
    case 'label.add':
    case 'label.remove':
      return [issue, effect.label]
    case 'issue.close':
      return [issue, 'as completed']
    case 'issue.reopen':
      return [issue, 'it was closed before it was verified']
    case 'ci.rerun':
      return [`commit ${effect.sha.slice(0, 8)}`, `failed jobs of workflow runs ${effect.workflowRuns.join(', ')}`]
    case 'comment.say':
      return [`#${effect.on}`, `says so in a comment, once (${effect.body.length} characters)`]
    case 'comment.react':
      return [`comment ${effect.comment}`, `a reaction as receipt: ${effect.reaction}`]
    case 'pull.merge':
      return [`pull request ${effect.number}`, `${effect.method} at ${effect.head.slice(0, 8)}`]
    case 'review.resolve':
      return [`pull request ${effect.pull}`, 'resolves a conversation that was answered']
    case 'review.reply':
      return [`pull request ${effect.pull}`, `says so in a conversation, once (${effect.body.length} characters)`]
    case 'deployment.allow':
      return [`workflow run ${effect.workflowRun}`, 'lets its deployment go on']
    case 'doorbell.ring':
      return ['Slack', `${effect.message.kind}: ${oneLine(effect.message.headline, 120)}`]
    case 'doorbell.update':
      return ['Slack', `an earlier message says what has become of it: ${oneLine(effect.message.headline, 120)}`]
  }
}
