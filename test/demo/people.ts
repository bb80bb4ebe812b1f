import { people as members } from '../sandbox/slack/seed.ts'
import type { SlackSandbox } from '../sandbox/slack/server.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { World } from '../sandbox/world.ts'
import { createT3Person } from './t3-person.ts'
import { answers } from './village.ts'

/**
 * The people of the demo. They know nothing of afk's insides: each looks at one screen (GitHub, Slack, T3) and does what it asks for.
 * `act` is one look at all of them; `did` is told of each deed.
 */
export function createPeople(town: {
  readonly world: World
  readonly repos: readonly string[]
  readonly slack: SlackSandbox
  readonly t3: { readonly url: string; readonly token: string }
  readonly did: (place: string, deed: string) => void
}): { readonly act: () => Promise<void> } {
  const answered = new Set<string>()
  const atT3 = createT3Person(town.t3)

  /** Mona reads the issues, and answers each question that she knows the answer to, once. */
  function answerOnGitHub(): void {
    const { world, repos, did } = town
    for (const repo of repos) {
      for (const { number, comments } of requireRepo(world.github, repo).issues) {
        for (const [question, answer] of Object.entries(answers)) {
          const key = `${repo}#${number} ${question}`
          if (answered.has(key) || !comments.some(({ body }) => body.includes(question))) continue
          answered.add(key)
          world.people.comment(repo, number, answer, 'mona')
          did(`${repo}#${number}`, `answers on the issue: "${answer}"`)
        }
      }
    }
  }

  /** Ann reads Slack, and says yes to every message that asks for one. */
  async function approveInSlack(): Promise<void> {
    const asking = (await town.slack.messages()).filter(
      ({ text, reactions, edited }) => text.includes('asks for your yes') && reactions.length === 0 && !edited,
    )
    for (const message of asking) {
      await town.slack.react(message, members.ann, 'white_check_mark')
      town.did(/[\w.-]+\/[\w.-]+#\d+/u.exec(message.text)?.[0] ?? '', 'says yes in Slack, with a reaction')
    }
  }

  return {
    act: async () => {
      answerOnGitHub()
      await approveInSlack()
      await atT3()
    },
  }
}
