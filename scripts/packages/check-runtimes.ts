// Installs the packed packages into an empty folder and compares, bit for bit, what they compute on several runtimes, each
// installed by npm. Usage: npm run check:runtimes -- node@20.19.0 node@22 bun@1.4 deno@2.9
import { copyFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packPackages, runCommand } from "./workspace.js";

const root = process.cwd();
const runtimes = process.argv.slice(2);
const parent = await mkdtemp(join(tmpdir(), "covidxr-runtimes-"));
const packages = await packPackages(root, join(parent, "tarballs"));
const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const backend = "@tensorflow/tfjs-backend-cpu";
const install = async (folder: string, ...names: string[]) =>
  runCommand(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", ...names],
    { folder },
  );

const project = await mkdtemp(join(parent, "project-"));
await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
await install(project, ...packages.map(({ tarball }) => tarball), `${backend}@${devDependencies[backend]}`);
await copyFile(join(root, "scripts/packages/consumer/same-bits.mjs"), join(project, "same-bits.mjs"));

const reference = await runCommand(process.execPath, ["same-bits.mjs"], { folder: project });
console.log(`node ${process.versions.node} (reference): ${reference.trim()}`);
for (const runtime of runtimes) {
  const [name = "node"] = runtime.split("@");
  const folder = await mkdtemp(join(parent, `${name}-`));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
  await install(folder, runtime);
  const flags =
    name === "deno" ? ["run", "--allow-all", "--node-modules-dir=manual"] : name === "bun" ? ["run"] : [];
  const output = await runCommand(join(folder, "node_modules/.bin", name), [...flags, "same-bits.mjs"], {
    folder: project,
  }).catch((error: Error) => error.message);
  const result = output.trim().split("\n").at(-1);
  const same = result === reference.trim();
  console.log(`${runtime}: ${same ? "the same bits" : `different: ${output.trim()}`}`);
  if (!same) process.exitCode = 1;
}
