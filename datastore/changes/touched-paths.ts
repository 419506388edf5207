import type { Modification } from '../update/parse.ts'
import { splitPath } from '../query/paths.ts'

/** The paths that an update names, as a tree of their parts. */
export interface TouchedPath {
  children: Map<string, TouchedPath>
  /** The operator at the end of a path. */
  modification?: Modification
}

/** The tree of an update's paths, `$rename`'s new names included; neighbours in the order in which MongoDB applies them. */
export function touchedPaths(modifications: readonly Modification[]): TouchedPath {
  const root: TouchedPath = { children: new Map() }
  for (const modification of modifications) {
    plant(root, modification.parts, modification)
    if (modification.operator === '$rename' && typeof modification.operand === 'string')
      plant(root, splitPath(modification.operand), modification)
  }
  return root
}

function plant(root: TouchedPath, parts: readonly string[], modification: Modification): void {
  let node = root
  for (const part of parts) {
    const next: TouchedPath = node.children.get(part) ?? { children: new Map() }
    node.children.set(part, next)
    node = next
  }
  node.modification = modification
}

/** Several trees over one another. */
export function joinedPaths(nodes: readonly TouchedPath[]): TouchedPath {
  if (nodes.length === 1)
    return nodes[0]!
  const joined: TouchedPath = { children: new Map() }
  for (const node of nodes) {
    if (node.modification)
      joined.modification = node.modification
    for (const [part, child] of node.children) {
      const known = joined.children.get(part)
      joined.children.set(part, known ? joinedPaths([known, child]) : child)
    }
  }
  return joined
}
