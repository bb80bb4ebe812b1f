import { describe, expect, it } from 'vitest'
import { triggersOf } from '../../src/cli/doctor/workflow-triggers.ts'

const both = { push: true, pull: true }
const none = { push: false, pull: false }
const push = { push: true, pull: false }
const pull = { push: false, pull: true }

describe('triggersOf', () => {
  it.each([
    ['a name', 'on: push', push],
    ['a list', 'on: [push, pull_request]', both],
    ['a mapping without filters', 'on:\n  push:\n  pull_request:\n', both],
    ['a quoted key', '"on": push', push],
    ['other events', 'on: [workflow_dispatch, schedule]', none],
    ['another workflow alone', 'on:\n  workflow_call:\n', none],
    ['the branch by name', 'on:\n  push:\n    branches: [main]\n', push],
    ['one branch as a text', 'on:\n  push:\n    branches: main\n', push],
    ['another branch', 'on:\n  push:\n    branches: [develop]\n', none],
    ['a wildcard', "on:\n  push:\n    branches: ['*']\n", push],
    ['any depth', "on:\n  push:\n    branches: ['**']\n", push],
    ['a wildcard for others', "on:\n  push:\n    branches: ['release/**']\n", none],
    ['taken back', "on:\n  push:\n    branches: ['**', '!main']\n", none],
    ['taken back and given again', "on:\n  push:\n    branches: ['!main', 'ma*']\n", push],
    ['a set of characters, which is not tried', "on:\n  push:\n    branches: ['ma[a-z]n']\n", push],
    ['ignored', 'on:\n  push:\n    branches-ignore: [main]\n', none],
    ['others ignored', "on:\n  push:\n    branches-ignore: ['gh-pages']\n", push],
    ['an ignored set of characters, which is not tried', "on:\n  push:\n    branches-ignore: ['ma[a-z]n']\n", push],
    ['tags alone', "on:\n  push:\n    tags: ['v*']\n", none],
    ['tags and branches', "on:\n  push:\n    tags: ['v*']\n    branches: [main]\n", push],
    ['some paths, which a run may change', "on:\n  push:\n    paths: ['src/**']\n", push],
    ['pull requests against it', 'on:\n  pull_request:\n    branches: [main]\n', pull],
    ['pull requests against another', 'on:\n  pull_request:\n    branches: [next]\n', none],
    ['from forks too', 'on: pull_request_target', pull],
    ['labels of pull requests alone', 'on:\n  pull_request:\n    types: [labeled]\n', none],
    ['each commit of a pull request', 'on:\n  pull_request:\n    types: [synchronize]\n', pull],
  ])('%s', async (_what, text, expected) => {
    expect(await triggersOf(`name: CI\n${text}`, 'main')).toEqual(expected)
  })

  it('goes by the branch it is asked about', async () => {
    expect(await triggersOf('on:\n  push:\n    branches: [trunk]\n', 'trunk')).toEqual(push)
  })

  it.each([
    ['no mapping', '- a\n- b\n'],
    ['nothing at all', ''],
    ['no on', 'name: CI\njobs: {}\n'],
    ['an on that is a number', 'on: 5\n'],
    ['no YAML', 'on: [push\n  jobs: :'],
    [
      'a bomb of aliases',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdef'.replaceAll(/./gu, (c) => `${c}: &${c} [*${String.fromCharCode(c.charCodeAt(0) - 1)}, *${String.fromCharCode(c.charCodeAt(0) - 1)}, *${String.fromCharCode(c.charCodeAt(0) - 1)}]\n`)}on: push\n`,
    ],
  ])('is unreadable with %s', async (_what, text) => {
    expect(await triggersOf(text, 'main')).toBe('unreadable')
  })
})
