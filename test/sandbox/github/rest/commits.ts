import { notFound, Refusal, type Reply } from '../http/exchange.ts'
import { changesBetween, historyOf, mergeBase, resolveRef } from '../state/history.ts'
import type { Commit, Repo } from '../state/model.ts'
import { protectionOf } from '../state/protection.ts'
import { withRenames } from '../state/renames.ts'
import { param, repoOf, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { listReply, pageOf } from './pages.ts'
import { presentCommit, presentCommitWithFiles, presentFile, presentSignature } from './present/commit.ts'
import { repoUrl, repoWeb } from './present/repo.ts'

export const commitHandlers: Handlers = {
  'repos/list-commits': listCommits,
  'repos/get-commit': getCommit,
  'repos/compare-commits': compare,
  'repos/list-branches': listBranches,
  'repos/get-branch': getBranch,
  'git/get-ref': getRef,
  'git/get-commit': getGitCommit,
}

function listCommits(call: Call): Reply {
  const repo = repoOf(call)
  if (repo.commits.size === 0) throw new Refusal(409, 'Git Repository is empty.')
  const { sha = repo.defaultBranch, path, author, since, until } = call.query
  const start = resolveRef(repo, sha)
  if (!start) throw notFound()
  const found = historyOf(repo, start.sha).filter(
    (commit) =>
      (path === undefined || commit.files.some((file) => file.path === path || file.path.startsWith(`${path}/`))) &&
      (author === undefined ||
        commit.author?.toLowerCase() === author.toLowerCase() ||
        commit.authorEmail === author) &&
      (since === undefined || commit.date >= Date.parse(since)) &&
      (until === undefined || commit.date <= Date.parse(until)),
  )
  return listReply(call, repo, found, (commit) => presentCommit(call, repo, commit))
}

function getCommit(call: Call): Reply {
  const repo = repoOf(call)
  const commit = commitOf(repo, param(call, 'ref'))
  const before = repo.commits.get(commit.parents[0] ?? '')?.tree ?? new Map<string, string>()
  const { slice, headers } = pageOf(call, repo, withRenames(commit.files, before, commit.tree))
  return { status: 200, body: presentCommitWithFiles(call, repo, commit, slice), headers }
}

/** Commits oldest first, from the merge base to head; files are the whole difference. */
function compare(call: Call): Reply {
  const repo = repoOf(call)
  const base = commitOf(repo, param(call, 'base'), 404)
  const head = commitOf(repo, param(call, 'head'), 404)
  const met = mergeBase(repo, base.sha, head.sha)
  if (!met) throw new Refusal(404, 'No common ancestor between the two commits.')
  const ofBase = new Set(historyOf(repo, base.sha).map((commit) => commit.sha))
  const ofHead = historyOf(repo, head.sha)
  const ahead = ofHead.filter((commit) => !ofBase.has(commit.sha)).toReversed()
  const headShas = new Set(ofHead.map((commit) => commit.sha))
  const behind = [...ofBase].filter((sha) => !headShas.has(sha)).length
  const basehead = `${base.sha}...${head.sha}`
  const { slice, headers } = pageOf(call, repo, ahead)
  const page = `${repoWeb(repo)}/compare/${basehead}`
  return {
    status: 200,
    headers,
    body: {
      url: `${repoUrl(call, repo)}/compare/${basehead}`,
      html_url: page,
      permalink_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: presentCommit(call, repo, base),
      merge_base_commit: presentCommit(call, repo, met),
      status: ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged',
      ahead_by: ahead.length,
      behind_by: behind,
      total_commits: ahead.length,
      commits: slice.map((commit) => presentCommit(call, repo, commit)),
      files: withRenames(changesBetween(met.tree, head.tree), met.tree, head.tree).map((file) =>
        presentFile(call, repo, head.sha, file),
      ),
    },
  }
}

function listBranches(call: Call): Reply {
  const repo = repoOf(call)
  const branches = [...repo.branches].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return listReply(call, repo, branches, ([name, sha]) => ({
    name,
    commit: { sha, url: `${repoUrl(call, repo)}/commits/${sha}` },
    protected: repo.protections.has(name),
  }))
}

function getBranch(call: Call): Reply {
  const repo = repoOf(call)
  const name = param(call, 'branch')
  const commit = repo.commits.get(repo.branches.get(name) ?? '')
  if (!commit) throw new Refusal(404, 'Branch not found')
  const url = `${repoUrl(call, repo)}/branches/${name}`
  return {
    status: 200,
    body: {
      name,
      commit: presentCommit(call, repo, commit),
      _links: { self: url, html: `${repoWeb(repo)}/tree/${name}` },
      protected: repo.protections.has(name),
      protection: {
        enabled: repo.protections.has(name),
        required_status_checks: requiredChecks(protectionOf(repo, name).requiredChecks),
      },
      protection_url: `${url}/protection`,
    },
  }
}

function requiredChecks(contexts: string[]) {
  const checks = contexts.map((context) => ({ context, app_id: null }))
  return { enforcement_level: contexts.length === 0 ? 'off' : 'non_admins', contexts, checks }
}

function getRef(call: Call): Reply {
  const repo = repoOf(call)
  const ref = param(call, 'ref')
  const sha = repo.branches.get(ref.replace(/^heads\//, ''))
  if (!ref.startsWith('heads/') || sha === undefined) throw notFound()
  const object = { type: 'commit', sha, url: `${repoUrl(call, repo)}/git/commits/${sha}` }
  return {
    status: 200,
    body: {
      ref: `refs/${ref}`,
      node_id: `REF_${repo.id}_${ref}`,
      url: `${repoUrl(call, repo)}/git/refs/${ref}`,
      object,
    },
  }
}

function getGitCommit(call: Call): Reply {
  const repo = repoOf(call)
  const commit = repo.commits.get(param(call, 'commit_sha'))
  if (!commit) throw notFound()
  const shown = presentCommit(call, repo, commit)
  const { tree, verification } = shown.commit
  const signature = presentSignature(commit)
  return {
    status: 200,
    body: {
      sha: commit.sha,
      node_id: commit.nodeId,
      url: shown.commit.url,
      html_url: shown.html_url,
      author: signature,
      committer: signature,
      message: commit.message,
      tree,
      parents: shown.parents,
      verification,
    },
  }
}

/** 422 is GitHub's word for a sha that no commit has; compare says 404. */
export function commitOf(repo: Repo, ref: string, status: 404 | 422 = 422): Commit {
  if (repo.commits.size === 0) throw new Refusal(409, 'Git Repository is empty.')
  const commit = resolveRef(repo, ref)
  if (commit) return commit
  throw status === 404 ? notFound() : new Refusal(422, `No commit found for SHA: ${ref}`)
}
