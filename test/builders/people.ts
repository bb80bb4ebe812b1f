import type { Landing } from '../../src/core/landing/landing.ts'
import { nobodySaid, type People, type Said } from '../../src/core/people/people.ts'
import type { Pull } from '../../src/core/pull-model.ts'
import { aCommit } from './run.ts'
import { sha, t0 } from './time.ts'

/** What people said, and what they said it about. */

export function people(changes: Partial<People> = {}): People {
  return { ...nobodySaid, ...changes }
}

/** A yes of `maria`'s to the commit that `aHead()` is, in a comment. */
export function aYes(changes: Partial<Said> = {}): Said {
  return {
    decision: 'approved',
    head: sha('a'),
    what: null,
    by: 'maria',
    via: 'comment',
    at: t0,
    comment: 77,
    ...changes,
  }
}

/** A no that names no commit, as `/afk reject` does. */
export function aNo(changes: Partial<Said> = {}): Said {
  return aYes({ decision: 'rejected', head: null, ...changes })
}

export function aPull(changes: Partial<Pull> = {}): Pull {
  return {
    number: 5,
    state: 'open',
    branch: 'afk/42-prices',
    sameRepo: true,
    createdAt: t0,
    url: 'https://github.example/acme/shop/pull/5',
    title: 'Right the prices',
    draft: false,
    base: 'main',
    head: sha('a'),
    commits: [aCommit()],
    mergeCommit: null,
    mergedBy: null,
    closedBy: null,
    mergeable: 'mergeable',
    mergeState: 'clean',
    reviewDecision: 'none',
    reviews: [],
    threads: [],
    comments: [],
    queueRequired: false,
    queued: false,
    methods: ['squash', 'merge'],
    ...changes,
  }
}

export function anOpenPull(changes: Partial<Pull> = {}): Landing {
  return { kind: 'open', pull: aPull(changes), foreign: null, closedBy: null, mergedByAgent: false, asks: [] }
}
