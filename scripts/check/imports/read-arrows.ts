import type { Fault } from "../repository/fault.js";
import type { Repository } from "../repository/repository.js";

const FILE = "ARCHITECTURE.md";

/** What a package may import: other packages by their short names, or all of them. */
export type Allowed = ReadonlySet<string> | "all";

/** The table of arrows, and what is wrong with it. */
export interface Arrows {
  /** By the short name of the importing package, such as `image`. */
  readonly rows: ReadonlyMap<string, Allowed>;
  readonly faults: readonly Fault[];
}

/**
 * Reads the table under "Packages and arrows" of ARCHITECTURE.md: columns `package` and `may import`, names in
 * backquotes, `–` for none and `all` for every package. A table whose arrows lead in a circle, or to a package
 * without a row, has faults.
 */
export function readArrows(repository: Repository): Arrows {
  const lines = repository.files.includes(FILE) ? repository.read(FILE).split("\n") : [];
  const heading = lines.findIndex((line) => /^## Packages and arrows\s*$/.test(line));
  const header = lines.findIndex((line, i) => i > heading && cellsOf(line)[0] === "package");
  if (heading < 0 || header < 0 || cellsOf(lines[header])[1] !== "may import") {
    const message =
      'expected a table with the columns "package" and "may import" under "## Packages and arrows"';
    return { rows: new Map(), faults: [{ rule: "arrow", file: FILE, message }] };
  }
  const rows = new Map<string, Allowed>();
  const places = new Map<string, number>();
  const faults: Fault[] = [];
  for (let i = header + 2; lines[i]?.startsWith("|"); i += 1) {
    const [package_, allowed] = cellsOf(lines[i]);
    const name = /^`([a-z0-9-]+)`$/.exec(package_ ?? "")?.[1];
    const targets = targetsOf(allowed ?? "");
    if (name === undefined || targets === undefined || rows.has(name)) {
      const message = `expected a new name in backquotes, then names in backquotes, "–" or "all"; got ${lines[i]}`;
      faults.push({ rule: "arrow", file: FILE, line: i + 1, message });
    } else {
      rows.set(name, targets);
      places.set(name, i + 1);
    }
  }
  for (const [name, allowed] of rows) {
    if (allowed === "all") continue;
    for (const target of allowed) {
      const message = !rows.has(target)
        ? `\`${name}\` may import \`${target}\`, which has no row`
        : reaches(rows, target, name)
          ? `\`${name}\` may import \`${target}\`, from where arrows lead back; they point one way`
          : undefined;
      if (message) faults.push({ rule: "arrow", file: FILE, line: places.get(name), message });
    }
  }
  return { rows, faults };
}

function cellsOf(line = ""): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function targetsOf(cell: string): Allowed | undefined {
  if (cell === "all") return "all";
  if (cell === "–") return new Set();
  const names = cell.split(", ").map((name) => /^`([a-z0-9-]+)`$/.exec(name)?.[1]);
  return names.every((name) => name !== undefined) ? new Set(names) : undefined;
}

/** Whether arrows lead from a package to another, or both are the same. */
function reaches(
  rows: ReadonlyMap<string, Allowed>,
  from: string,
  to: string,
  seen = new Set<string>(),
): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const next = rows.get(from);
  return next instanceof Set && [...next].some((name) => reaches(rows, name, to, seen));
}
