import type { Fault } from "../repository/fault.js";
import type { Repository } from "../repository/repository.js";

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** The convention of Python (PEP 8) and R. */
const SNAKE = /^[a-z0-9]+(_[a-z0-9]+)*$/;
/** Names that tools and readers expect as they are. */
const CUSTOMARY = new Set([
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "CITATION.cff",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
]);

/**
 * Checks that files and folders have kebab-case names, each part between dots on its own: `read-cohort.test.ts`. A
 * leading dot stays out. Python and R files have names of their own convention.
 */
export function checkNames(repository: Repository): Fault[] {
  const faults = new Map<string, Fault>();
  for (const file of repository.files) {
    const folders = file.split("/");
    const name = folders.pop() ?? "";
    const broken = folders.find((folder) => !isWellFormed(folder, KEBAB));
    if (broken !== undefined) {
      const path = file.slice(0, file.indexOf(`${broken}/`) + broken.length);
      const message = `expected a folder name in kebab-case, got "${broken}"; rename it`;
      faults.set(path, { rule: "file-name", file: path, message });
    }
    const [style, pattern] = /\.(py|R)$/.test(name) ? ["snake_case", SNAKE] : ["kebab-case", KEBAB];
    if (CUSTOMARY.has(name) || isWellFormed(name.replace(/\.R$/, ""), pattern)) continue;
    faults.set(file, {
      rule: "file-name",
      file,
      message: `expected a name in ${style}, got "${name}"; rename it`,
    });
  }
  return [...faults.values()];
}

function isWellFormed(name: string, pattern: RegExp): boolean {
  return name
    .replace(/^\./, "")
    .split(".")
    .every((part) => pattern.test(part));
}
