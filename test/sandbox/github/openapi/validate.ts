import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { allowed } from './allowed.ts'
import type { Description, Operation } from './description.ts'
import { toJsonSchema } from './json-schema.ts'
import { toProblems, type Check, type Problem } from './problem.ts'
import { bodyProblems, parameterProblems } from './request-problems.ts'
import { responseProblems } from './response-problems.ts'

export interface Violation {
  operation: string
  text: string
}

export interface Validator {
  request: (
    operation: Operation,
    request: { params: Record<string, string>; query: Record<string, string>; body: unknown },
  ) => Violation[]
  response: (operation: Operation, status: number, body: unknown) => Violation[]
}

/** Checks exchanges against GitHub's description; what the allow-list names is left out. Schemas compile on first use. */
export function createValidator(description: Description): Validator {
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true })
  addFormats.default(ajv)
  ajv.addFormat('repo.nwo', /^[^/]+\/[^/]+$/)
  ajv.addFormat('timestamp', true)
  ajv.addSchema(toJsonSchema(description.document) as object, 'github')
  const compiled = new Map<string, ValidateFunction>()
  const schemaAt = (pointer: string): ValidateFunction => {
    const known = compiled.get(pointer)
    if (known) return known
    const made = ajv.compile({ $ref: `github#${pointer}` })
    compiled.set(pointer, made)
    return made
  }
  const check: Check = (pointer, value) => {
    const validate = schemaAt(pointer)
    return validate(value) ? [] : toProblems(validate.errors ?? [])
  }

  return {
    request: (operation, request) =>
      report(operation, [
        ...parameterProblems(ajv, operation, 'path', request.params),
        ...parameterProblems(ajv, operation, 'query', request.query),
        ...bodyProblems(operation, request.body, check),
      ]),
    response: (operation, status, body) => report(operation, responseProblems(operation, status, body, check)),
  }
}

/** What the allow-list excuses is left out, and with it a union that failed for nothing else. */
function report(operation: Operation, problems: Problem[]): Violation[] {
  const left = problems.filter((problem) => !isAllowed(operation, problem))
  const onlyUnions = left.length < problems.length && left.every((problem) => problem.ofUnion)
  return onlyUnions ? [] : left.map((problem) => ({ operation: operation.operationId, text: problem.text }))
}

function isAllowed(operation: Operation, problem: Problem): boolean {
  return allowed.some((entry) => entry.operation.test(operation.operationId) && entry.text.test(problem.text))
}
