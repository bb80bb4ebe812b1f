import { fileURLToPath } from 'node:url'

/**
 * For child processes of tests: Node keeps what it compiled, and what it stripped of types, so that the hundredth start of a program
 * costs half of the first. Nothing of it is part of how the programs behave.
 */
export const compileCache: Readonly<Record<string, string>> = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/node-compile', import.meta.url)),
}
