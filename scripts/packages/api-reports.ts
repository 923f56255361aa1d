import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { apiReport } from "./api-report.js";
import { publicPackages } from "./public-packages.js";

/** An API report and where it is kept. */
export interface KeptReport {
  readonly specifier: string;
  readonly path: string;
  /** What it must say. */
  readonly text: string;
  /** What it says; undefined where there is none. */
  readonly kept: string | undefined;
}

/**
 * One report for each entry point of each public package, from what was built: `packages/NAME/api/ENTRY.api.md`.
 *
 * @throws {Error} when a package is not built.
 */
export async function apiReports(root: string): Promise<KeptReport[]> {
  const packages = await publicPackages(root);
  const entries = packages.flatMap(({ folder, entryPoints }) =>
    entryPoints.map((entry) => ({ ...entry, folder })),
  );
  return Promise.all(
    entries.map(async ({ specifier, name, folder, target }) => {
      const declarations = join(folder, target.types);
      if (!existsSync(declarations)) {
        throw new Error(`expected ${specifier} built, found no ${declarations}; run npm run build first`);
      }
      const path = join(folder, "api", `${name.replaceAll("/", "-")}.api.md`);
      return {
        specifier,
        path,
        text: apiReport(specifier, await readFile(declarations, "utf8")),
        kept: existsSync(path) ? await readFile(path, "utf8") : undefined,
      };
    }),
  );
}
