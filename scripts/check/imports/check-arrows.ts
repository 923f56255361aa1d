import type { Fault, Rule } from "../repository/fault.js";
import { listWorkspaces, type Manifest, type Workspace } from "../repository/list-workspaces.js";
import { isScript } from "../repository/parse-source.js";
import type { Repository } from "../repository/repository.js";
import { roleOf } from "../repository/role-of.js";
import { type ImportReference, listImports } from "./list-imports.js";
import { type Allowed, readArrows } from "./read-arrows.js";
import { fileOf, resolveSpecifier, type Target } from "./resolve-specifier.js";

const SCOPE = "@covidxr/";
/** Not a package: `testing/` at the root, by a path of tsconfig.json. */
const TESTING = `${SCOPE}testing`;

/**
 * Checks every import against the table of arrows in ARCHITECTURE.md. A package's product imports what its row says,
 * its tests also `@covidxr/testing` and the packages among its devDependencies. Nobody reaches into another package,
 * leaves its own by a relative path, or uses tests in the product. A specifier that is computed needs an exception.
 */
export function checkArrows(repository: Repository): Fault[] {
  const { rows, faults } = readArrows(repository);
  const workspaces = listWorkspaces(repository);
  const context = {
    rows,
    files: new Set(repository.files),
    manifests: new Map(workspaces.map(({ manifest }) => [manifest.name, manifest])),
  };
  return [
    ...faults,
    ...faultsOfRows(workspaces, rows),
    ...workspaces.flatMap((workspace) =>
      workspace.files
        .filter((file) => isScript(file) && roleOf(file) !== "settings")
        .flatMap((file) =>
          listImports(repository, file).flatMap((reference) => {
            const found = faultOf(reference, file, workspace, context);
            return found ? [{ ...found, file, line: reference.line }] : [];
          }),
        ),
    ),
  ];
}

interface Context {
  readonly rows: ReadonlyMap<string, Allowed>;
  readonly files: ReadonlySet<string>;
  readonly manifests: ReadonlyMap<string, Manifest>;
}

function faultsOfRows(workspaces: readonly Workspace[], rows: ReadonlyMap<string, Allowed>): Fault[] {
  if (rows.size === 0) return [];
  const file = "ARCHITECTURE.md";
  const names = new Set(workspaces.map(({ row }) => row).filter((row) => row !== undefined));
  return [
    ...[...names]
      .filter((name) => !rows.has(name))
      .map((name) => ({ rule: "arrow" as const, file, message: `expected a row for ${name}` })),
    ...[...rows.keys()]
      .filter((name) => !names.has(name))
      .map((name) => ({
        rule: "arrow" as const,
        file,
        message: `${name} has a row and no package; leave it out`,
      })),
  ];
}

function faultOf(
  { specifier }: ImportReference,
  file: string,
  workspace: Workspace,
  context: Context,
): { rule: Rule; message: string } | undefined {
  if (specifier === undefined) {
    const message = "expected an import that names its module in quotes, got a computed one; name it";
    return { rule: "computed-import", message };
  }
  const target = resolveSpecifier(file, specifier);
  let message: string | undefined;
  if (target.kind === "file") {
    message = faultOfPath(specifier, target.path, file, workspace, context);
  } else if (target.kind === "package" && target.name.startsWith(SCOPE)) {
    message = faultOfPackage(specifier, target, file, workspace, context);
  }
  return message === undefined ? undefined : { rule: "arrow", message };
}

function faultOfPath(
  specifier: string,
  path: string,
  file: string,
  { folder, published }: Workspace,
  { files }: Context,
): string | undefined {
  if (folder !== "" && !path.startsWith(`${folder}/`)) {
    return `"${specifier}" leaves ${folder}; import what another package exports, or @covidxr/testing`;
  }
  if (roleOf(file) !== "product") return undefined;
  if (published && !path.startsWith(`${folder}/src/`)) {
    return `"${specifier}" leaves ${folder}/src, which alone is built; move the file into it`;
  }
  if (roleOf(fileOf(files, path) ?? path) === "test") {
    return `"${specifier}" is part of the tests; the product must not use it`;
  }
  return undefined;
}

function faultOfPackage(
  specifier: string,
  { name, subpath }: Extract<Target, { kind: "package" }>,
  file: string,
  { row, manifest }: Workspace,
  { rows, manifests }: Context,
): string | undefined {
  const test = roleOf(file) === "test";
  if (name === TESTING) {
    return test ? undefined : `"${specifier}" is for tests; the product must not use it`;
  }
  if (name === manifest.name) {
    return `"${specifier}" is the package itself; import the file by its relative path`;
  }
  const target = manifests.get(name);
  if (!target) return `"${specifier}" is no package of this repository`;
  if (!Object.hasOwn(target.exports ?? {}, subpath)) {
    const entries = Object.keys(target.exports ?? {}).join(", ");
    return `"${specifier}" reaches into ${name}; import what its package.json exports (${entries})`;
  }
  if (row === undefined) return undefined;
  const allowed = rows.get(row);
  const short = name.slice(SCOPE.length);
  if (allowed === undefined || allowed === "all" || allowed.has(short)) return undefined;
  if (test && manifest.devDependencies?.[name] !== undefined) return undefined;
  const may = allowed.size === 0 ? "no other package" : [...allowed].join(", ");
  const tests = test ? ", tests also its devDependencies" : "";
  return `"${specifier}": ${row} may import ${may} (ARCHITECTURE.md)${tests}`;
}
