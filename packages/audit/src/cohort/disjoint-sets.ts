/** Names that belong together, directly or by others (union–find, Tarjan 1975). */
export class DisjointSets {
  readonly #parents = new Map<string, string>();

  /** Name of the set that holds `name`: one and the same for all its members. */
  find(name: string): string {
    let root = name;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    // Names on the way lead to the root directly from now on.
    for (let at = name; at !== root; ) {
      const next = this.#parents.get(at)!;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  /** Makes one set of two. */
  join(one: string, other: string): void {
    const root = this.find(one);
    const joined = this.find(other);
    if (root !== joined) this.#parents.set(joined, root);
  }
}
