import type { Fault } from "../repository/fault.js";
import { isScript } from "../repository/parse-source.js";
import type { Repository } from "../repository/repository.js";
import { listImports } from "./list-imports.js";
import { fileOf, resolveSpecifier } from "./resolve-specifier.js";

interface Edge {
  readonly to: string;
  readonly line: number;
}

/**
 * Finds files that import each other in a circle, by relative paths; imports of types count too. Each circle is named
 * once, from its first file by name, along the shortest way round.
 */
export function checkCycles(repository: Repository): Fault[] {
  const files = new Set(repository.files);
  const graph = new Map<string, Edge[]>();
  for (const file of repository.files.filter(isScript)) {
    const edges: Edge[] = [];
    for (const { specifier, line } of listImports(repository, file)) {
      const target = specifier === undefined ? undefined : resolveSpecifier(file, specifier);
      const to = target?.kind === "file" ? fileOf(files, target.path) : undefined;
      if (to !== undefined) edges.push({ to, line });
    }
    graph.set(file, edges);
  }
  return knots(graph).flatMap((members): Fault[] => {
    const way = shortestWayRound(graph, new Set(members));
    if (!way) return [];
    const [first] = way;
    const stations = [...way, ...way.slice(0, 1)].map(({ from }) => from).join(" → ");
    return [
      {
        rule: "cycle",
        file: first?.from ?? "",
        line: first?.line,
        message: `imports lead back: ${stations}; move what both ends need into a file of its own`,
      },
    ];
  });
}

/**
 * Sets of files that reach each other, each in order (Tarjan, "Depth-first search and linear graph algorithms",
 * 1972).
 */
function knots(graph: ReadonlyMap<string, readonly Edge[]>): string[][] {
  const order = new Map<string, number>();
  const stack: string[] = [];
  const open = new Set<string>();
  const found: string[][] = [];
  const visit = (file: string): number => {
    const place = order.size;
    order.set(file, place);
    stack.push(file);
    open.add(file);
    let low = place;
    for (const { to } of graph.get(file) ?? []) {
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (open.has(to)) low = Math.min(low, order.get(to) ?? low);
    }
    if (low === place) {
      const members = stack.splice(stack.lastIndexOf(file));
      for (const member of members) open.delete(member);
      found.push(members.sort());
    }
    return low;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found;
}

/** From the first member back to itself, through members only; undefined where there is no way. */
function shortestWayRound(
  graph: ReadonlyMap<string, readonly Edge[]>,
  members: ReadonlySet<string>,
): { from: string; line: number }[] | undefined {
  const [start = ""] = members;
  let ways = [{ at: start, steps: [] as { from: string; line: number }[] }];
  const seen = new Set<string>();
  while (ways.length > 0) {
    const next: typeof ways = [];
    for (const { at, steps } of ways) {
      for (const { to, line } of graph.get(at) ?? []) {
        if (!members.has(to)) continue;
        const longer = [...steps, { from: at, line }];
        if (to === start) return longer;
        if (!seen.has(to)) next.push({ at: to, steps: longer });
        seen.add(to);
      }
    }
    ways = next;
  }
  return undefined;
}
