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

const root = process.cwd();
const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
// Changesets call "pnpm", which is on the path inside of npx, wherever it is called.
const path = await runCommand("npx", ["-y", packageManager, "exec", "node", "-p", "process.env.PATH"], {
  folder: tmpdir(),
});
const publish = [join(root, "node_modules/@changesets/cli/bin.js"), "publish"];
const environment = { ...PROVENANCE, PATH: path.trim() };
process.stdout.write(await runCommand(process.execPath, publish, { folder: root, environment }));
