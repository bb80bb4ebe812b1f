import { isoTime } from '../../http/clock-text.ts'
import type { Repo, Role } from '../../state/model.ts'
import { atLeast } from '../../state/permissions.ts'
import { nameWithOwner } from '../../state/repos.ts'
import { web, type View } from '../view.ts'
import { presentUser } from './user.ts'

const links = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
}

export function repoUrl(view: View, repo: Repo): string {
  return `${view.base}/repos/${nameWithOwner(repo)}`
}

export function repoWeb(repo: Repo): string {
  return `${web}/${nameWithOwner(repo)}`
}

/** `minimal-repository`. */
export function presentMinimalRepo(view: View, repo: Repo) {
  const url = repoUrl(view, repo)
  return {
    id: repo.id,
    node_id: repo.nodeId,
    name: repo.name,
    full_name: nameWithOwner(repo),
    owner: presentUser(view, repo.owner),
    private: repo.private,
    html_url: repoWeb(repo),
    description: null,
    fork: repo.forkOf !== null,
    url,
    ...Object.fromEntries(Object.entries(links).map(([key, path]) => [key, url + path])),
  }
}

/** `full-repository`, with the caller's permissions. */
export function presentRepo(view: View, repo: Repo, role: Role) {
  const open = repo.issues.filter((issue) => issue.state === 'open').length
  const can = (needed: Role): boolean => atLeast(role, needed)
  return {
    ...presentMinimalRepo(view, repo),
    git_url: `git://github.com/${nameWithOwner(repo)}.git`,
    ssh_url: `git@github.com:${nameWithOwner(repo)}.git`,
    clone_url: `${repoWeb(repo)}.git`,
    svn_url: repoWeb(repo),
    mirror_url: null,
    homepage: null,
    language: null,
    forks_count: 0,
    forks: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    subscribers_count: 0,
    network_count: 0,
    size: repo.commits.size,
    default_branch: repo.defaultBranch,
    open_issues_count: open,
    open_issues: open,
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repo.archived,
    disabled: false,
    visibility: repo.private ? 'private' : 'public',
    pushed_at: isoTime(repo.pushedAt),
    created_at: isoTime(repo.createdAt),
    updated_at: isoTime(repo.pushedAt),
    permissions: {
      admin: can('admin'),
      maintain: can('maintain'),
      push: can('write'),
      triage: can('triage'),
      pull: can('read'),
    },
    ...(can('write') ? mergeSettings(repo) : {}),
    license: null,
  }
}

/** GitHub shows them to those who can push. */
function mergeSettings({ merging }: Repo) {
  return {
    allow_merge_commit: merging.methods.includes('merge'),
    allow_squash_merge: merging.methods.includes('squash'),
    allow_rebase_merge: merging.methods.includes('rebase'),
    allow_auto_merge: merging.autoMerge,
    delete_branch_on_merge: merging.deleteBranch,
    allow_update_branch: false,
    squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
    squash_merge_commit_message: 'COMMIT_MESSAGES',
    merge_commit_title: 'MERGE_MESSAGE',
    merge_commit_message: 'PR_TITLE',
  }
}
