import type { Policy } from '../../src/core/policy.ts'
import type { FakeNotifier } from '../fakes/notifier.ts'
import { requirePull } from '../sandbox/github/state/pulls.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { World } from '../sandbox/world.ts'

/**
 * Whether a person whose word counts has said yes to the merge of this commit, by what the world itself shows (SPEC 16.2): written
 * anew, for afk's own reading of it is what is judged. Null: somebody has, or nobody had to be asked.
 */
export async function missingYes(
  world: World,
  policy: Policy,
  bells: FakeNotifier,
  [name, number, head]: readonly [string, number, string],
): Promise<string | null> {
  const { before, by } = policy.repo(name).approval
  if (!before.includes('merge')) return null
  const repo = requireRepo(world.github, name)
  const { pull } = requirePull(repo, number)
  const comments = [...repo.issues.values()].flatMap((issue) => issue.comments)
  const inComment = comments.some(({ author, body }) => {
    const [, sha] = /^\/afk approve ([0-9a-f]{7,40})$/u.exec(body) ?? []
    return author !== null && by.includes(author) && sha !== undefined && head.startsWith(sha)
  })
  const inReview = pull.reviews.some(
    ({ author, state, commitSha }) =>
      author !== null && by.includes(author) && state === 'APPROVED' && commitSha === head,
  )
  const asked = bells.posted.filter((_, index) => {
    const message = bells.rung[index]
    return message?.kind === 'approval' && message.paragraphs.some(({ quote }) => quote === head)
  })
  const reactions = await Promise.all(asked.map(({ receipt }) => bells.reactions(receipt)))
  const inSlack = reactions.flat().some(({ name: emoji, users }) => {
    return emoji === 'white_check_mark' && users.some((user) => by.includes(user))
  })
  return inComment || inReview || inSlack
    ? null
    : `${name}#${number} was merged at ${head} and nobody had said yes to it`
}
