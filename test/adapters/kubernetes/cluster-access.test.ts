import { delimiter } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findClusterAccess } from '../../../src/adapters/kubernetes/cluster-access.ts'

describe('findClusterAccess', () => {
  it.each([
    ['nothing', {}, undefined],
    ['empty values', { KUBECONFIG: '', KUBERNETES_SERVICE_HOST: '' }, undefined],
    ['a pod', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, { kind: 'in-cluster' }],
    ['a file', { KUBECONFIG: '/k/config' }, { kind: 'kubeconfig', files: ['/k/config'] }],
    ['several files', { KUBECONFIG: ['/a', '/b'].join(delimiter) }, { kind: 'kubeconfig', files: ['/a', '/b'] }],
    [
      'a file in a pod',
      { KUBECONFIG: '/k/config', KUBERNETES_SERVICE_HOST: '10.0.0.1' },
      { kind: 'kubeconfig', files: ['/k/config'] },
    ],
  ])('%s', (_what, env, expected) => {
    expect(findClusterAccess(env)).toEqual(expected)
  })
})
