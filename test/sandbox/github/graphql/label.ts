import type { Label } from '../state/issue-model.ts'
import type { Repo } from '../state/model.ts'
import { repoWeb } from '../rest/present/repo.ts'

export function labelNode(repo: Repo, label: Label) {
  return {
    __typename: 'Label',
    id: label.nodeId,
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: false,
    url: `${repoWeb(repo)}/labels/${encodeURIComponent(label.name)}`,
  }
}
