export interface Edit {
  readonly file: string
  /** Stands exactly once in the file. */
  readonly code: string
  readonly instead: string
}

/** A safeguard, how to take it out of the sources, and the check that must notice. */
export interface Safeguard {
  readonly name: string
  readonly edits: readonly Edit[]
  /** A name in `checks.ts`. */
  readonly noticedBy: string
}

export const safeguards: readonly Safeguard[] = [
  {
    name: 'derived ids',
    edits: [
      {
        file: 'core/ids.ts',
        code: 'return uuid5(`run:${repoKey(repo)}#${issue}@${epoch}`)',
        instead: 'return uuid5(`run:${repoKey(repo)}#${issue}@${epoch}:${Math.random()}`)',
      },
    ],
    noticedBy: 'crash matrix: dispatch',
  },
  {
    name: 'outcome first',
    edits: [
      {
        file: 'core/run/end-run.ts',
        code: '    ...unlock(ending),\n  ]\n  const notDone',
        instead: "    ...unlock(ending),\n    { kind: 'card.write', card: calm } as const,\n  ]\n  const notDone",
      },
      {
        file: 'core/run/end-run.ts',
        code: "    { kind: 'card.write', card: isAtWork ? card : calm },\n",
        instead: '',
      },
    ],
    noticedBy: 'crash matrix: cancel, found after an outage',
  },
  {
    name: 'lock last',
    edits: [
      {
        file: 'core/run/end-run.ts',
        code: '    ...tell({ ...ending, card: calm }, unlock(ending)),\n    ...unlock(ending),',
        instead: '    ...unlock(ending),\n    ...tell({ ...ending, card: calm }, unlock(ending)),',
      },
    ],
    noticedBy: 'crash matrix: escalate, found after an outage',
  },
  {
    name: 'ready label removal',
    edits: [
      {
        file: 'core/run/end-run.ts',
        code: "has(labels.ready) && !readyIsNewer ? [{ kind: 'label.remove', label: labels.ready }] : []",
        instead: '[]',
      },
    ],
    noticedBy: 'crash matrix: escalate',
  },
  {
    name: 'own-login marker check',
    edits: [
      {
        file: 'core/card/cards-of.ts',
        code: 'if (!comment.own) continue',
        instead: '',
      },
    ],
    noticedBy: 'hostile input: a forged card',
  },
  {
    name: 'gate re-read',
    edits: [
      {
        file: 'app/held-back.ts',
        code: 'if (!gates.open) return gates.why',
        instead: '',
      },
    ],
    noticedBy: 'live gates: dispatch',
  },
  {
    name: 'attempt recorded before the turn',
    edits: [
      {
        file: 'core/run/plan-run.ts',
        code: "    { kind: 'card.write', card },\n    ...stop,",
        instead: '    ...stop,',
      },
    ],
    noticedBy: 'crash matrix: fix-forward',
  },
  {
    name: 'look again',
    edits: [
      {
        file: 'core/dispatch/plan-dispatch.ts',
        code: "    { kind: 'thread.yield', runId, repo: facts.repo },\n",
        instead: '',
      },
    ],
    noticedBy: 'interleavings: two pollers, an urgent issue',
  },
  {
    name: 'still-busy rule',
    edits: [
      {
        file: 'core/dispatch/repo-holder.ts',
        code: "  return thread.state === 'working' || thread.state === 'waiting' || thread.state === 'unknown'\n",
        instead: '  return false\n',
      },
      {
        file: 'app/apply-executor.ts',
        code: "  return alive && (thread.state === 'working' || thread.state === 'waiting')",
        instead: "  return alive && thread.id === ''",
      },
    ],
    noticedBy: 'crash matrix: takeover',
  },
  {
    name: 'agentLogins',
    edits: [
      {
        file: 'core/trust.ts',
        code: 'return policy.agentLogins.some((login) => sameName(bare(login), actor.login))',
        instead: 'return policy.agentLogins.length > 99 && actor.login !== bare(actor.login)',
      },
    ],
    noticedBy: 'random histories: an agent labels',
  },
  {
    name: 'who may approve, on GitHub',
    edits: [
      {
        file: 'app/observe-people.ts',
        code: 'logins.some((login) => isNamed(actor, login))',
        instead: 'logins.some((login) => isNamed(actor, login) || login !== actor.login)',
      },
    ],
    noticedBy: 'people: a yes in a comment',
  },
  {
    name: 'who may approve, in Slack',
    edits: [
      {
        file: 'app/observe-people.ts',
        code: 'users.filter((user) => members.includes(user))',
        instead: 'users.filter((user) => members.length > 0 && user.length > 0)',
      },
    ],
    noticedBy: 'people: a yes by a reaction',
  },
  {
    name: 'a yes is for one commit',
    edits: [
      {
        file: 'core/people/approval-rows.ts',
        code: 'return head.startsWith(said.head)',
        instead: 'return head.length > 0',
      },
    ],
    noticedBy: 'people: a yes in a comment',
  },
  {
    name: 'a comment is posted once',
    edits: [
      {
        file: 'core/people/notes.ts',
        code: 'return own && body.trimEnd().endsWith(tag)',
        instead: 'return own && body.endsWith(`${tag}.`)',
      },
    ],
    noticedBy: 'crash matrix: question',
  },
]
