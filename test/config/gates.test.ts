import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Gates } from '../../src/config/gates.ts'
import { GATE_NAMES, gateReader, readGates } from '../../src/config/gates.ts'
import { nearestName } from '../../src/config/nearest.ts'
import type { Problem } from '../../src/config/problems.ts'
import { SECRET_VARIABLES } from '../../src/config/secrets.ts'
import { SETTING_VARIABLES } from '../../src/config/settings.ts'
import type { Env } from '../../src/config/sources.ts'
import { TUNABLES } from '../../src/config/tunables.ts'
import { someFiles, systemError } from './support.ts'

const OPEN = { AFK_KILL_SWITCH: 'false', AFK_ALLOWLIST: 'acme/shop' }

function gatesOf(env: Env, files = someFiles()): Gates {
  const gates = readGates(env, files)
  if (!gates.ok) throw new Error(`problems: ${JSON.stringify(gates.problems)}`)
  return gates
}

function problemsOf(env: Env, files = someFiles()): readonly Problem[] {
  const gates = readGates(env, files)
  return gates.ok ? [] : gates.problems
}

describe('readGates: both gates must be opened (SPEC 3.1)', () => {
  const off = 'kill switch is on (AFK_KILL_SWITCH is not set)'
  const none = 'allowlist is empty (AFK_ALLOWLIST is not set)'
  const near = (why: string, other: string) => why.replace(')', `, but ${other} is, which afk does not know)`)

  it.each([
    ['nothing set', {}, false, `${off}; ${none}`],
    ['switch off, list empty', { AFK_KILL_SWITCH: 'false' }, false, none],
    ['list full, switch unset', { AFK_ALLOWLIST: 'acme/shop' }, false, off],
    ['list full, switch blank', { ...OPEN, AFK_KILL_SWITCH: ' ' }, false, off],
    ['switch misspelt', { AFK_KILLSWITCH: 'false', AFK_ALLOWLIST: 'a/b' }, false, near(off, 'AFK_KILLSWITCH')],
    ['list misspelt', { AFK_KILL_SWITCH: 'no', AFK_ALLOW_LIST: 'a/b' }, false, near(none, 'AFK_ALLOW_LIST')],
    ['misspelling of nothing', { ...OPEN, AFK_KILL_SWITCH: '', AFK_KILLSWITCH: '' }, false, off],
    ['a name that is no name', { 'AFK_KILL\u001BSWITCH': 'x', AFK_ALLOWLIST: 'a/b' }, false, off],
    ['list full, switch on', { ...OPEN, AFK_KILL_SWITCH: 'on' }, false, 'kill switch is on (AFK_KILL_SWITCH)'],
    ['list of separators only', { ...OPEN, AFK_ALLOWLIST: ' , ' }, false, 'allowlist is empty (AFK_ALLOWLIST)'],
    ['both open', OPEN, true, 'open'],
    ['both open, draining', { ...OPEN, AFK_DRAIN: 'yes' }, true, 'draining (AFK_DRAIN)'],
  ])('%s', (_name, env, open, why) => {
    expect(gatesOf(env)).toMatchObject({ open, why })
  })
})

describe('readGates: booleans (SPEC 3.3)', () => {
  it.each(['true', '1', 'yes', 'on', 'TRUE', 'Yes', ' on\n'])('%j is on', (word) => {
    expect(gatesOf({ ...OPEN, AFK_KILL_SWITCH: word, AFK_DRAIN: word })).toMatchObject({
      killSwitch: true,
      drain: true,
    })
  })

  it.each(['false', '0', 'no', 'off', 'FALSE', 'No', '\toff '])('%j is off', (word) => {
    expect(gatesOf({ ...OPEN, AFK_KILL_SWITCH: word, AFK_DRAIN: word })).toMatchObject({
      open: true,
      killSwitch: false,
      drain: false,
    })
  })

  it.each(['', '  ', '\n'])('%j is unset: the default', (word) => {
    expect(gatesOf({ ...OPEN, AFK_KILL_SWITCH: word, AFK_DRAIN: word })).toMatchObject({
      killSwitch: true,
      drain: false,
    })
  })

  it.each(['maybe', 'y', 'n', 't', '2', '00', 'enabled', 'true false', 'nope', '-1'])('%j is a problem', (word) => {
    expect(problemsOf({ ...OPEN, AFK_KILL_SWITCH: word })).toEqual([
      {
        path: 'AFK_KILL_SWITCH',
        expected: 'true, false, 1, 0, yes, no, on or off',
        got: JSON.stringify(word),
        remedy: expect.stringContaining('true or false'),
        source: 'env AFK_KILL_SWITCH',
      },
    ])
  })

  it('does not take a gate from the prototype of the environment', () => {
    expect(gatesOf(Object.create(OPEN) as Env).open).toBe(false)
  })
})

describe('readGates: allowlist (SPEC 3.3)', () => {
  it('keeps names as written, with a key in lower case', () => {
    expect(gatesOf({ ...OPEN, AFK_ALLOWLIST: 'Acme/Shop' }).allowlist).toEqual([
      { fullName: 'Acme/Shop', key: 'acme/shop' },
    ])
  })

  it.each([
    ['a/b,c/d', ['a/b', 'c/d']],
    ['a/b c/d', ['a/b', 'c/d']],
    [' a/b ,\n\tc/d,, ', ['a/b', 'c/d']],
    ['a-1/b.c_d-e', ['a-1/b.c_d-e']],
    ['a/.github', ['a/.github']],
  ])('%j', (text, names) => {
    expect(gatesOf({ ...OPEN, AFK_ALLOWLIST: text }).allowlist.map(({ fullName }) => fullName)).toEqual(names)
  })

  it.each([
    'acme',
    'acme/',
    '/shop',
    'acme/*',
    '*',
    '*/shop',
    'acme/shop/x',
    'acme/shop.git',
    'acme/..',
    'acme/.',
    'https://github.com/acme/shop',
    'acme/sh?p',
    'ac.me/shop',
    '-acme/shop',
    'acme;shop/x',
    'äcme/shop',
    `acme/${'x'.repeat(101)}`,
  ])('%j is a problem', (entry) => {
    expect(problemsOf({ ...OPEN, AFK_ALLOWLIST: `good/one ${entry}` })).toMatchObject([
      { path: 'AFK_ALLOWLIST', expected: 'owner/name, exactly, without wildcards', source: 'env AFK_ALLOWLIST' },
    ])
  })

  it('refuses a repo named twice in other letter case', () => {
    expect(problemsOf({ ...OPEN, AFK_ALLOWLIST: 'acme/shop Acme/Shop' })).toMatchObject([
      { expected: 'every repo once (letter case does not count)', got: '"Acme/Shop"' },
    ])
  })

  it('reports a bad gate whatever the others say, and all at once', () => {
    expect(problemsOf({ AFK_KILL_SWITCH: 'true', AFK_ALLOWLIST: 'acme/*' }).map(({ path }) => path)).toEqual([
      'AFK_ALLOWLIST',
    ])
    const all = problemsOf({ AFK_KILL_SWITCH: 'x', AFK_ALLOWLIST: 'a *', AFK_DRAIN: 'z' })
    expect(all.map(({ path }) => path)).toEqual(['AFK_KILL_SWITCH', 'AFK_ALLOWLIST', 'AFK_ALLOWLIST', 'AFK_DRAIN'])
  })
})

describe('readGates: a mounted ConfigMap (SPEC 3.6)', () => {
  const env = { AFK_GATES_DIR: '/gates/' }
  const all = {
    '/gates/AFK_KILL_SWITCH': 'false\n',
    '/gates/AFK_ALLOWLIST': 'acme/shop\n',
    '/gates/AFK_DRAIN': 'false\n',
  }
  const without = (name: string) => {
    return someFiles(Object.fromEntries(Object.entries(all).filter(([path]) => !path.endsWith(name))))
  }

  it('says that a file is empty', () => {
    expect(gatesOf(env, someFiles({ ...all, '/gates/AFK_KILL_SWITCH': '' })).why).toBe(
      'kill switch is on (/gates/AFK_KILL_SWITCH is empty)',
    )
  })

  it('opens by the files', () => {
    expect(gatesOf(env, someFiles(all))).toMatchObject({ open: true, drain: false, why: 'open' })
  })

  it('takes nothing from the variables', () => {
    expect(
      gatesOf({ ...env, ...OPEN, AFK_DRAIN: 'true' }, someFiles({ ...all, '/gates/AFK_KILL_SWITCH': 'on' })),
    ).toMatchObject({
      open: false,
      drain: false,
    })
    expect(gatesOf({ ...env, ...OPEN }, someFiles())).toMatchObject({ open: false, killSwitch: true, allowlist: [] })
    expect(problemsOf({ ...env, AFK_KILL_SWITCH: 'nonsense' }, someFiles(all))).toEqual([])
  })

  it.each([
    ['AFK_KILL_SWITCH', { open: false, killSwitch: true }],
    ['AFK_ALLOWLIST', { open: false, allowlist: [] }],
    ['AFK_DRAIN', { open: true, drain: true }],
  ])('a missing %s is shut, and says so', (name, shut) => {
    expect(gatesOf(env, without(name))).toMatchObject({
      ...shut,
      why: expect.stringContaining(`/gates/${name}: no such file (ENOENT)`),
    })
  })

  it('an unreadable file is shut', () => {
    const files = someFiles({ ...all, '/gates/AFK_KILL_SWITCH': systemError('EACCES', '/gates/AFK_KILL_SWITCH') })
    expect(gatesOf(env, files)).toMatchObject({ open: false, why: expect.stringContaining('EACCES') })
  })

  it('an empty file is unset: the default', () => {
    const blank = someFiles({ '/gates/AFK_KILL_SWITCH': '\n', '/gates/AFK_ALLOWLIST': '', '/gates/AFK_DRAIN': ' ' })
    expect(gatesOf(env, blank)).toMatchObject({ killSwitch: true, allowlist: [], drain: false })
  })

  it('an unparseable file is a problem that names it', () => {
    const files = someFiles({ ...all, '/gates/AFK_DRAIN': 'soon' })
    expect(problemsOf(env, files)).toMatchObject([{ path: 'AFK_DRAIN', got: '"soon"', source: '/gates/AFK_DRAIN:1' }])
  })
})

describe('gateReader (SPEC 3.5)', () => {
  it('reads the files again at every call', () => {
    const contents: Record<string, string> = {
      '/gates/AFK_KILL_SWITCH': 'false',
      '/gates/AFK_ALLOWLIST': 'acme/shop',
      '/gates/AFK_DRAIN': 'false',
    }
    const read = gateReader({ AFK_GATES_DIR: '/gates' }, (path) => someFiles(contents).read(path))
    expect(read()).toMatchObject({ open: true, problems: [] })
    contents['/gates/AFK_KILL_SWITCH'] = 'true'
    expect(read()).toMatchObject({ open: false, problems: [] })
    contents['/gates/AFK_KILL_SWITCH'] = 'flase'
    expect(read()).toMatchObject({
      open: false,
      killSwitch: true,
      allowlist: [],
      drain: true,
      why: 'cannot be parsed: AFK_KILL_SWITCH',
      problems: [{ path: 'AFK_KILL_SWITCH' }],
    })
    delete contents['/gates/AFK_KILL_SWITCH']
    expect(read()).toMatchObject({ open: false, problems: [] })
    contents['/gates/AFK_KILL_SWITCH'] = 'false'
    expect(read()).toMatchObject({ open: true })
  })
})

it('no variable that afk knows is taken for a misspelt gate', () => {
  const known = [...TUNABLES.flatMap(({ env }) => env ?? []), ...GATE_NAMES]
  const others = [...known, ...[...SETTING_VARIABLES, ...SECRET_VARIABLES].map(([name]) => name)]
  for (const gate of ['AFK_KILL_SWITCH', 'AFK_ALLOWLIST', 'AFK_DRAIN'])
    for (const name of others.filter((other) => other !== gate)) expect(nearestName(gate, [name]), name).toBeUndefined()
})

describe('gates are total', () => {
  const anyGate = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('true', 'false', 'off', 'a/b', 'a/b c/d', ''),
    fc.mixedCase(fc.constantFrom('on', 'off', 'acme/shop')),
  )

  it('any text is open, shut or a problem, and open only when it says so', () => {
    fc.assert(
      fc.property(anyGate, anyGate, anyGate, fc.boolean(), (killSwitch, allowlist, drain, mounted) => {
        const texts = { AFK_KILL_SWITCH: killSwitch, AFK_ALLOWLIST: allowlist, AFK_DRAIN: drain }
        const mount = Object.fromEntries(Object.entries(texts).map(([name, text]) => [`/g/${name}`, text]))
        const gates = mounted ? readGates({ AFK_GATES_DIR: '/g' }, someFiles(mount)) : readGates(texts, someFiles())
        const saysOff = ['false', '0', 'no', 'off'].includes(killSwitch.trim().toLowerCase())
        if (!gates.ok) expect(gates.problems.length).toBeGreaterThan(0)
        else expect(gates.open).toBe(saysOff && allowlist.includes('/'))
      }),
      { numRuns: 2000 },
    )
  })
})
