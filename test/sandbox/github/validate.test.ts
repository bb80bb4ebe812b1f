import { describe, expect, it } from 'vitest'
import { startHarness } from './harness.ts'
import { loadDescription } from './openapi/description.ts'
import { toJsonSchema } from './openapi/json-schema.ts'
import { createValidator } from './openapi/validate.ts'

const repo = 'acme/shop'

function operationOf(id: string) {
  const description = loadDescription()
  const operation = description.operations.find((candidate) => candidate.operationId === id)
  if (!operation) throw new Error(`no operation ${id}`)
  return { operation, validator: createValidator(description) }
}

/** A true answer of the server, to be broken. */
async function trueAnswer(path: string): Promise<unknown> {
  const hub = await startHarness()
  hub.people.open(repo, { title: 'one', author: 'rea' })
  hub.people.label(repo, 1, 'ready-for-agent', 'mona')
  const { body } = await hub.rest('GET', path)
  await hub.server.close()
  return body
}

describe('the validator refuses a broken answer', () => {
  it.each<[string, (issue: Record<string, unknown>) => void]>([
    ['a missing field', (issue) => delete issue['labels_url']],
    ['a wrong type', (issue) => (issue['number'] = '1')],
    ['null where null is not allowed', (issue) => (issue['title'] = null)],
    ['a word outside the enum', (issue) => (issue['state_reason'] = 'finished')],
    ['a time that is none', (issue) => (issue['created_at'] = 'yesterday')],
    ['a broken field deep inside', (issue) => (issue['user'] = { login: 'rea' })],
  ])('%s', async (_, breakIt) => {
    const { operation, validator } = operationOf('issues/get')
    const issue = (await trueAnswer(`/repos/${repo}/issues/1`)) as Record<string, unknown>
    expect(validator.response(operation, 200, issue)).toEqual([])
    breakIt(issue)
    expect(validator.response(operation, 200, issue)).not.toEqual([])
  })

  it('an event is held to the schema of its own name', async () => {
    const { operation, validator } = operationOf('issues/list-events')
    const [event] = (await trueAnswer(`/repos/${repo}/issues/1/events`)) as Record<string, unknown>[]
    expect(validator.response(operation, 200, [event])).toEqual([])
    expect(validator.response(operation, 200, [{ ...event, label: undefined }])).not.toEqual([])
    expect(validator.response(operation, 200, [{ ...event, event: 'invented' }])).not.toEqual([])
  })

  it('an excuse covers nothing beside itself', async () => {
    const { operation, validator } = operationOf('issues/list-events')
    const [event] = (await trueAnswer(`/repos/${repo}/issues/1/events`)) as Record<string, unknown>[]
    expect(validator.response(operation, 200, [{ ...event, actor: null }])).toEqual([])
    expect(validator.response(operation, 200, [{ ...event, actor: null, created_at: 7 }])).toHaveLength(1)
  })

  it('a success that is not described, and a refusal without a message', () => {
    const { operation, validator } = operationOf('issues/get')
    expect(validator.response(operation, 202, {})).not.toEqual([])
    expect(validator.response(operation, 403, {})).not.toEqual([])
    expect(validator.response(operation, 403, { message: 'no' })).toEqual([])
    expect(validator.response(operation, 200, undefined)).not.toEqual([])
  })
})

describe('the server reports a wrong request', () => {
  it.each<[string, string, string, unknown, string]>([
    ['an unknown query parameter', 'GET', '/issues?label=x', undefined, 'request query label is not known'],
    ['a word outside the enum', 'GET', '/issues?state=shut', undefined, 'request query state'],
    ['a page that is no number', 'GET', '/issues?page=two', undefined, 'request query page'],
    ['a page size that GitHub would cut', 'GET', '/issues?per_page=200', undefined, 'per_page 200 is over 100'],
    ['a body of the wrong type', 'PATCH', '/issues/1', { state: 'shut' }, 'request body'],
    ['an unknown key', 'PATCH', '/issues/1', { stateReason: 'completed' }, 'request key stateReason is not known'],
    ['a body without what is required', 'POST', '/issues/1/comments', {}, 'request body'],
    ['an operation the sandbox does not serve', 'GET', '/milestones', undefined, 'serves no such operation'],
  ])('%s', async (_, method, path, body, text) => {
    const hub = await startHarness()
    hub.people.open(repo, { title: 'one', author: 'afk' })
    const answer = await hub.rest(method, `/repos/${repo}${path}`, { body })
    await hub.server.close()
    expect(hub.server.violations.map((violation) => violation.text).join('\n')).toContain(text)
    if (text.startsWith('request body')) expect(answer.status).toBe(422)
    if (path === '/milestones') expect(answer.status).toBe(501)
  })
})

describe('toJsonSchema', () => {
  it('makes nullable a union and leaves a property of that name alone', () => {
    expect(toJsonSchema({ type: 'string', nullable: true, enum: ['a'] })).toEqual({
      anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }],
    })
    expect(toJsonSchema({ properties: { nullable: { type: 'boolean', nullable: true } } })).toEqual({
      properties: { nullable: { anyOf: [{ type: 'boolean' }, { type: 'null' }] } },
    })
  })
})
