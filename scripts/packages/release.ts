// Publishes what was versioned. Usage: pnpm release
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./workspace.js";

/**
 * Asks for a provenance statement with each package. pnpm, which publishes here, reads its own variable alone; npm's is for
 * whoever publishes by npm. Provenance comes from the host's build service, so nothing can be published from elsewhere.
 */
const PROVENANCE = { PNPM_CONFIG_PROVENANCE: "true", NPM_CONFIG_PROVENANCE: "true" };

/**
 * Publishes every public package of the workspace at `root` whose version the registry does not have, with provenance, and
 * tags the commit.
 *
 * @param environment Added to this process' environment; undefined removes a variable.
 * @returns What was published, in words; the tags among them.
 * @throws {Error} with all that was said, when a package cannot be published.
 */
export async function publishPackages(
  root: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  // Changesets call "pnpm", which is on the path inside of npx, wherever it is called.
  const path = await runCommand("npx", ["-y", packageManager, "exec", "node", "-p", "process.env.PATH"], {
    folder: tmpdir(),
  });
  return runCommand(process.execPath, [join(root, "node_modules/@changesets/cli/bin.js"), "publish"], {
    folder: root,
    environment: { ...environment, ...PROVENANCE, PATH: path.trim() },
  });
}

if (process.argv[1]?.endsWith("release.ts")) {
  void publishPackages(process.cwd()).then((published) => process.stdout.write(published));
}
