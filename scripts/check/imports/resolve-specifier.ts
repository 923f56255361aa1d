import { isBuiltin } from "node:module";
import { dirname, join, normalize } from "node:path/posix";

/** What an import leads to. */
export type Target =
  /** A path from the root, as it is written but for its dots. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "builtin" }
  /** `subpath` is `"."` or begins with `"./"`. */
  | { readonly kind: "package"; readonly name: string; readonly subpath: string };

/** Reads an import's specifier, seen from the file it stands in. */
export function resolveSpecifier(file: string, specifier: string): Target {
  if (/^\.{0,2}\//.test(specifier) || specifier === "." || specifier === "..") {
    return { kind: "file", path: normalize(join(dirname(file), specifier)) };
  }
  if (isBuiltin(specifier)) return { kind: "builtin" };
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  return { kind: "package", name, subpath: `.${specifier.slice(name.length)}` };
}

/**
 * The file of `files` that a path written in an import stands for, such as `a.ts` for `a.js`; undefined without one.
 */
export function fileOf(files: ReadonlySet<string>, path: string): string | undefined {
  const stem = path.replace(/\.([cm]?)js$/, ".$1ts");
  return [path, stem, stem.replace(/\.ts$/, ".tsx"), `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find(
    (candidate) => files.has(candidate),
  );
}
