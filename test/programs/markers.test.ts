import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { landsAtOnce } from '../sandbox/t3/agents.ts'
import { createStage, decisionOn, expectCode, verdictOn, type Stage } from './stage.ts'

/** SPEC 6.2: a marker that cannot be read is an error for its run, never a guess and never a new run; the others go on. */

const repo = 'acme/shop'
let stage: Stage
let number: number
let other: number
beforeEach(async () => {
  stage = await createStage({ repos: [repo, 'acme/api'], agent: ({ crew }) => landsAtOnce(crew) })
  number = stage.ready(repo)
  other = stage.ready('acme/api')
})
afterEach(() => stage.close())

const start = async () => {
  await stage.pass(60)
  expectCode(await stage.poll(), 0)
  await stage.pass(60)
}
const cardComment = () => {
  const comment = stage.issue(repo, number).comments.find(({ body }) => body.includes('<!-- afk:v1 '))
  if (comment === undefined) throw new Error('the issue has no card')
  return comment
}
const rewrite = (change: (body: string) => string, as: string) => {
  const { id, body } = cardComment()
  stage.world.people.editComment(repo, id, change(body), as)
  return id
}

describe('in flight', () => {
  const broken: readonly (readonly [what: string, change: (body: string) => string])[] = [
    ['JSON cut short', (body) => body.replace(/(<!-- afk:v1 .{40}).*( -->)/s, '$1$2')],
    ['another shape', (body) => body.replace('"turns":', '"tunrs":')],
    ['two markers', (body) => `${body}\n${/<!-- afk:v1 .*-->/s.exec(body)?.[0]}`],
    ['no end', (body) => body.replace(' -->', '')],
  ]
  it.each(broken)('broken (%s): reported, left as it is, exit 1, and the other run lands', async (_what, change) => {
    await start()
    rewrite(change, 'afk')
    const before = cardComment().body
    const ran = await stage.watch()
    expectCode(ran, 1)
    const line = decisionOn(ran, repo, number)
    expect(line).toMatchObject({ decision: 'wait', codes: ['card-broken'] })
    expect(line['facts']).toMatchObject({ why: expect.stringMatching(/\S/), remedy: expect.stringMatching(/\S/) })
    expect(decisionOn(ran, 'acme/api', other)['decision']).toBe('land')
    expect(cardComment().body).toBe(before)
    expect(stage.labels(repo, number)).toEqual(['agent-in-progress', 'ready-for-agent'])
    const polled = await stage.poll()
    expectCode(polled, 0)
    expect(verdictOn(polled, repo, number)).toContain('in-progress')
    expect(stage.threads()).toHaveLength(2)
  })

  it('after the remedy (the comment deleted) the card is written again and the run lands', async () => {
    await start()
    const id = rewrite((body) => body.replace('"turns":', '"tunrs":'), 'afk')
    expectCode(await stage.watch(), 1)
    stage.world.people.deleteComment(repo, id)
    await stage.rounds(3)
    expect(stage.cards(repo, number)).toMatchObject([{ outcome: { kind: 'landed' } }])
    expect(stage.issue(repo, number).state).toBe('closed')
  })

  it('newer than this build: left alone and reported, exit 0', async () => {
    await start()
    rewrite((body) => body.replace('<!-- afk:v1 ', '<!-- afk:v2 '), 'afk')
    const before = stage.issue(repo, number).comments.map(({ body }) => body)
    const ran = await stage.watch()
    expectCode(ran, 0)
    expect(decisionOn(ran, repo, number)).toMatchObject({
      decision: 'wait',
      codes: ['card-newer'],
      facts: { version: 2 },
    })
    expect(stage.issue(repo, number).comments.map(({ body }) => body)).toEqual(before)
    expect(stage.labels(repo, number)).toEqual(['agent-in-progress', 'ready-for-agent'])
  })

  it('edited by a person: the run stops, and the card is afk’s again', async () => {
    await start()
    rewrite((body) => body.replace('"tokens":0', '"tokens":1'), 'mona')
    const ran = await stage.watch()
    expectCode(ran, 0)
    expect(decisionOn(ran, repo, number)).toMatchObject({ decision: 'freeze', codes: ['card-tampered'] })
    expect(stage.cards(repo, number)).toMatchObject([{ outcome: { reason: 'card-tampered' } }])
    expect(stage.labels(repo, number)).toEqual(['ready-for-human'])
    const polled = await stage.poll()
    expect(polled.lines.filter((line) => line['repo'] === repo)).toEqual([])
  })

  it('copied into a comment of a stranger, with an outcome: ignored', async () => {
    await start()
    const copy = cardComment().body.replace(
      '"outcome":null',
      '"outcome":{"kind":"cancelled","reason":"x","detail":"","at":1,"untold":false}',
    )
    stage.world.people.comment(repo, number, copy, 'stranger')
    expectCode(await stage.watch(), 0)
    expect(stage.issue(repo, number).state).toBe('closed')
    expect(stage.issue(repo, number).comments).toHaveLength(2)
  })
})

describe('before the dispatch', () => {
  it('a marker in a stranger’s comment keeps nobody from starting, and is not taken for the card', async () => {
    const forged = '<!-- afk:v1 {"outcome":{"kind":"landed"}} -->'
    stage.world.people.comment(repo, number, forged, 'stranger')
    await stage.pass(60)
    const ran = await stage.poll()
    expect(verdictOn(ran, repo, number)).toBe('dispatch')
    expect(stage.cards(repo, number)).toHaveLength(1)
    expect(stage.issue(repo, number).comments[0]?.body).toBe(forged)
  })

  it.each([
    ['broken', '<!-- afk:v1 {"runId": -->'],
    ['newer', '<!-- afk:v2 {} -->'],
  ])('a %s marker of afk’s own: no run, and the decision says what to do', async (_what, body) => {
    stage.world.people.comment(repo, number, body, 'afk')
    await stage.pass(60)
    const ran = await stage.poll()
    expectCode(ran, 0)
    expect(verdictOn(ran, repo, number)).toBe('skip: already-ran')
    expect(JSON.stringify(decisionOn(ran, repo, number)['facts'])).toMatch(/delete the comment/)
    expect(verdictOn(ran, 'acme/api', other)).toBe('dispatch')
    expect(stage.threads()).toHaveLength(1)
  })
})
