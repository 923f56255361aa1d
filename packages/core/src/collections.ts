/**
 * Groups items by key, as `Map.groupBy` does (Node 21): keys in the order of their first item, items in their order.
 * Items whose key is `null` or `undefined` are left out.
 */
export function groupBy<Item, Key>(
  items: Iterable<Item>,
  key: (item: Item) => Key,
): Map<NonNullable<Key>, Item[]> {
  const groups = new Map<NonNullable<Key>, Item[]>();
  for (const item of items) {
    const name = key(item);
    if (name === null || name === undefined) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

/** Sets that grow by joining (union–find with path compression, Tarjan 1975). */
export class DisjointSets<Member = string> {
  readonly #parents = new Map<Member, Member>();

  /** The representative of the set of `member`; a member that was never joined represents itself. */
  find(member: Member): Member {
    let root = member;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    for (let at = member; at !== root; ) {
      const next = this.#parents.get(at)!;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  /** Merges two sets; the representative of the first one represents both. */
  join(one: Member, other: Member): void {
    const root = this.find(one);
    const joined = this.find(other);
    if (root !== joined) this.#parents.set(joined, root);
  }
}
