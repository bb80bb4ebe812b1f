import * as client from '@kubernetes/client-node'
import type { Manifest } from './manifests.ts'

/** One field of a model of client-node, which is generated from Kubernetes' OpenAPI description. */
interface Attribute {
  readonly baseName: string
  /** `string`, `V1PodSpec`, `Array<V1Container>`, `{ [key: string]: string; }` … */
  readonly type: string
}

/** Paths that a manifest has and its kind does not: the API server would drop them or refuse the manifest. */
export function unknownFields(manifest: Manifest): readonly string[] {
  const model = modelOf(manifest)
  if (model === undefined) throw new Error(`client-node has no model for ${manifest.apiVersion} ${manifest.kind}`)
  return walk(manifest, model, '')
}

function walk(value: unknown, type: string, path: string): readonly string[] {
  const list = /^Array<(.+)>$/.exec(type)?.[1]
  if (list !== undefined) {
    return Array.isArray(value)
      ? value.flatMap((item, index) => walk(item, list, `${path}[${index}]`))
      : [`${path}: no list`]
  }
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1]
  if (map !== undefined) {
    return isMapping(value)
      ? Object.entries(value).flatMap(([key, item]) => walk(item, map, `${path}.${key}`))
      : [`${path}: no mapping`]
  }
  const attributes = attributesOf(type)
  if (attributes === undefined) return []
  if (!isMapping(value)) return [`${path}: no mapping`]
  return Object.entries(value).flatMap(([key, item]) => {
    const attribute = attributes.find(({ baseName }) => baseName === key)
    return attribute === undefined ? [`${path}.${key}`] : walk(item, attribute.type, `${path}.${key}`)
  })
}

/** Undefined for what has no fields: `string`, `number`, `IntOrString`, `Quantity`, dates. */
function attributesOf(type: string): readonly Attribute[] | undefined {
  const model = (client as Record<string, unknown>)[type]
  const known = typeof model === 'function' && 'attributeTypeMap' in model ? model.attributeTypeMap : undefined
  return known as readonly Attribute[] | undefined
}

/** `batch/v1` CronJob is V1CronJob; a kind that several groups have carries its group's name. */
function modelOf({ apiVersion, kind }: Manifest): string | undefined {
  const version = apiVersion.split('/').at(-1) ?? ''
  const prefix = version.charAt(0).toUpperCase() + version.slice(1)
  return [`${prefix}${kind}`].find((name) => attributesOf(name) !== undefined)
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
