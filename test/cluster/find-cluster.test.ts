import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findCluster } from './find-cluster.ts'

const folder = mkdtempSync(join(tmpdir(), 'afk-assets-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string) => join(folder, name)

describe('where a real API server comes from', () => {
  it('is nowhere without a variable, or with an empty one', () => {
    expect(findCluster({})).toBeUndefined()
    expect(findCluster({ KUBEBUILDER_ASSETS: '', AFK_TEST_KUBECONFIG: '' })).toBeUndefined()
  })

  it('is an error when a variable leads nowhere: a typing mistake skips nothing', () => {
    expect(() => findCluster({ KUBEBUILDER_ASSETS: folder })).toThrow(`expected ${path('etcd')} to be there`)
    expect(() => findCluster({ AFK_TEST_KUBECONFIG: path('none') })).toThrow('AFK_TEST_KUBECONFIG: expected')
  })

  it('is the binaries, or a kubeconfig before them', () => {
    for (const name of ['etcd', 'kube-apiserver', 'kubeconfig']) writeFileSync(path(name), '')
    const assets = { kind: 'assets', etcd: path('etcd'), apiServer: path('kube-apiserver') }
    expect(findCluster({ KUBEBUILDER_ASSETS: folder })).toEqual(assets)
    expect(findCluster({ KUBEBUILDER_ASSETS: folder, AFK_TEST_KUBECONFIG: path('kubeconfig') })).toEqual({
      kind: 'kubeconfig',
      file: path('kubeconfig'),
    })
  })
})
