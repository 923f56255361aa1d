import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";

const ROOT = join(__dirname, "..");

/**
 * Bundles a source for the browser, where an import of a Node module is an error, and runs it where there is neither
 * `process` nor `Buffer`.
 *
 * @param entry Path from the root, such as `"packages/image/src/pixels.ts"`.
 * @returns What the source exports.
 */
export async function importAsInBrowser<Exports>(entry: string): Promise<Exports> {
  const { stdout } = await promisify(execFile)(
    join(ROOT, "node_modules", ".bin", "esbuild"),
    [
      join(ROOT, entry),
      ...["--bundle", "--platform=browser", "--format=iife", "--global-name=bundled", "--log-level=error"],
      `--tsconfig=${join(ROOT, "tsconfig.json")}`,
    ],
    { maxBuffer: 2 ** 26 },
  );
  const browser = createContext({ TextEncoder, TextDecoder });
  return runInContext(`${stdout};bundled`, browser) as Exports;
}
