import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./run-command.js";

/**
 * Asks for a provenance statement with each package. pnpm, which publishes here, heeds its own variable alone: neither npm's nor
 * `publishConfig.provenance`, which are for whoever publishes by npm.
 */
const PROVENANCE = { PNPM_CONFIG_PROVENANCE: "true", NPM_CONFIG_PROVENANCE: "true" };

/**
 * Publishes every public package of the workspace at `root` whose version the registry does not have, with provenance, and tags
 * the commit. Provenance comes from the host's build service, so that nothing can be published from elsewhere.
 *
 * @param environment Added to this process' environment; undefined takes a variable out.
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
