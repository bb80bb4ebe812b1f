import { notFound, type Reply } from '../http/exchange.ts'
import { resolveRef } from '../state/history.ts'
import { objectName } from '../state/ids.ts'
import type { Repo } from '../state/model.ts'
import { param, repoOf, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { repoUrl, repoWeb } from './present/repo.ts'

export const contentHandlers: Handlers = { 'repos/get-content': getContent }

/** A file as JSON, or raw with `application/vnd.github.raw`; a folder as the list of its entries. */
function getContent(call: Call): Reply {
  const repo = repoOf(call)
  const ref = call.query['ref'] ?? repo.defaultBranch
  const path = param(call, 'path').replace(/^\/+|\/+$/g, '')
  const commit = resolveRef(repo, ref)
  if (!commit) throw notFound()
  const text = commit.tree.get(path)
  if (text === undefined) return listFolder(call, repo, commit.tree, path, ref)
  if (/vnd\.github(\.v3)?\.raw/.test(call.accept))
    return {
      status: 200,
      text,
      headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' },
    }
  const content = Buffer.from(text, 'utf8').toString('base64').replace(/.{60}/g, '$&\n')
  return {
    status: 200,
    body: {
      ...entryOf(call, repo, path, ref, 'file', Buffer.byteLength(text)),
      content: `${content}\n`,
      encoding: 'base64',
    },
  }
}

function listFolder(call: Call, repo: Repo, tree: ReadonlyMap<string, string>, path: string, ref: string): Reply {
  const prefix = path === '' ? '' : `${path}/`
  const inside = [...tree].filter(([file]) => file.startsWith(prefix))
  if (inside.length === 0) throw notFound()
  const names = [...new Set(inside.map(([file]) => file.slice(prefix.length).split('/')[0] ?? ''))].toSorted()
  const body = names.map((name) => {
    const text = tree.get(prefix + name)
    return entryOf(call, repo, prefix + name, ref, text === undefined ? 'dir' : 'file', Buffer.byteLength(text ?? ''))
  })
  return { status: 200, body }
}

function entryOf(call: Call, repo: Repo, path: string, ref: string, type: 'file' | 'dir', size: number) {
  const sha = objectName('blob', repo.id, path, ref)
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const url = `${repoUrl(call, repo)}/contents/${encoded}?ref=${encodeURIComponent(ref)}`
  const gitUrl = `${repoUrl(call, repo)}/git/${type === 'file' ? 'blobs' : 'trees'}/${sha}`
  const htmlUrl = `${repoWeb(repo)}/${type === 'file' ? 'blob' : 'tree'}/${ref}/${encoded}`
  return {
    name: path.split('/').at(-1) ?? path,
    path,
    sha,
    size,
    url,
    html_url: htmlUrl,
    git_url: gitUrl,
    download_url: type === 'file' ? `${repoWeb(repo)}/raw/${ref}/${encoded}` : null,
    type,
    _links: { self: url, git: gitUrl, html: htmlUrl },
  }
}
