import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { rolldown, type Plugin } from 'rolldown'

/**
 * The programs as they ship (SPEC 14): `dist/<program>.cjs`, minified, split, with source maps beside. CommonJS, because an ESM
 * `import 'node:http'` alone costs 30 ms of CPU more than `require`. What the sources import with `import()` becomes a file of its own
 * and loads only when a tick needs it: configuration, the tick itself, YAML, Kubernetes, Slack. `node build.ts <folder>` writes to a
 * folder that is not there yet, instead of `dist`.
 */
const root = import.meta.dirname
const [folder] = process.argv.slice(2)
const dist = folder === undefined ? join(root, 'dist') : resolve(folder)
/** Before anything else is loaded: an older Node would run on, to a fault somewhere (the sources have need-node.cjs). */
const needNode =
  'if(process.versions.node.split(".")[0]<24){process.stderr.write(`afk needs Node 24 (this is ${process.versions.node})\n`);process.exit(2)}'
const programs = ['poller', 'watcher', 'cli'].filter((name) => existsSync(join(root, `src/${name}.ts`)))

if (folder === undefined) rmSync(dist, { recursive: true, force: true })
else if (existsSync(dist)) throw new Error(`${dist}: expected a folder that is not there yet`)
const bundle = await rolldown({
  input: Object.fromEntries(programs.map((name) => [name, join(root, `src/${name}.ts`)])),
  cwd: root,
  platform: 'node',
  tsconfig: false,
  plugins: [placeless(), withVersion()],
  // Such as an import() that splits nothing, or a dependency's part that is not there: a tick would find out, at night.
  onLog: (level, log) => {
    if (level === 'warn') throw new Error(`the bundle is not clean: ${log.message}`)
  },
})
const { output } = await bundle.write({
  dir: dist,
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name]-[hash].cjs',
  minify: true,
  // So that the stack of a bug names functions in the log as the sources do.
  keepNames: true,
  sourcemap: true,
  banner: ({ isEntry }) => (isEntry ? needNode : ''),
  // All that an inert tick loads in one file: each file more costs it half a millisecond.
  codeSplitting: {
    groups: [
      { name: 'start', test: /rolldown.runtime|src.(?:run-program|say-for-people|app.report|config.gates)\.ts$/ },
    ],
  },
})
await bundle.close()
for (const part of output) {
  if (part.type === 'chunk') process.stdout.write(`${Buffer.byteLength(part.code)} bytes  ${part.fileName}\n`)
}

/** Refuses sources that look for files beside themselves: in the bundle they would look in another place. */
function placeless(): Plugin {
  return {
    name: 'afk-placeless',
    transform: (code, id) => {
      if (id.startsWith(join(root, 'src')) && /\bimport\.meta\b/.test(code)) {
        throw new Error(`${id}: import.meta means another place in the bundle; only src/version.ts may use it`)
      }
    },
  }
}

/** The version as a constant: the image holds no package.json. */
function withVersion(): Plugin {
  const file = join(root, 'src/version.ts')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version?: unknown }
  if (typeof version !== 'string') throw new Error('package.json: expected a version, got none')
  return {
    name: 'afk-version',
    load: (id) => (id === file ? `export const version = () => ${JSON.stringify(version)}` : null),
  }
}
