import { isoTime } from '../../http/clock-text.ts'
import { objectName } from '../../state/ids.ts'
import type { Commit, Repo } from '../../state/model.ts'
import type { ShownChange } from '../../state/renames.ts'
import type { View } from '../view.ts'
import { repoUrl, repoWeb } from './repo.ts'
import { presentUser } from './user.ts'

/** `commit`, without files. `author` is null when the e-mail address belongs to no account. */
export function presentCommit(view: View, repo: Repo, commit: Commit) {
  const url = `${repoUrl(view, repo)}/commits/${commit.sha}`
  const signature = presentSignature(commit)
  return {
    sha: commit.sha,
    node_id: commit.nodeId,
    commit: {
      author: signature,
      committer: signature,
      message: commit.message,
      tree: { sha: commit.treeSha, url: `${repoUrl(view, repo)}/git/trees/${commit.treeSha}` },
      url: `${repoUrl(view, repo)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: {
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url,
    html_url: `${repoWeb(repo)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: presentUser(view, commit.author),
    committer: presentUser(view, commit.author),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repoUrl(view, repo)}/commits/${sha}`,
      html_url: `${repoWeb(repo)}/commit/${sha}`,
    })),
  }
}

export function presentCommitWithFiles(view: View, repo: Repo, commit: Commit, files: ShownChange[]) {
  return {
    ...presentCommit(view, repo, commit),
    stats: { additions: files.length, deletions: 0, total: files.length },
    files: files.map((file) => presentFile(view, repo, commit.sha, file)),
  }
}

/** `diff-entry`. Line counts are not computed: one added line for each file. */
export function presentFile(view: View, repo: Repo, sha: string, file: ShownChange) {
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  return {
    sha: objectName('blob', sha, file.path),
    filename: file.path,
    status: file.status,
    additions: 1,
    deletions: 0,
    changes: 1,
    blob_url: `${repoWeb(repo)}/blob/${sha}/${path}`,
    raw_url: `${repoWeb(repo)}/raw/${sha}/${path}`,
    contents_url: `${repoUrl(view, repo)}/contents/${path}?ref=${sha}`,
    ...(file.status === 'renamed' ? { previous_filename: file.previous } : {}),
  }
}

export function presentSimpleCommit(commit: Commit) {
  const { name, email } = presentSignature(commit)
  return {
    id: commit.sha,
    tree_id: commit.treeSha,
    message: commit.message,
    timestamp: isoTime(commit.date),
    author: { name, email },
    committer: { name, email },
  }
}

export function presentSignature(commit: Commit) {
  return { name: commit.authorName, email: commit.authorEmail, date: isoTime(commit.date) }
}
