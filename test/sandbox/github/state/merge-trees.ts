export interface TreeMerge {
  tree: Map<string, string>
  /** Paths that both sides changed, each in its own way. */
  conflicts: string[]
}

type Tree = ReadonlyMap<string, string>

/** A three-way merge of whole files: Git merges lines and finds fewer conflicts. In a conflict `ours` stays. */
export function mergeTrees(base: Tree, ours: Tree, theirs: Tree): TreeMerge {
  const tree = new Map(ours)
  const conflicts: string[] = []
  for (const path of new Set([...base.keys(), ...theirs.keys()])) {
    const [was, mine, other] = [base.get(path), ours.get(path), theirs.get(path)]
    if (other === was || other === mine) continue
    if (mine !== was) conflicts.push(path)
    else if (other === undefined) tree.delete(path)
    else tree.set(path, other)
  }
  return { tree, conflicts }
}
