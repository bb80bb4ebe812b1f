import type { World } from './tick.ts'

/**
 * The same world without its writes: each throws as the bug that it would be. A command that promises to look only (SPEC 14) holds this
 * and nothing else, so that a mistake of its own cannot become a write.
 */
export function readOnly(world: World): World {
  return {
    ...world,
    tracker: {
      ...world.tracker,
      comment: refuse('tracker.comment'),
      editComment: refuse('tracker.editComment'),
      deleteComment: refuse('tracker.deleteComment'),
      addLabel: refuse('tracker.addLabel'),
      removeLabel: refuse('tracker.removeLabel'),
      close: refuse('tracker.close'),
      reopen: refuse('tracker.reopen'),
    },
    ci: { ...world.ci, rerun: refuse('ci.rerun') },
    pulls: {
      ...world.pulls,
      merge: refuse('pulls.merge'),
      replyToThread: refuse('pulls.replyToThread'),
      resolveThread: refuse('pulls.resolveThread'),
      react: refuse('pulls.react'),
      decideDeployment: refuse('pulls.decideDeployment'),
    },
    executor: {
      ...world.executor,
      createProject: refuse('executor.createProject'),
      createThread: refuse('executor.createThread'),
      startTurn: refuse('executor.startTurn'),
      interrupt: refuse('executor.interrupt'),
      archive: refuse('executor.archive'),
    },
    notifier: world.notifier && {
      ...world.notifier,
      ring: refuse('notifier.ring'),
      update: refuse('notifier.update'),
    },
  }
}

/** The same, but for the one write that `afk halt` makes on GitHub: it edits cards. */
export function onlyEditing(world: World): World {
  const { tracker, ...rest } = readOnly(world)
  return { ...rest, tracker: { ...tracker, editComment: world.tracker.editComment } }
}

function refuse(what: string): () => never {
  return () => {
    throw new Error(`${what} was called by a command that only reads`)
  }
}
