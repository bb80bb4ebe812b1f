import type { Instant, RepoName } from '../core/model.ts'
import type { MergeMethod } from '../core/pull-model.ts'

/**
 * What `afk doctor` asks of the world beyond what the loop needs (SPEC 14): reads only, but for {@link TrackerProbe.createLabel}.
 * Everything throws PortError alone.
 */
export interface Probe {
  readonly tracker: TrackerProbe
  readonly executor: ExecutorProbe
  /** Null: none is configured. */
  readonly notifier: NotifierProbe | null
  /** Null: neither a pod's credentials nor a kubeconfig lead to a cluster. */
  readonly cluster: ClusterProbe | null
}

/** `oauth` is what a command line tool logs in with; `app` acts for an installation. */
export type CredentialKind = 'classic' | 'fine-grained' | 'oauth' | 'app' | 'unknown'

export interface Credential {
  readonly kind: CredentialKind
  /** Null where the service does not tell them: only classic and OAuth tokens have scopes. */
  readonly scopes: readonly string[] | null
  /** What an App's installation may, such as `{ issues: 'write' }`; absent for every other kind. */
  readonly permissions?: Readonly<Record<string, string>>
  /** Null where the service does not tell, or it never ends. */
  readonly expiresAt: Instant | null
}

export interface RepoAccess {
  /** As answered: another name than asked for means that the repo moved. */
  readonly nameWithOwner: RepoName
  readonly private: boolean
  readonly archived: boolean
  readonly hasIssues: boolean
  /** What this credential's account may do; null where the service does not tell. */
  readonly permissions: { readonly pull: boolean; readonly triage: boolean; readonly push: boolean } | null
}

/** How a repo takes pull requests onto its default branch, as far as this credential may see it. */
export interface MergeRules {
  /** Which ways the repo allows. */
  readonly methods: readonly MergeMethod[]
  /** So many approving reviews are required. */
  readonly approvals: number
  /** The branch takes no merge commits. */
  readonly linear: boolean
  /** The branch takes merges through a queue only. */
  readonly queue: boolean
}

export interface LabelShape {
  readonly name: string
  /** Six hex digits. */
  readonly color: string
  readonly description: string
}

export interface TrackerProbe {
  readonly credential: () => Promise<Credential>
  /** A repo that cannot be seen is `not-found`. */
  readonly repo: (repo: RepoName) => Promise<RepoAccess>
  /** Names of all labels of the repo. */
  readonly labels: (repo: RepoName) => Promise<readonly string[]>
  /** Paths of the files on the default branch from which the repo's own CI is made; empty where there are none. */
  readonly workflows: (repo: RepoName) => Promise<readonly string[]>
  readonly mergeRules: (repo: RepoName) => Promise<MergeRules>
  /** The one write of a probe. A label that is there already is done. */
  readonly createLabel: (repo: RepoName, label: LabelShape) => Promise<void>
  /** The service's own time in the newest answer to this probe, null before the first. */
  readonly now: () => Instant | null
}

export interface ExecutorProbe {
  /** Needs no credential. */
  readonly server: () => Promise<{ readonly version: string | null; readonly supported: string }>
  /** What the server says of the credential it was sent; never refused. */
  readonly session: () => Promise<{
    readonly authenticated: boolean
    readonly scopes: readonly string[] | null
    readonly expiresAt: Instant | null
  }>
}

export interface NotifierProbe {
  readonly account: () => Promise<{
    readonly team: string
    readonly user: string
    /** Null where the service does not tell them. */
    readonly scopes: readonly string[] | null
  }>
  /** `hidden`: the credential may not look; says nothing of whether it may post. */
  readonly channel: () => Promise<
    | {
        readonly kind: 'seen'
        readonly name: string
        readonly member: boolean
        readonly archived: boolean
        readonly private: boolean
      }
    | { readonly kind: 'missing' | 'hidden'; readonly why: string }
  >
}

/** One thing that somebody may or may not do in a cluster, in the words of its authorization. */
export interface ClusterAction {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly namespace: string
  readonly name?: string
}

export interface ClusterProbe {
  /** Asks the API server itself; nothing is stored there. */
  readonly may: (action: ClusterAction) => Promise<boolean>
  /** Whether the Lease object is there; `forbidden` when that may not be read. */
  readonly lease: (namespace: string, name: string) => Promise<'there' | 'missing' | 'forbidden'>
}
