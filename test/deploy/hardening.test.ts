import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { named, ofKind, podOf, programs, rendered, renderings, root, type Manifest } from './manifests.ts'

/**
 * What Pod Security `restricted` and five checkers (kube-score, polaris, kubesec, checkov, trivy) ask of CronJobs, as one table. A rule
 * that is not kept is an exemption with its reason, and an exemption that is no longer needed fails.
 */
interface Tick {
  readonly cronJob: Manifest
  // oxlint-disable-next-line typescript/no-explicit-any -- a PodSpec as it was parsed; each rule looks at its part
  readonly pod: any
  // oxlint-disable-next-line typescript/no-explicit-any -- a Container, the same
  readonly container: any
  readonly all: readonly Manifest[]
}

interface Rule {
  readonly rule: string
  /** Under which names the checkers know it. */
  readonly checks: string
  readonly holds: (tick: Tick) => boolean
  /** Why it is not kept. */
  readonly exempt?: string
}

const restrictedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

const rules: readonly Rule[] = [
  {
    rule: 'privilege cannot be gained',
    checks:
      'PSS restricted; kube-score container-security-context-privileged; CKV_K8S_20; KSV-0001; polaris privilegeEscalationAllowed',
    holds: ({ container }) => container.securityContext.allowPrivilegeEscalation === false,
  },
  {
    rule: 'not privileged',
    checks: 'PSS baseline; CKV_K8S_16; KSV-0017; polaris runAsPrivileged; kubesec Privileged',
    holds: ({ container }) => container.securityContext.privileged !== true,
  },
  {
    rule: 'all capabilities dropped, none added',
    checks:
      'PSS restricted; CKV_K8S_25, 28, 37; KSV-0003, 0004, 0106; kubesec CapDropAll; polaris dangerousCapabilities',
    holds: ({ container: { securityContext } }) =>
      securityContext.capabilities.drop.includes('ALL') && securityContext.capabilities.add === undefined,
  },
  {
    rule: 'not root, by number, in pod and container',
    checks: 'PSS restricted; CKV_K8S_23, 29; KSV-0012; polaris runAsRootAllowed; kubesec RunAsNonRoot',
    holds: ({ pod, container }) =>
      [pod.securityContext, container.securityContext].every(
        (at) => at.runAsNonRoot === true && at.runAsUser === 65_532,
      ),
  },
  {
    rule: 'user and group above 10000',
    checks:
      'kube-score container-security-context-user-group-id; CKV_K8S_40; KSV-0020, 0021; kubesec RunAsUser, RunAsGroup',
    holds: ({ container: { securityContext } }) =>
      securityContext.runAsUser > 10_000 && securityContext.runAsGroup > 10_000,
  },
  {
    rule: 'root file system read only',
    checks:
      'kube-score container-security-context-readonlyrootfilesystem; CKV_K8S_22; KSV-0014; polaris notReadOnlyRootFilesystem; kubesec',
    holds: ({ container }) => container.securityContext.readOnlyRootFilesystem === true,
  },
  {
    rule: 'seccomp profile of the runtime',
    checks: 'PSS restricted; CKV_K8S_31; KSV-0030, 0104; kube-score container-seccomp-profile; kubesec SeccompAny',
    holds: ({ pod }) => pod.securityContext.seccompProfile.type === 'RuntimeDefault',
  },
  {
    rule: 'nothing of the host: namespaces, ports, paths, aliases',
    checks:
      'PSS baseline; CKV_K8S_17-19, 26, 27; KSV-0008-0010, 0023, 0024; polaris hostIPCSet, hostPIDSet, hostNetworkSet, hostPathSet',
    holds: ({ pod, container }) =>
      [pod.hostNetwork, pod.hostPID, pod.hostIPC].every((value) => value !== true) &&
      pod.hostAliases === undefined &&
      (container.ports ?? []).length === 0 &&
      pod.volumes.every((volume: object) => !('hostPath' in volume)),
  },
  {
    rule: 'only volumes that `restricted` allows',
    checks: 'PSS restricted; KSV-0028',
    holds: ({ pod }) =>
      pod.volumes.every((volume: object) =>
        Object.keys(volume).every((key) => key === 'name' || restrictedVolumes.includes(key)),
      ),
  },
  {
    rule: 'no sysctls, SELinux, AppArmor, procMount or Windows options of its own',
    checks: 'PSS baseline; KSV-0002, 0025-0027',
    holds: ({ pod, container }) =>
      ['sysctls', 'seLinuxOptions', 'appArmorProfile', 'procMount', 'windowsOptions', 'supplementalGroups'].every(
        (field) => pod.securityContext[field] === undefined && container.securityContext[field] === undefined,
      ),
  },
  {
    rule: 'requests and limits of CPU, memory and ephemeral storage',
    checks:
      'kube-score container-resources, container-ephemeral-storage-request-and-limit; CKV_K8S_10-13; KSV-0011, 0015, 0016, 0018; polaris cpu/memory…Missing; kubesec',
    holds: ({ container: { resources } }) =>
      ['cpu', 'memory', 'ephemeral-storage'].every((name) => resources.requests[name] && resources.limits[name]),
  },
  {
    rule: 'a tag that is not latest',
    checks: 'kube-score container-image-tag; CKV_K8S_14; KSV-0013; polaris tagNotSpecified',
    holds: ({ container }) => /:(?!latest$)[\w.-]+$|@sha256:[\da-f]{64}$/.test(container.image),
  },
  {
    rule: 'image by digest',
    checks: 'CKV_K8S_43',
    holds: ({ container }) => /@sha256:[\da-f]{64}$/.test(container.image),
    exempt: 'the digest is that of the image which the user builds; overlays set it (`images:`, deploy/README.md)',
  },
  {
    rule: 'image pulled always',
    checks: 'kube-score container-image-pull-policy; CKV_K8S_15; polaris pullPolicyNotAlways',
    holds: ({ container }) => container.imagePullPolicy === 'Always',
    exempt:
      'two pods a minute would ask the registry 2,880 times a day, and its outage would stop the watcher; tags are versions and never move',
  },
  {
    rule: 'token of the service account only where needed',
    checks: 'CKV_K8S_38; KSV-0036; kubesec AutomountServiceAccountToken',
    holds: ({ pod }) => pod.automountServiceAccountToken === false,
    exempt: 'both programs hold a Lease; the accounts themselves do not mount it, so no other pod gets it by accident',
  },
  {
    rule: 'the accounts do not mount their token by themselves',
    checks: 'CKV_K8S_41 (default account), kubesec',
    holds: ({ all, pod }) =>
      pod.serviceAccountName !== 'default' &&
      named(all, 'ServiceAccount', pod.serviceAccountName)['automountServiceAccountToken'] === false,
  },
  {
    rule: 'secrets as files, never as variables',
    checks: 'CKV_K8S_35; KSV-0109, 01010 (secrets in ConfigMaps)',
    holds: ({ container, all }) =>
      container.env.every(
        ({ valueFrom }: { valueFrom?: object }) => valueFrom === undefined || !('secretKeyRef' in valueFrom),
      ) && ofKind(all, 'Secret').length === 0,
  },
  {
    rule: 'not in the namespace default or kube-system, and none left to chance',
    checks: 'CKV_K8S_21; KSV-0110, 0037',
    holds: ({ all }) =>
      all.every(({ kind, metadata: { namespace } }) =>
        kind === 'Namespace'
          ? namespace === undefined
          : namespace !== undefined && !/^(default|kube-.*)$/.test(namespace),
      ),
  },
  {
    rule: 'a deadline for starting late',
    checks: 'kube-score cronjob-has-deadline; polaris (cronjobs)',
    holds: ({ cronJob }) => cronJob['spec'].startingDeadlineSeconds > 0,
  },
  {
    rule: 'never restarted in place',
    checks: 'kube-score cronjob-restartpolicy',
    holds: ({ pod }) => pod.restartPolicy === 'Never',
  },
  {
    rule: 'a network policy covers the pod, both ways',
    checks: 'kube-score pod-networkpolicy; CKV2_K8S_6; polaris missingNetworkPolicy',
    holds: ({ all }) =>
      ofKind(all, 'NetworkPolicy').some(
        ({ spec }) =>
          Object.keys(spec.podSelector).length === 0 && spec.policyTypes.length === 2 && !spec.ingress && !spec.egress,
      ),
  },
  {
    rule: 'the namespace has a quota and a limit range',
    checks: 'KSV-0039, 0040',
    holds: ({ all }) => ofKind(all, 'ResourceQuota').length === 1 && ofKind(all, 'LimitRange').length === 1,
  },
  {
    rule: 'the namespace enforces `restricted`',
    checks: 'Pod Security admission',
    holds: ({ all }) => {
      const labels = named(all, 'Namespace', 'afk').metadata.labels ?? {}
      return ['enforce', 'audit', 'warn'].every((mode) => labels[`pod-security.kubernetes.io/${mode}`] === 'restricted')
    },
  },
  {
    rule: 'roles without wildcards, secrets, escalation, impersonation, exec or cluster scope',
    checks: 'CKV_K8S_49, 155-158; KSV-0041-0056; polaris clusterrole…, rolePodExec',
    holds: ({ all }) =>
      ofKind(all, 'ClusterRole').length + ofKind(all, 'ClusterRoleBinding').length === 0 &&
      ofKind(all, 'Role').every(({ rules: granted }) =>
        granted.every((rule: { apiGroups: string[]; resources: string[]; verbs: string[] }) => {
          const words = [...rule.apiGroups, ...rule.resources, ...rule.verbs]
          return words.every((word) => !/\*|secrets|escalate|impersonate|bind|delete|exec|pods/.test(word))
        }),
      ),
  },
  {
    rule: 'no shell and no command of the manifest',
    checks: 'SPEC 13',
    holds: ({ container }) => container.command === undefined && container.args.length === 1,
  },
  {
    rule: 'service links off',
    checks: 'SPEC 4: a service called afk would inject AFK_* variables',
    holds: ({ pod }) => pod.enableServiceLinks === false,
  },
  {
    rule: 'liveness and readiness probes',
    checks: 'kube-score pod-probes; CKV_K8S_8, 9; polaris livenessProbeMissing, readinessProbeMissing',
    holds: ({ container }) => container.livenessProbe !== undefined && container.readinessProbe !== undefined,
    exempt:
      'a tick serves nobody and ends within a minute; the Job is the probe (kube-score, checkov and polaris skip Jobs here too)',
  },
  {
    rule: 'a priority class',
    checks: 'polaris priorityClassNotSet',
    holds: ({ pod }) => pod.priorityClassName !== undefined,
    exempt: 'which classes there are is the cluster’s; a tick that is not scheduled is followed by the next',
  },
]

describe.each(renderings)('%s', (rendering) => {
  const all = rendered(rendering)
  describe.each(programs)('the %s', (program) => {
    const cronJob = named(all, 'CronJob', `afk-${program}`)
    const { spec: pod, container } = podOf(cronJob)
    it.each(rules)('$rule', ({ holds, exempt }) => {
      expect(holds({ cronJob, pod, container, all })).toBe(exempt === undefined)
    })
  })
})

describe('versions', () => {
  it('the base runs the version of package.json, and so does the image', () => {
    const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }
    for (const program of programs) {
      expect(podOf(named(rendered('base'), 'CronJob', `afk-${program}`)).container.image).toBe(`afk:${version}`)
    }
    expect(readFileSync(`${root}Dockerfile`, 'utf8')).toContain(`ARG VERSION=${version}\n`)
  })
})
