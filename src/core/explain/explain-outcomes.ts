import type { Explanation } from './explain.ts'

export const relabel = 'put the ready label back on: that starts a new run.'
export const thenRelabel = `then ${relabel}`

/** Why a run was stopped: frozen when something was pushed, escalated when not (SPEC 6.3, 6.4, 5.2). */
export const stopReasons = {
  cost: {
    title: 'over budget',
    meaning: 'The estimated cost of this run went over its budget while the agent was still at work.',
    remedy: `Look in the thread at what it was spent on. Make the issue smaller or raise budgetUsd, ${thenRelabel}`,
  },
  time: {
    title: 'took too long',
    meaning: 'The agent used up the time that a run has before its first push.',
    remedy: `Look in the thread at where it got stuck. Make the issue smaller or raise maxRunSeconds, ${thenRelabel}`,
  },
  unanswered: {
    title: 'nobody answered',
    meaning: 'The agent asked a question, and nobody answered it in time.',
    remedy: `Write the answer into the text of the issue, ${thenRelabel} How long a run waits for people is questionMaxSeconds.`,
  },
  unapproved: {
    title: 'nobody said yes or no',
    meaning: 'The work was finished and waited for a yes, and nobody whose word counts gave one in time.',
    remedy: `Look at the work, and merge or deploy it by hand if it is good. To have it done anew, ${relabel} If nobody is to be asked, empty approval.before.`,
  },
  rejected: {
    title: 'rejected',
    meaning: 'A person whose word counts said no to it.',
    remedy: `Write into the issue what has to be different, ${thenRelabel}`,
  },
  'no-signal': {
    title: 'CI said nothing',
    meaning: 'The work is pushed, but not a single check reported on it in time.',
    remedy: `Check that the workflows run on pushes to the default branch, and that the agent's pushes start them too (a push with a workflow's own token starts none). If the repo has no CI, set "ci: none". When that is settled, ${relabel}`,
  },
  'ci-timeout': {
    title: 'CI never finished',
    meaning: 'The work is pushed, but some of its checks did not finish in time.',
    remedy: `Look at the checks that are still pending: the runner may be busy or missing, a job may wait for an approval, a required check may have been renamed. Fix that or raise ciMaxSeconds, ${thenRelabel}`,
  },
  'rollout-timeout': {
    title: 'the rollout never finished',
    meaning: 'The work is pushed and its checks are green, but it did not become the running version in time.',
    remedy: `Look at the deployment: its image, its pods and their events. Check the rollout settings of the repo too, and that afk may read the deployment. When that is fixed, ${relabel}`,
  },
  'thread-lost': {
    title: 'the thread is gone',
    meaning: 'T3 no longer has the thread of this run: it was deleted or archived there, or T3 lost its data.',
    remedy: `If the work matters, look for a branch of this run in the repo. Then ${relabel}`,
  },
  errored: {
    title: 'the agent kept failing',
    meaning: "The agent's work ended in an error, and so did every retry.",
    remedy: `Read the error: most often it is the model's service, its credentials or its limits. When that is fixed, ${relabel}`,
  },
  'start-failed': {
    title: 'the agent never started',
    meaning: 'T3 accepted the work, but the agent did not start, however often it was tried.',
    remedy: `Check in T3 that the configured instance and model exist, and that the provider is installed and signed in. When that is fixed, ${relabel}`,
  },
  blocked: {
    title: 'the agent is blocked',
    meaning: 'The agent reported that it cannot go on.',
    remedy: `Remove the obstacle that it names, ${thenRelabel}`,
  },
  'needs-clarification': {
    title: 'the agent has a question',
    meaning: 'The agent cannot do the work until its question is answered.',
    remedy: `Answer it in the issue's text, ${thenRelabel}`,
  },
  'no-change': {
    title: 'nothing to change',
    meaning: 'The agent reported that there is nothing to change.',
    remedy: `If that is right, close the issue. If not, write into the issue what is missing, ${thenRelabel}`,
  },
  stagnant: {
    title: 'going in circles',
    meaning: 'The same failures came back after every correction.',
    remedy: `Fix the last failures by hand or revert the work. Or write into the issue what the agent has missed, ${thenRelabel}`,
  },
  budget: {
    title: 'out of attempts or time',
    meaning: 'The work is still red, and the corrective turns, or the time for them, are used up.',
    remedy: `Fix what still fails or revert the work. Or write into the issue how to go on, ${thenRelabel}`,
  },
  'no-push': {
    title: 'ended without a push',
    meaning:
      'The agent finished without a push to the default branch and without a report, and a reminder did not help.',
    remedy: `Read its last words in the thread: most often it could not push. When that is fixed, ${relabel}`,
  },
  'not-allowlisted': {
    title: 'the repo left the allowlist',
    meaning: 'The agent was needed once more, but its repo is no longer on the allowlist.',
    remedy: `If it should go on, add the repo to AFK_ALLOWLIST, ${thenRelabel}`,
  },
  'thread-burnt': {
    title: 'the thread cannot be used again',
    meaning: "This run's thread was deleted or archived in T3, which never uses the id of a thread again.",
    remedy: 'Put the ready label back on: that starts a new run with a new thread.',
  },
  'edited-during-run': {
    title: 'edited while the agent worked',
    meaning: 'Somebody who is not trusted changed the title or the text of the issue while the agent was at work.',
    remedy: `Read what was changed and check the work with that in mind, ${thenRelabel}`,
  },
  'head-removed': {
    title: 'its commit is gone',
    meaning: 'The commit that this run pushed is no longer on the default branch: somebody has force-pushed.',
    remedy: `Find out who rewrote the branch, and why. If the work is still wanted, ${relabel}`,
  },
  reverted: {
    title: 'its commit was reverted',
    meaning: 'A later commit reverted what this run had pushed.',
    remedy: `Read why it was reverted. If the work is still wanted, write into the issue what to do differently, ${thenRelabel}`,
  },
  'protected-path': {
    title: 'it changed a protected path',
    meaning: 'The pushed commits change files that no run may change without a review by a person (protectedPaths).',
    remedy:
      "Review these changes as you would a stranger's. If they are wanted, close the issue; if not, revert them. To allow such changes in general, set allowProtectedPaths.",
  },
  'card-tampered': {
    title: "afk's comment was edited",
    meaning:
      "Somebody edited afk's comment on the issue. It is the only memory of the run, so nothing in it can be trusted any more.",
    remedy: `Check the thread and what was pushed, ${thenRelabel}`,
  },
  'end-lost': {
    title: 'how it ended was lost',
    meaning:
      'This run had ended, and then its card was taken away or, with two watchers at once, written over. No agent works for it again.',
    remedy: `Look in the thread and in the doorbell's message at how it ended. To have it done anew, ${relabel}`,
  },
  'ambiguous-red': {
    title: 'red, but whose fault is unclear',
    meaning:
      "A later commit, itself red, cancelled this commit's checks, and they could not be run again for this commit alone.",
    remedy: `Look at the failures of the later commit. If they have nothing to do with this work, run the cancelled checks again by hand, and close the issue when they are green. Otherwise fix them, ${thenRelabel}`,
  },
  ambiguous: {
    title: 'two pull requests at once',
    meaning: 'The run has more than one pull request open, and which of them counts is not for a machine to guess.',
    remedy: `Close all of them but the good one, and merge that one by hand. To have it done anew, close them all, ${thenRelabel}`,
  },
  'bypassed-review': {
    title: 'pushed past the pull request',
    meaning:
      'The agent pushed to the default branch, or merged its own pull request, though here people or afk merge what was reviewed.',
    remedy: `Look at what was pushed, and revert it if it should not be there. Protect the branch, so that a push to it is refused. When that is done, ${relabel}`,
  },
  'foreign-commit': {
    title: 'a commit by somebody else',
    meaning: "The newest commit of the pull request is neither the run's nor by a trusted person.",
    remedy: `Look at that commit. If it is good, merge the pull request by hand. Otherwise take it away, ${thenRelabel}`,
  },
  'review-failed': {
    title: 'the review could not be held',
    meaning: 'The work is finished, but the agent that was to review it came to no result.',
    remedy: `Review the pull request yourself and merge it by hand, or close it. The thread of the review tells what went wrong. When that is fixed, ${relabel}`,
  },
  'merge-timeout': {
    title: 'it was never merged',
    meaning: 'The work is finished, but its pull request was not merged in time.',
    remedy: `Merge the pull request by hand, or close it. To have it done anew, close it, ${thenRelabel}`,
  },
  'repo-moved': {
    title: 'the repo has a new name',
    meaning: 'The repo was renamed or transferred while the run was under way.',
    remedy: `Put its new name on AFK_ALLOWLIST, ${thenRelabel}`,
  },
} satisfies { readonly [code: string]: Explanation }

/** Why a run was called off: a person, or the issue itself, said so (SPEC 6.3, 5.1). */
export const cancelReasons = {
  stopped: {
    title: 'stopped by a comment',
    meaning: 'A trusted person wrote the command to stop.',
    remedy: 'Nothing to do. If the work is wanted after all, put the ready label back on.',
  },
  'pull-closed': {
    title: 'its pull request was closed',
    meaning: 'A person closed the pull request without a merge.',
    remedy: 'Nothing to do. If the work is wanted after all, put the ready label back on.',
  },
  'issue-closed': {
    title: 'the issue was closed',
    meaning: 'A person closed the issue while the run was under way.',
    remedy: 'Nothing to do. If the work is wanted after all, reopen the issue and put the ready label back on.',
  },
  'lock-removed': {
    title: 'the in-progress label was taken off',
    meaning: 'A person took the in-progress label off.',
    remedy: 'Nothing to do. If the work is wanted after all, put the ready label back on.',
  },
  'label-removed': {
    title: 'the ready label was taken off',
    meaning: 'A person took the ready label off.',
    remedy: 'Nothing to do. If the work is wanted after all, put the ready label back on.',
  },
  'epoch-changed': {
    title: 'the ready label was put on again',
    meaning: 'The ready label was taken off and put on again, which asks for a new run.',
    remedy: 'Nothing to do: the new run starts by itself.',
  },
  blocked: {
    title: 'the issue is blocked',
    meaning: 'A blocker was found open while the run was being started.',
    remedy: 'Nothing to do now. When the blocker is closed, put the ready label back on.',
  },
  'edited-after-label': {
    title: 'edited after it was labelled',
    meaning: 'Somebody who is not trusted changed the issue while the run was being started.',
    remedy: `Read what was changed, ${thenRelabel}`,
  },
  'untrusted-labeller': {
    title: 'labelled by an untrusted account',
    meaning: 'The account that put the ready label on is not trusted, or GitHub does not say which one it was.',
    remedy: 'If the work is wanted, a trusted person puts the ready label back on.',
  },
  'human-label': {
    title: 'it is with a person',
    meaning: 'Somebody put the human label on after the ready label.',
    remedy: 'When the person is done, take the human label off and put the ready label back on.',
  },
} satisfies { readonly [code: string]: Explanation }
