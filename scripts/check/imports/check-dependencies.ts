import ts from "typescript";
import type { Fault } from "../repository/fault.js";
import { listWorkspaces, type Workspace } from "../repository/list-workspaces.js";
import { isScript, parseSource } from "../repository/parse-source.js";
import type { Repository } from "../repository/repository.js";
import { roleOf } from "../repository/role-of.js";
import { listImports } from "./list-imports.js";
import { resolveSpecifier } from "./resolve-specifier.js";

/**
 * Checks that each package.json says what its files import: the product among dependencies and peerDependencies,
 * tests also among devDependencies, here or at the root. A dependency that no product file imports, and one listed
 * twice, are faults. An optional peer may be loaded by a computed name, if some product file has that name in quotes.
 */
export function checkDependencies(repository: Repository): Fault[] {
  const workspaces = listWorkspaces(repository);
  const shared = workspaces.find(({ folder }) => folder === "")?.manifest.devDependencies ?? {};
  return workspaces.flatMap((workspace) =>
    faultsOf(repository, workspace, { shared, peersToProvide: peersToProvide(workspace, workspaces) }),
  );
}

/** Programs bring the peers of the packages they use; a published package leaves them to its user. */
function peersToProvide({ published, manifest }: Workspace, workspaces: readonly Workspace[]): Set<string> {
  if (published) return new Set();
  const used = workspaces.filter((other) => manifest.dependencies?.[other.manifest.name] !== undefined);
  return new Set(used.flatMap((other) => Object.keys(other.manifest.peerDependencies ?? {})));
}

interface Surroundings {
  /** Tools that the root has for the tests of every package. */
  readonly shared: Readonly<Record<string, string>>;
  readonly peersToProvide: ReadonlySet<string>;
}

function faultsOf(
  repository: Repository,
  workspace: Workspace,
  { shared, peersToProvide }: Surroundings,
): Fault[] {
  const { folder, files, manifest } = workspace;
  const { dependencies = {}, devDependencies = {}, peerDependencies = {} } = manifest;
  const manifestFile = folder === "" ? "package.json" : `${folder}/package.json`;
  const faults: Fault[] = [];
  const imported = new Set<string>();
  const scripts = files.filter((file) => isScript(file) && roleOf(file) !== "settings");
  for (const file of scripts) {
    const product = roleOf(file) === "product";
    for (const { specifier, line } of listImports(repository, file)) {
      const target = specifier === undefined ? undefined : resolveSpecifier(file, specifier);
      if (target?.kind !== "package") continue;
      const { name } = target;
      // Paths in tsconfig.json lead there.
      if (name === "@covidxr/testing" || (folder === "" && name.startsWith("@covidxr/"))) continue;
      if (product) imported.add(name);
      const known = product
        ? [dependencies, peerDependencies]
        : [dependencies, peerDependencies, devDependencies, shared];
      if (known.some((list) => list[name] !== undefined)) continue;
      const lists = product ? "dependencies or peerDependencies" : "devDependencies";
      faults.push({
        rule: "dependency",
        file,
        line,
        message: `"${specifier}": expected ${name} among the ${lists} of ${manifestFile}; add it`,
      });
    }
  }
  const quoted = new Set(
    scripts.filter((file) => roleOf(file) === "product").flatMap((file) => stringsOf(repository, file)),
  );
  for (const name of Object.keys(dependencies)) {
    if (imported.has(name) || peersToProvide.has(name)) continue;
    const message = `no product file imports ${name}; take it out, or move it to devDependencies`;
    faults.push({ rule: "dependency", file: manifestFile, message });
  }
  for (const name of Object.keys(peerDependencies)) {
    if (imported.has(name) || (manifest.peerDependenciesMeta?.[name]?.optional && quoted.has(name))) continue;
    const message = `no product file imports the peer ${name}; take it out, or move it to devDependencies`;
    faults.push({ rule: "unimported-peer", file: manifestFile, subject: name, message });
  }
  for (const name of Object.keys(dependencies)) {
    if (devDependencies[name] === undefined && peerDependencies[name] === undefined) continue;
    const message = `${name} is among dependencies and devDependencies or peerDependencies; keep one of them`;
    faults.push({ rule: "dependency", file: manifestFile, message });
  }
  return faults;
}

function stringsOf(repository: Repository, file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parseSource(repository, file));
  return found;
}
