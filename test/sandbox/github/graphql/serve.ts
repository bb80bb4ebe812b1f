import {
  execute,
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFieldResolver,
  type OperationDefinitionNode,
} from 'graphql'
import { authenticate } from '../http/auth.ts'
import { Refusal, type ApiRequest, type Reply } from '../http/exchange.ts'
import { expirationHeader } from '../http/expiration.ts'
import { rateHeaders, type RateBook } from '../http/rate.ts'
import type { Violation } from '../openapi/validate.ts'
import type { GitHubState, Token } from '../state/model.ts'
import type { Gql, Nodes } from './context.ts'
import { commentNode } from './comment.ts'
import { commitNode } from './commit.ts'
import { costOf } from './cost.ts'
import { issueNode } from './issue.ts'
import { mutationRoot } from './mutation.ts'
import { pullNode } from './pull.ts'
import { queryRoot } from './query.ts'
import { refNode } from './ref.ts'
import { repositoryNode } from './repository.ts'
import { reviewNode } from './review.ts'
import { schema } from './schema.ts'

export interface GraphqlContext {
  state: GitHubState
  rate: RateBook
  violations: Violation[]
}

const nodes: Nodes = {
  repository: repositoryNode,
  issue: (gql, repo, issue) => (issue.pull ? pullNode(gql, repo, issue, issue.pull) : issueNode(gql, repo, issue)),
  comment: commentNode,
  commit: commitNode,
  ref: refNode,
  review: reviewNode,
}

interface Answered {
  reply: Reply
  points: number
}

/** Answers POST /graphql. Once the token is good the status is always 200: what is wrong stands in `errors`. */
export async function serveGraphql(context: GraphqlContext, request: ApiRequest): Promise<Answered> {
  try {
    const { token } = authenticate(context.state, request.headers['authorization'])
    if (!token) throw new Refusal(401, 'This endpoint requires you to be authenticated.')
    return await answer(context, request, token)
  } catch (error) {
    if (error instanceof Refusal) return { reply: error.reply, points: 0 }
    throw error
  }
}

async function answer(context: GraphqlContext, request: ApiRequest, token: Token): Promise<Answered> {
  const { query, variables, operationName } = readBody(request)
  const checked = check(query, operationName)
  if ('errors' in checked) {
    context.violations.push(...checked.errors.map((error) => ({ operation: 'graphql', text: error.message })))
    return reply(context, token, 1, { errors: checked.errors.map(shapeError) })
  }
  const cost = costOf(checked.document, checked.operation, variables)
  if (cost.problem) {
    context.violations.push({ operation: 'graphql', text: cost.problem.message })
    return reply(context, token, 1, { data: null, errors: [cost.problem] })
  }
  const quota = context.rate.spend(token.login, 'graphql', cost.points)
  const headers = { ...rateHeaders('graphql', quota), ...expirationHeader(token) }
  if (quota.refused) {
    const error = { type: 'RATE_LIMITED', message: `API rate limit exceeded for ${token.login}.` }
    return {
      reply: {
        status: 200,
        body: { errors: [error] },
        headers: { ...headers, 'x-ratelimit-remaining': '0' },
      },
      points: 0,
    }
  }
  const gql: Gql = {
    state: context.state,
    now: context.state.clock.now(),
    token,
    quota,
    cost: cost.points,
    nodeCount: cost.nodeCount,
    violations: context.violations,
    nodes,
  }
  const result = await execute({
    schema,
    document: checked.document,
    operationName,
    variableValues: variables,
    rootValue: checked.operation.operation === 'mutation' ? mutationRoot(gql) : queryRoot(gql),
    contextValue: gql,
    fieldResolver: resolveField,
    typeResolver: (value) => (value as { __typename: string }).__typename,
  })
  const body = {
    ...(result.data === undefined ? {} : { data: result.data }),
    ...(result.errors ? { errors: result.errors.map(shapeError) } : {}),
  }
  return { reply: { status: 200, body, headers }, points: cost.points }
}

function reply(context: GraphqlContext, token: Token, points: number, body: unknown): Answered {
  return {
    reply: {
      status: 200,
      body,
      headers: {
        ...rateHeaders('graphql', context.rate.spend(token.login, 'graphql', points)),
        ...expirationHeader(token),
      },
    },
    points,
  }
}

function readBody(request: ApiRequest): {
  query: string
  variables: Record<string, unknown>
  operationName: string | null
} {
  const body = parseJson(request.text)
  if (body === null || typeof body !== 'object' || !('query' in body) || typeof body.query !== 'string')
    throw new Refusal(400, 'A query attribute must be specified and must be a string.')
  const variables = 'variables' in body && body.variables !== null ? (body.variables as Record<string, unknown>) : {}
  return {
    query: body.query,
    variables,
    operationName: 'operationName' in body && typeof body.operationName === 'string' ? body.operationName : null,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
}

function check(
  query: string,
  name: string | null,
): { document: DocumentNode; operation: OperationDefinitionNode } | { errors: readonly GraphQLError[] } {
  const read = documentOf(query)
  if ('errors' in read) return read
  const operation = getOperationAST(read.document, name)
  return operation
    ? { document: read.document, operation }
    : { errors: [new GraphQLError('An operation name is required')] }
}

type Read = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] }

/** Programs ask the same queries again and again, and to validate one against GitHub's whole schema takes milliseconds. */
function documentOf(query: string): Read {
  const before = documents.get(query)
  if (before !== undefined) return before
  const read = readDocument(query)
  documents.set(query, read)
  return read
}

const documents = new Map<string, Read>()

function readDocument(query: string): Read {
  try {
    const document = parse(query)
    const errors = validate(schema, document)
    return errors.length > 0 ? { errors } : { document }
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] }
    throw error
  }
}

/** A field the sandbox does not know is an error and a violation, never a silent null. */
const resolveField: GraphQLFieldResolver<unknown, Gql> = (source, args, gql, info) => {
  const values = source as Record<string, unknown>
  if (!(info.fieldName in values)) {
    const text = `the sandbox does not resolve ${info.parentType.name}.${info.fieldName}`
    gql.violations.push({ operation: 'graphql', text })
    throw new GraphQLError(text)
  }
  const value = values[info.fieldName]
  return typeof value === 'function' ? (value as (args: unknown) => unknown)(args) : value
}

/** GitHub's errors carry their `type` at the top. */
function shapeError(error: GraphQLError): Record<string, unknown> {
  const type = error.extensions['type']
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(error.path ? { path: error.path } : {}),
    ...(error.locations ? { locations: error.locations } : {}),
    message: error.message,
  }
}
