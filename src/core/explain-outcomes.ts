import type { Explanation } from './explain.ts'

const relabel = 'then put the ready label back on: that starts a new run with fresh counters.'

/** Why a run was stopped: frozen when something was pushed, escalated when not (SPEC 6.3, 6.4, 5.2). */
export const stopReasons = {
  cost: {
    title: 'over budget',
    meaning: 'The estimated cost of this run went over its budget while the agent was still at work.',
    remedy: `Look in the thread at what it spent that on. Make the issue smaller or raise budgetUsd, ${relabel}`,
  },
  time: {
    title: 'took too long',
    meaning: 'The agent worked for longer than a run may last without pushing anything.',
    remedy: `Look in the thread at where it got stuck. Make the issue smaller or raise maxRunSeconds, ${relabel}`,
  },
  unanswered: {
    title: 'nobody answered',
    meaning: 'The agent asked for an approval or an answer in T3, and nobody gave one in time.',
    remedy: `Say in the issue what it needed to know, or let it work without that approval, ${relabel}`,
  },
  'no-signal': {
    title: 'CI said nothing',
    meaning: 'The work is pushed, and no check at all reported on it in time.',
    remedy: `Check that the workflows run on pushes to the default branch and for pushes with the agent's token (one made with a workflow's own token starts none). A repo without CI needs the setting "ci: none". When that is mended, ${relabel}`,
  },
  'ci-timeout': {
    title: 'CI never finished',
    meaning: 'The work is pushed, and some of its checks did not conclude in time.',
    remedy: `Look at the checks that still wait: a busy or missing runner, an approval, or a required check whose name is no longer right. Mend that or raise ciMaxSeconds, ${relabel}`,
  },
  'rollout-timeout': {
    title: 'the rollout never finished',
    meaning: 'The work is pushed and its checks are green, and it did not become the running version in time.',
    remedy: `Look at the deployment: the image, its pods and events, and whether afk may read it. Check the rollout settings of the repo, too. When that is mended, ${relabel}`,
  },
  'thread-lost': {
    title: 'the thread is gone',
    meaning: 'T3 no longer knows the thread of this run: it was deleted or archived there, or T3 lost its data.',
    remedy: `Look for a branch of this run in the repo if the work matters, ${relabel}`,
  },
  errored: {
    title: 'the agent kept failing',
    meaning: "The agent's turns ended in errors, and so did every retry.",
    remedy: `Read the error: most often the model's service, its credentials or its limits. When that is mended, ${relabel}`,
  },
  'start-failed': {
    title: 'the agent never started',
    meaning: 'T3 accepted the turn and could not begin it, however often it was tried.',
    remedy: `Check in T3 that the configured instance and model exist and that its provider is installed and signed in. When that is mended, ${relabel}`,
  },
  blocked: {
    title: 'the agent is blocked',
    meaning: 'The agent reported that it cannot go on.',
    remedy: `Take away what it names, ${relabel}`,
  },
  'needs-clarification': {
    title: 'the agent has a question',
    meaning: 'The agent cannot do the work without an answer to its question.',
    remedy: `Answer it in the issue's text, ${relabel}`,
  },
  'no-change': {
    title: 'nothing to change',
    meaning: 'The agent reported that nothing has to be changed.',
    remedy: `If it is right, close the issue. If not, say in its text what is missing, ${relabel}`,
  },
  stagnant: {
    title: 'going in circles',
    meaning: 'The same things failed again and again, whatever the agent did.',
    remedy: `Read the last failures and mend them or revert the work, or say in the issue what the agent did not see, ${relabel}`,
  },
  budget: {
    title: 'out of attempts',
    meaning: 'The work is still red, and the corrective turns or the time for them are used up.',
    remedy: `Mend what still fails or revert the work, or say in the issue how to go on, ${relabel}`,
  },
  'no-push': {
    title: 'ended without a push',
    meaning:
      'The agent ended its work with nothing on the default branch and without a report, and a reminder did not help.',
    remedy: `Read its last words in the thread: most often it could not push. When that is mended, ${relabel}`,
  },
  'not-allowlisted': {
    title: 'the repo left the allowlist',
    meaning: 'Going on would have sent the agent to work in a repo that is no longer on the allowlist.',
    remedy: `If it should go on, add the repo to AFK_ALLOWLIST, ${relabel}`,
  },
  'thread-burnt': {
    title: 'the thread cannot be used again',
    meaning: "This run's thread was deleted in T3, which never gives the same id to a thread again.",
    remedy: 'Take the ready label off, if it is on, and put it back on: that is a new run with a new thread.',
  },
  'edited-during-run': {
    title: 'edited while the agent worked',
    meaning: 'Somebody who is not trusted changed the title or the text of the issue after it was approved.',
    remedy: `Read what was changed and look at the work with that in mind, ${relabel}`,
  },
  'head-removed': {
    title: 'its commit is gone',
    meaning: 'The commit that this run pushed is no longer on the default branch: somebody pushed with force.',
    remedy: `Find out who rewrote the branch, and why. If the work is still wanted, ${relabel}`,
  },
  reverted: {
    title: 'its commit was reverted',
    meaning: 'A later commit took back what this run had pushed.',
    remedy: `Read why it was reverted. If the work is still wanted, say in the issue what to do differently, ${relabel}`,
  },
  'protected-path': {
    title: 'it changed a protected path',
    meaning: 'The pushed commits change files that no run may change without a person looking at them.',
    remedy:
      'Review these changes as you would those of a stranger. Revert them if they are not wanted; if they are, close the issue. To allow it in general, set allowProtectedPaths.',
  },
  'card-tampered': {
    title: 'its card was edited',
    meaning: 'Somebody else edited this comment, which is the memory of the run, so nothing in it can be believed.',
    remedy: `Look at the thread and at what was pushed, ${relabel}`,
  },
  'ambiguous-red': {
    title: 'red, and nobody can say whose fault',
    meaning:
      'CI of this commit was cancelled by a later commit that is red, and it could not be run again for this commit alone.',
    remedy: `Look at the later commit's failures. If they are not of this work, run the cancelled checks again by hand; when they are green, close the issue. Otherwise mend them, ${relabel}`,
  },
  'repo-moved': {
    title: 'the repo has another name now',
    meaning: 'The repo was renamed or transferred while the run was in flight.',
    remedy: `Put its new name on AFK_ALLOWLIST, ${relabel}`,
  },
} satisfies { readonly [code: string]: Explanation }

/** Why a run was called off: a person, or the issue itself, said so (SPEC 6.3, 5.1). */
export const cancelReasons = {
  'issue-closed': {
    title: 'the issue was closed',
    meaning: 'A person closed the issue while the run was in flight.',
    remedy: 'Nothing to do. To have it worked on after all, reopen it and put the ready label back on.',
  },
  'lock-removed': {
    title: 'the lock label was taken off',
    meaning: 'A person took the in-progress label off.',
    remedy: 'Nothing to do. To have it worked on after all, put the ready label back on.',
  },
  'label-removed': {
    title: 'the ready label was taken off',
    meaning: 'A person took the ready label off.',
    remedy: 'Nothing to do. To have it worked on after all, put the ready label back on.',
  },
  'epoch-changed': {
    title: 'the ready label was put on anew',
    meaning: 'The ready label was taken off and put on again, which asks for a new run.',
    remedy: 'Nothing to do: the new run starts by itself.',
  },
  blocked: {
    title: 'the issue is blocked',
    meaning: 'An open blocker came up before the run had properly begun.',
    remedy: 'Nothing to do: when the blocker is closed and the ready label is put back on, a new run starts.',
  },
  'edited-after-label': {
    title: 'edited after it was labelled',
    meaning: 'Somebody who is not trusted changed the issue before the run had properly begun.',
    remedy: `Read what was changed, ${relabel}`,
  },
  'untrusted-labeller': {
    title: 'labelled by somebody without the right to',
    meaning: 'The ready label was put on by an account that is not trusted, or by nobody who can be named.',
    remedy: 'A trusted person takes the ready label off and puts it back on.',
  },
  'human-label': {
    title: 'it is with a person',
    meaning: 'Somebody put the human label on after the ready label.',
    remedy: 'When the person is done, take the human label off and put the ready label back on.',
  },
} satisfies { readonly [code: string]: Explanation }
