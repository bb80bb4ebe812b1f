import type { Figures } from './figures.ts'
import type { Slopes } from './growth.ts'
import { bounds } from './start-up.ts'

type Rows = readonly (readonly string[])[]

/** The figures as Markdown, for a terminal and for the page alike. */
export function figuresText(figures: Figures): string {
  const { machine } = figures
  return [
    `afk ${figures.afk}, Node ${figures.node} (V8 ${figures.v8}), ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}, ${figures.at}`,
    'Start-up, medians:',
    table([['process', 'CPU ms', 'x bare Node', 'at most', 'peak MiB', 'at most'], ...startUpRows(figures)]),
    'Ticks that find nothing to do, 50 ms a request:',
    table([
      [
        'program',
        'repos',
        'ready in each',
        'runs',
        'GitHub',
        'T3',
        'points',
        'kB',
        'in flight',
        'chain',
        'CPU ms',
        'ms',
        'peak MiB',
      ],
      ...tickRows(figures),
    ]),
    'Growth, by a line through them:',
    table([['for each', 'requests', 'points', 'kB', 'CPU ms', 'and at none: requests'], ...growthRows(figures)]),
  ].join('\n\n')
}

function startUpRows({ startUp }: Figures): Rows {
  const bound = (limits: Readonly<Record<string, number>>, kind: string) => String(limits[kind] ?? '')
  return (['bare', 'inert', 'quiet', 'lease'] as const).map((kind) => {
    const { cpuMs, ratio, rssMiB } = startUp[kind]
    const name = { bare: 'bare Node', inert: 'inert', quiet: 'quiet, no lock', lease: 'quiet, Lease' }[kind]
    return [name, fixed(cpuMs), ratio.toFixed(2), bound(bounds.ratio, kind), fixed(rssMiB), bound(bounds.rssMiB, kind)]
  })
}

function tickRows({ ticks }: Figures): Rows {
  return ticks.map((tick) => [
    tick.program,
    ...[tick.repos, tick.ready, tick.runs, tick.requests.github, tick.requests.t3, tick.points].map(String),
    fixed(tick.bytes / 1000),
    ...[tick.inFlight, tick.depth].map(String),
    fixed(tick.cpuMs),
    fixed(tick.wallMs),
    fixed(tick.rssMiB),
  ])
}

function growthRows({ growth }: Figures): Rows {
  const row = (name: string, slopes: Slopes) => [
    name,
    ...[slopes.requests, slopes.points, slopes.kilobytes, slopes.cpuMs].map(({ slope }) => slope.toFixed(4)),
    slopes.requests.start.toFixed(1),
  ]
  return [row('repo', growth.perRepo), row('ready issue', growth.perIssue), row('run (and its repo)', growth.perRun)]
}

function fixed(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0)
}

/** Columns of one width, so that it reads well as plain text too. The first row is the head. */
function table(rows: Rows): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}
