import type { Document } from 'yaml'

import type { Problem } from './problems.ts'
import type { Path } from './schema-problems.ts'
import type { Files } from './sources.ts'
import { readFailure } from './sources.ts'
import { isDecimal } from './words.ts'

const MAX_BYTES = 1_048_576
// Nobody needs more in a file of settings; a bomb of nested aliases does.
const MAX_ALIASES = 20

export interface YamlFile {
  /** What named the file: `AFK_CONFIG_FILE`, or an option of the command line. */
  readonly named: string
  /** Plain data: mappings, lists, text, numbers, booleans, null. */
  readonly content: unknown
  readonly sourceOf: (path: Path) => string
}

/**
 * Reads a YAML 1.2 file of at most 1 MiB. Duplicate keys, unknown tags, several documents and alias bombs are problems.
 * Numbers that are not plain decimals (`0x1F`, `1e3`, `.nan`) come out as text, so that the schema refuses them.
 * `named` is what a problem of the whole file is called by.
 */
export async function readYamlFile(
  path: string,
  files: Files,
  named = 'AFK_CONFIG_FILE',
): Promise<YamlFile | { readonly problems: readonly Problem[] }> {
  const fileProblem = (expected: string, got: string, remedy: string, source: string): Problem => ({
    path: named,
    expected,
    got,
    remedy,
    source,
  })
  let text: string
  try {
    text = files.read(path)
  } catch (error) {
    // No line of it was seen.
    return {
      problems: [fileProblem('a readable file', readFailure(error), 'correct the path or the rights', path)],
    }
  }
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_BYTES) {
    return {
      problems: [fileProblem(`at most ${MAX_BYTES} bytes`, `${bytes} bytes`, 'shorten the file', `${path}:1`)],
    }
  }
  // Loaded only when a file is configured.
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const lineAt = (offset: number): string => `${path}:${Math.max(1, lines.linePos(offset).line)}`
  try {
    const document = yaml.parseDocument(text, {
      prettyErrors: false,
      lineCounter: lines,
      version: '1.2',
      schema: 'core',
      // A warning of the parser's own goes to standard error by itself, and quotes the line that it is about.
      logLevel: 'error',
    })
    const faults = [...document.errors, ...document.warnings]
    if (faults.length > 0) {
      return {
        problems: faults.map((fault) =>
          fileProblem(
            'YAML without faults',
            `${fault.code}: ${oneLine(fault.message)}`,
            'correct the line',
            lineAt(fault.pos[0]),
          ),
        ),
      }
    }
    yaml.visit(document, {
      Scalar: (_key, node) => {
        if (typeof node.value === 'number' && !isDecimal(node.source ?? '')) node.value = node.source
      },
    })
    const content: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
    return { named, content: content ?? {}, sourceOf: (at) => lineAt(offsetOf(yaml, document, at)) }
  } catch (error) {
    // Too many aliases, or nested so deep that the parser's stack ends.
    const got = error instanceof Error ? oneLine(error.message) : 'a file that cannot be parsed'
    return {
      problems: [fileProblem('YAML without nested aliases or very deep nesting', got, 'write it plainly', `${path}:1`)],
    }
  }
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').slice(0, 120)
}

/** The offset of the deepest part of a path that the document has; of the key where there is one. */
function offsetOf(yaml: typeof import('yaml'), document: Document, path: Path): number {
  let offset = 0
  let node: unknown = document.contents
  for (const segment of path) {
    if (yaml.isAlias(node)) node = node.resolve(document)
    if (yaml.isMap(node)) {
      const pair = node.items.find(({ key }) => yaml.isScalar(key) && String(key.value) === String(segment))
      if (pair === undefined) return offset
      offset = (yaml.isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset
      node = pair.value
    } else if (yaml.isSeq(node)) {
      node = node.items[Number(segment)]
      offset = (yaml.isNode(node) ? node.range?.[0] : undefined) ?? offset
    }
  }
  return offset
}
