/**
 * Loaded before the sources by the scripts of package.json, in words that any Node reads: without it an older one, or a checkout that
 * `npm ci` was forgotten in, ends with the stack of a loader. The bundles say the first of the two themselves (build.ts).
 */
const found = process.versions.node
const problem =
  Number(found.split('.')[0]) < 24
    ? `afk needs Node 24 (this is ${found}): run "npm ci" here, it brings one, and start by npm`
    : isInstalled()
      ? undefined
      : 'afk needs its packages: run "npm ci" here'

if (problem !== undefined) {
  process.stderr.write(`${problem}\n`)
  // oxlint-disable-next-line unicorn/no-process-exit -- what comes after it cannot be loaded
  process.exit(2)
}

/** One of the packages stands for all. */
function isInstalled() {
  try {
    return require.resolve('zod') !== ''
  } catch {
    return false
  }
}
