import { expect, it } from 'vitest'
import { landsAtOnce } from '../sandbox/t3/agents.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import type { World } from '../sandbox/world.ts'
import { createStage, threadsOf, type Stage } from './stage.ts'

export const repo = 'acme/shop'
export const ready = 'ready-for-agent'
export const lock = 'agent-in-progress'
export const human = 'ready-for-human'

export interface Setting {
  readonly agent?: (world: World) => Agent
  readonly settings?: string
  readonly repos?: readonly string[]
  readonly githubAheadMs?: number
}

/**
 * One history: a name, what the SPEC says of it, and a script. The story it tells is held against a golden file of the same letter;
 * reviewing a golden's diff is reviewing behaviour.
 */
export function history(
  letter: string,
  what: string,
  spec: string,
  setting: Setting,
  script: (stage: Stage) => Promise<void>,
): void {
  it(`(${letter}) ${what} [SPEC ${spec}]`, { timeout: 60_000 }, async () => {
    const stage = await createStage({ agent: (world) => landsAtOnce(world.crew), ...setting })
    try {
      await script(stage)
      expect(stage.violations()).toEqual([])
      await expect(`(${letter}) ${what}\nSPEC ${spec}\n\n${stage.story()}`).toMatchFileSnapshot(`goldens/${letter}.txt`)
    } finally {
      await stage.close()
    }
  })
}

/** An issue by `ada`, labelled by `mona`, old enough to be picked up. */
export async function labelled(
  stage: Stage,
  title = 'Add a coupon field',
  extra: { labels?: string[]; body?: string } = {},
): Promise<number> {
  const { number } = stage.world.people.open(repo, {
    title,
    body: extra.body ?? 'As talked about.',
    author: 'ada',
    labels: extra.labels ?? [],
  })
  stage.world.people.label(repo, number, ready, 'mona')
  await stage.pass(120)
  return number
}

/** What must hold after every history that landed one issue. */
export function expectLanded(stage: Stage, number: number): void {
  expect(stage.state(repo, number)).toBe('closed')
  expect(stage.labels(repo, number).filter((label) => [ready, lock, human].includes(label))).toEqual([])
  expect(stage.cards(repo, number).map(({ outcome }) => outcome?.kind)).toEqual(['landed'])
}

/** One thread an epoch and one start an thread: nothing was dispatched twice. */
export function expectOneRun(stage: Stage): void {
  expect(threadsOf(stage.world)).toHaveLength(1)
  const starts = stage.turns().filter(({ text }) => text.includes('# Standing rules'))
  expect(starts).toHaveLength(1)
}
