// Runs a task of this repository on a machine that has only Node and npm: installs and builds what is missing or
// out of date, then runs the task and passes its flags on. Usage: node scripts/task.mjs TASK [flags]
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
// By its path, since a step may run in another folder; it need not be installed yet.
const tsx = pathToFileURL(join(root, "node_modules", "tsx", "dist", "loader.mjs")).href;
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const script = (path, ...flags) => [process.execPath, ...flags, "--import", tsx, join(root, path)];
// The root's tsconfig.json maps packages to their sources; programs run on what was built.
const built = { TSX_TSCONFIG_PATH: join(root, "tsconfig.base.json") };
// Runs stay beside the repository, wherever the user stands.
const runs = { COVIDXR_RUNS: join(root, "runs") };
/** A command of the package `covidxr`, as it was built, run where the user stands. */
const command = (name) => ({
  steps: [[process.execPath, join(root, "packages", "covidxr", "dist", "cli.js"), name]],
  env: runs,
  where: "caller",
});
const bin = (name) => [process.execPath, join("node_modules", ...name)];
const jest = bin(["jest", "bin", "jest.js"]);
// The rules of CONTRIBUTING.md; none of them looks at what was built.
const check = [
  bin(["@biomejs", "biome", "bin", "biome"]).concat("check", "."),
  bin(["cspell", "bin.mjs"]).concat("lint", "--no-progress", "--no-summary", "."),
  bin(["knip", "bin", "knip.js"]).concat("--no-progress", "--no-config-hints"),
];
const TASKS = {
  build: { steps: [], types: true },
  check: { steps: check, unbuilt: true },
  reproduce: { steps: [script("examples/src/reproduce.ts")], env: { ...built, ...runs }, where: "caller" },
  "cross-validate": command("cross-validate"),
  "audit-cohort": command("audit"),
  download: command("download"),
  report: command("report"),
  verify: command("verify"),
  compare: command("compare"),
  engines: command("engines"),
  "docs:build": { steps: [script("scripts/docs/build-site.ts")], unbuilt: true },
  fuzz: { steps: [script("testing/fuzz/fuzz.ts")], unbuilt: true },
  bench: { steps: [script("benchmarks/src/bench.ts", "--expose-gc")], env: built },
  test: { types: true, besideBuild: check, steps: [jest] },
  "test:study": { types: true, steps: [jest], env: { COVIDXR_STUDY_TESTS: "1" } },
};

const [name, ...flags] = process.argv.slice(2);
const task = TASKS[name];
if (!task) {
  console.error(`expected a task (${Object.keys(TASKS).join(", ")}), got ${name ?? "none"}`);
  process.exit(2);
}
// Ctrl-C reaches the running step too, which ends in its own way; this process only waits for it.
process.on("SIGINT", () => {});
try {
  await install();
  // These look at sources alone. What fails ends the task when both have ended, so that no build is left half done.
  const looks = [
    task.unbuilt ? undefined : bundle(),
    task.types ? buildTypes() : undefined,
    runAll(task.besideBuild ?? []),
  ];
  await Promise.allSettled(looks);
  await Promise.all(looks);
  await runAll(task.steps.map((step, i) => (i === task.steps.length - 1 ? [...step, ...flags] : step)));
} catch (status) {
  if (typeof status !== "number") throw status;
  process.exitCode = status;
}

async function runAll(steps) {
  for (const step of steps) await run(step, { env: task.env, where: task.where });
}

async function install() {
  const stamp = stampOf("install", ["pnpm-lock.yaml"]);
  if (stamp.fresh && existsSync(join(root, "node_modules"))) return;
  console.log("Installing dependencies …");
  await run(pnpm("install", "--frozen-lockfile"), { quiet: true });
  stamp.write();
}

/** What programs run: JavaScript alone, which tsup bundles in a second for each package. */
async function bundle() {
  const sources = packages().flatMap((folder) => [
    join(folder, "package.json"),
    join(folder, "tsup.config.ts"),
    ...sourcesBelow(join(folder, "src")).filter((file) => !/\.(test|study)\.tsx?$/.test(file)),
  ]);
  const stamp = stampOf("bundle", ["pnpm-lock.yaml", "tsup.base.ts", "tsconfig.base.json", ...sources]);
  if (stamp.fresh && packages().every((folder) => existsSync(join(root, folder, "dist/index.js")))) return;
  console.log("Bundling packages …");
  await run(pnpm("--recursive", "--filter", "./packages/*", "run", "build"), { quiet: true });
  stamp.write();
}

/** What compilers read: one TypeScript program checks the whole repository and writes the packages' declarations. */
async function buildTypes() {
  const { include } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
  const sources = include.flatMap((path) =>
    path === "packages/*/src"
      ? packages().flatMap((folder) => [join(folder, "package.json"), ...sourcesBelow(join(folder, "src"))])
      : sourcesBelow(path),
  );
  const stamp = stampOf("types", ["pnpm-lock.yaml", "tsconfig.base.json", "tsconfig.json", ...sources]);
  if (stamp.fresh && packages().every((folder) => existsSync(join(root, folder, "dist/index.d.ts")))) return;
  console.log("Checking types and writing declarations …");
  await run(script("scripts/packages/build-types.ts"));
  stamp.write();
}

function packages() {
  return readdirSync(join(root, "packages")).map((name) => join("packages", name));
}

function pnpm(...args) {
  return ["npx", "-y", packageManager, ...args];
}

function sourcesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}

/** Remembers the content of `files` after a step, so that the step is left out while nothing changes. */
function stampOf(step, files) {
  const hash = createHash("sha256").update(process.version);
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  const digest = hash.digest("hex");
  const path = join(root, "node_modules", ".covidxr", step);
  return {
    fresh: existsSync(path) && readFileSync(path, "utf8") === digest,
    write() {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, digest);
    },
  };
}

/** Runs a command in the root; a quiet one shows its output only when it fails. Throws its exit status. */
async function run([command, ...args], { env = {}, quiet = false, where = "root" } = {}) {
  const child = spawn(command, args, {
    // Package managers say where the user stands.
    cwd: where === "caller" ? (process.env.INIT_CWD ?? process.cwd()) : root,
    env: { ...process.env, ...env },
    shell: process.platform === "win32",
    stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
  });
  const output = [];
  child.stdout?.on("data", (chunk) => output.push(chunk));
  child.stderr?.on("data", (chunk) => output.push(chunk));
  const code = await new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(1);
    });
    child.on("close", (status, signal) => resolve(status ?? (signal === "SIGINT" ? 130 : 1)));
  });
  if (code === 0) return;
  process.stderr.write(Buffer.concat(output));
  throw code;
}
