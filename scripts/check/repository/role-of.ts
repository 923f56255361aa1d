/** What a script is for: `product` is published or run, `test` is not, `settings` is read by a tool. */
export type Role = "product" | "test" | "settings";

/**
 * The role of a script by its path. Tests are `*.test.ts`, `*.study.ts` and `*.fixture.ts`, and all of the folders
 * `testing`, `fixtures` and `scripts`, whose programs are never published.
 */
export function roleOf(file: string): Role {
  if (/(^|\/)[^/]+\.config\.[cm]?[jt]s$/.test(file) || file === "tsup.base.ts") return "settings";
  if (/\.(test|study|fixture|case)\.[cm]?[jt]sx?$/.test(file)) return "test";
  return /(^|\/)(testing|fixtures|scripts)\//.test(file) ? "test" : "product";
}
