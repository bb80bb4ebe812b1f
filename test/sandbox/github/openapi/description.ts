import { readFileSync } from 'node:fs'

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: Record<string, unknown>
}

export interface Operation {
  operationId: string
  method: string
  /** As in the description, `/repos/{owner}/{repo}`. */
  template: string
  /** JSON pointer of the operation, for compiling its schemas in place. */
  pointer: string
  parameters: Parameter[]
  /** `keys`: what a JSON object may hold at its top; null when the schema does not say. */
  requestBody: { required: boolean; pointer: string; keys: string[] | null } | null
  responses: Record<string, { pointer: string | null }>
}

export interface Description {
  document: Record<string, unknown>
  operations: Operation[]
}

type Json = Record<string, unknown>

/** Reads the cut of GitHub's OpenAPI description beside this folder and resolves its shared parameters and responses. */
export function loadDescription(): Description {
  const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as Json
  const paths = document['paths'] as Record<string, Record<string, Json>>
  const operations = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => readOperation(document, template, method, operation)),
  )
  return { document, operations }
}

function readOperation(document: Json, template: string, method: string, operation: Json): Operation {
  const pointer = `/paths/${escape(template)}/${method}`
  const body = operation['requestBody'] as Json | undefined
  const parameters = (operation['parameters'] ?? []) as Json[]
  return {
    operationId: String(operation['operationId']),
    method: method.toUpperCase(),
    template,
    pointer,
    parameters: parameters.map((parameter) => resolve(document, parameter, '').value as unknown as Parameter),
    requestBody: body ? readBody(document, body, pointer) : null,
    responses: Object.fromEntries(
      Object.entries(operation['responses'] as Record<string, Json>).map(([status, response]) => {
        const found = resolve(document, response, `${pointer}/responses/${status}`)
        const content = found.value['content'] as Json | undefined
        return [
          status,
          {
            pointer: content?.['application/json'] ? `${found.pointer}/content/application~1json/schema` : null,
          },
        ]
      }),
    ),
  }
}

function readBody(document: Json, body: Json, pointer: string): Operation['requestBody'] {
  const content = body['content'] as Record<string, { schema: Json }>
  const schema = content['application/json']?.schema ?? {}
  return {
    required: body['required'] === true,
    pointer: `${pointer}/requestBody/content/application~1json/schema`,
    keys: keysOf(document, schema),
  }
}

/** The properties of an object, or of all the objects of a union. */
function keysOf(document: Json, schema: Json): string[] | null {
  const { value } = resolve(document, schema, '')
  if (value['properties']) return Object.keys(value['properties'])
  const branches = (value['oneOf'] ?? value['anyOf']) as Json[] | undefined
  const keys = (branches ?? []).flatMap((branch) => keysOf(document, branch) ?? [])
  return keys.length > 0 ? keys : null
}

function resolve(document: Json, value: Json, pointer: string): { value: Json; pointer: string } {
  const ref = value['$ref']
  if (typeof ref !== 'string') return { value, pointer }
  const target = ref
    .slice(2)
    .split('/')
    .reduce<unknown>((node, key) => (node as Json)[key], document)
  return { value: target as Json, pointer: ref.slice(1) }
}

function escape(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
}
