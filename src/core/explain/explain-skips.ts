import type { EligibilityCode } from '../dispatch/eligibility.ts'
import type { Explanation } from './explain.ts'

/** Why an issue with the ready label is not dispatched in this tick (SPEC 5.1). */
export const skipReasons: { readonly [code in EligibilityCode]: Explanation } = {
  'not-allowlisted': {
    title: 'repo not on the allowlist',
    meaning: 'Only repos on the allowlist are worked on.',
    remedy: 'Add the repo to AFK_ALLOWLIST.',
  },
  'in-progress': {
    title: 'already in progress',
    meaning: 'The issue carries the in-progress label: a run has it.',
    remedy: 'Wait for that run. If there is none, take the in-progress label off.',
  },
  'repo-busy': {
    title: 'repo busy',
    meaning: 'Another run is in flight in this repo, and a repo has one at a time.',
    remedy: 'Wait: it may start when that run has ended.',
  },
  'human-label': {
    title: 'it is with a person',
    meaning: 'The human label was put on after the ready label.',
    remedy: 'When the person is done, take the human label off, or put the ready label on anew.',
  },
  'already-ran': {
    title: 'already ran',
    meaning: 'The run that this label asked for has ended.',
    remedy: 'Take the ready label off and put it back on for a new run.',
  },
  'untrusted-labeller': {
    title: 'labelled by an untrusted account',
    meaning: 'The account that last put the ready label on is not trusted, or GitHub does not say which one it was.',
    remedy: 'A trusted person takes the ready label off and puts it back on, or the account goes onto trustedActors.',
  },
  'edited-after-label': {
    title: 'edited after it was labelled',
    meaning: 'Somebody who is not trusted changed the title or the text after the ready label was put on.',
    remedy: 'Read what was changed, then take the ready label off and put it back on.',
  },
  blocked: {
    title: 'blocked by another issue',
    meaning: 'An open issue blocks this one, or an issue that cannot be read does.',
    remedy: 'Close the blocker, or remove the "blocked by" from the text or from the relationships of the issue.',
  },
  'pickup-delay': {
    title: 'labelled just now',
    meaning: 'The label was put on only just now: it can still be taken off before anything starts.',
    remedy: 'Wait a moment.',
  },
  'base-red': {
    title: 'default branch is red',
    meaning:
      'The checks of the default branch fail, and a run that started there could not tell its own failures from those.',
    remedy: 'Fix the default branch, or set requireGreenBase to false for the repo.',
  },
  'repo-moved': {
    title: 'the repo has a new name',
    meaning: 'GitHub knows this repo by another name than the allowlist does.',
    remedy: 'Put the new name on AFK_ALLOWLIST.',
  },
  capacity: {
    title: 'no capacity left',
    meaning: 'No further run may start in this tick, or a more urgent issue of the repo goes first.',
    remedy: 'Wait, raise its priority, or raise maxConcurrentRuns or maxDispatchPerTick.',
  },
  'daily-cap': {
    title: 'enough for today',
    meaning: 'As many runs as are allowed in 24 hours have already been started.',
    remedy: 'Wait, or raise maxRunsPerDay.',
  },
  draining: {
    title: 'draining',
    meaning: 'The loop is being drained: it finishes what runs and starts nothing new.',
    remedy: 'Set AFK_DRAIN to false.',
  },
  unreadable: {
    title: 'could not be read',
    meaning: 'Something that decides about this issue could not be read in this tick.',
    remedy: "Wait for the next tick. If it stays so, look at afk's log and at what its token may read.",
  },
  'not-evaluated': {
    title: 'not its turn',
    meaning:
      "Reading every ready issue in every tick would use up too much of GitHub's hourly limit: repos take turns, minute by minute.",
    remedy: 'Wait a few minutes, or take the ready label off issues that cannot start for long.',
  },
}
