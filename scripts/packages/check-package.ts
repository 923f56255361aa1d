import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import type { PackedPackage } from "./workspace.js";

const REPOSITORY = "https://github.com/covidxr/covidxr";
const FEWEST_KEYWORDS = 5;
/** All that a tarball may hold: documents, code with its types, and the native library of `@covidxr/onnx`. */
const ALLOWED = /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/[\w/-]+(\.d\.ts|\.js)|native\/.*)$/i;
/** The bundler writes a line with the path of each source before its code. */
const SOURCE_LINE = /^\/\/ ((?:\.\.\/)*(?:src|node_modules|packages|testing)\/.*)$/gm;
const FOR_TESTS = /(^|\/)(testing|tests?|fixtures?)\/|\.(test|study|fixture)\./;

/** How large a package may grow, in bytes; a quarter above what it weighed when its ceiling was set. */
export interface SizeCeiling {
  /** Of the tarball that is downloaded. */
  readonly tarball: number;
  /** Of the files on the user's disk. */
  readonly unpacked: number;
  /** What makes it as large as it is. */
  readonly reason: string;
}

/** What a packed package is compared with. */
export interface Expectation {
  /** Text of the repository's LICENSE. */
  readonly license: string;
  /** Versions of Node that the repository supports. */
  readonly node: string;
  readonly ceiling: SizeCeiling | undefined;
}

/**
 * Checks a packed package: a complete manifest that does not point into the workspace; documents and built code alone, no test
 * or source map or another package's code among it; a size below its ceiling; and no side effects on import.
 *
 * @returns Errors, one line each; none when all is well.
 */
export async function checkPackage(packed: PackedPackage, expectation: Expectation): Promise<string[]> {
  return [
    ...manifestErrors(packed, expectation),
    ...(await contentErrors(packed, expectation)),
    ...sizeErrors(packed, expectation),
    ...(await sideEffectErrors(packed)),
  ];
}

function manifestErrors({ manifest, source }: PackedPackage, { node }: Expectation): string[] {
  const { shortName } = source;
  const expected: readonly (readonly [field: string, value: unknown])[] = [
    ["name", shortName === "covidxr" ? shortName : `@covidxr/${shortName}`],
    ["license", "MIT"],
    ["type", "module"],
    ["sideEffects", false],
    ["engines", { node }],
    ["homepage", `${REPOSITORY}/tree/main/packages/${shortName}#readme`],
    ["bugs", `${REPOSITORY}/issues`],
    ["repository", { type: "git", url: `git+${REPOSITORY}.git`, directory: `packages/${shortName}` }],
    ["publishConfig", { access: "public", provenance: true }],
  ];
  const errors = expected
    .filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value))
    .map(
      ([field, value]) =>
        `${field}: expected ${JSON.stringify(value)}, got ${JSON.stringify(manifest[field])}`,
    );
  for (const field of ["description", "author"]) {
    if (typeof manifest[field] !== "string" || manifest[field] === "") errors.push(`${field} is missing`);
  }
  if (new Set(manifest.keywords).size < FEWEST_KEYWORDS) {
    errors.push(`keywords: expected ${FEWEST_KEYWORDS} or more, got ${JSON.stringify(manifest.keywords)}`);
  }
  const { dependencies, peerDependencies, optionalDependencies } = manifest;
  for (const [name, range] of Object.entries({
    ...dependencies,
    ...peerDependencies,
    ...optionalDependencies,
  })) {
    if (/^(workspace|file|link|catalog):/.test(range)) errors.push(`${name} is requested as "${range}"`);
  }
  return errors;
}

async function contentErrors(
  { files, folder, manifest }: PackedPackage,
  { license }: Expectation,
): Promise<string[]> {
  const paths = files.map(({ path }) => path);
  const read = (path: string) => readFile(join(folder, path), "utf8");
  const errors = paths
    .filter((path) => !ALLOWED.test(path) || FOR_TESTS.test(path))
    .map((path) => `${path} does not belong in a tarball`);
  if (!paths.includes("LICENSE")) errors.push("LICENSE is missing");
  else if ((await read("LICENSE")) !== license) errors.push("LICENSE is not the repository's");
  if (!paths.includes("README.md")) errors.push("README.md is missing");
  else if (!(await read("README.md")).startsWith(`# ${manifest.name}\n`)) {
    errors.push(`README.md does not start with "# ${manifest.name}"`);
  }
  for (const path of paths.filter((candidate) => /^dist\/.*\.js$/.test(candidate))) {
    const code = await read(path);
    if (/^\/\/[#@] sourceMappingURL=/m.test(code)) errors.push(`${path} has a source map`);
    for (const [, source] of code.matchAll(SOURCE_LINE)) {
      if (FOR_TESTS.test(source!)) errors.push(`${path} holds ${source}, which is for tests`);
      if (source!.includes("node_modules/"))
        errors.push(`${path} holds ${source}, which is another package's`);
    }
  }
  return errors;
}

function sizeErrors({ files, tarballBytes }: PackedPackage, { ceiling }: Expectation): string[] {
  if (ceiling === undefined) return ["has no ceiling in size-ceilings.json"];
  const sizes = [
    ["tarball", tarballBytes, ceiling.tarball],
    ["unpacked", files.reduce((sum, { bytes }) => sum + bytes, 0), ceiling.unpacked],
  ] as const;
  return sizes
    .filter(([, bytes, most]) => bytes > most)
    .map(([what, bytes, most]) => `${what} has ${bytes} bytes, more than ${most}; see size-ceilings.json`);
}

/**
 * Proves `"sideEffects": false`: a bundler that imports an entry point for nothing keeps nothing; and its code, read without
 * that promise, only declares. A program that starts with `#!` is meant to act.
 */
async function sideEffectErrors({ source, folder, files }: PackedPackage): Promise<string[]> {
  const errors: string[] = [];
  for (const { specifier, target } of source.entryPoints) {
    const kept = await bundleUnused(folder, specifier, target.default);
    if (kept !== "") errors.push(`import "${specifier}" leaves ${kept.length} bytes: ${firstLine(kept)}`);
  }
  for (const { path } of files.filter((file) => /^dist\/.*\.js$/.test(file.path))) {
    const code = await readFile(join(folder, path), "utf8");
    if (code.startsWith("#!")) continue;
    const parsed = ts.createSourceFile(path, code, ts.ScriptTarget.ESNext);
    for (const statement of parsed.statements.filter((each) => !isDeclaration(each))) {
      const action = firstLine(code.slice(statement.getStart(parsed), statement.end));
      errors.push(`${path} does something when imported: ${action}`);
    }
  }
  return errors;
}

/** What a bundler keeps of a program that only says `import "specifier"`. */
async function bundleUnused(folder: string, specifier: string, file: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `import "${specifier}";`, resolveDir: folder },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    logLevel: "silent",
    plugins: [
      {
        name: "packed",
        setup({ onResolve }) {
          // Dependencies answer for themselves.
          onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
            if (kind === "entry-point" || path === specifier) return undefined;
            return { path, external: true, sideEffects: false };
          });
        },
      },
    ],
    alias: { [specifier]: join(folder, file) },
  });
  return outputFiles[0]!.text.trim();
}

function isDeclaration(statement: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isVariableStatement(statement)
  );
}

function firstLine(text: string): string {
  return text.split("\n")[0]!.slice(0, 100);
}
