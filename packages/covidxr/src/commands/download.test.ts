import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fault, startProxy } from "@covidxr/testing/server";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { publishStudy } from "../testing/publish-study.js";
import {
  type Outcome,
  type ProgramOptions,
  runProgram,
  SMALL_NETWORK,
  writeSmallStudy,
} from "../testing/run-program.js";

// The programs against a small synthetic study, published on loopback as the real one is on the internet.
let root: string;
let original: string;
let published: Awaited<ReturnType<typeof publishStudy>>;
/** What goes wrong at the next requests, by path in the study. */
const faults = new Map<string, Fault>();
/** Printed before the first byte. */
const LICENCES = "# Licences of the files";
const SMALL = [...SMALL_NETWORK, "--epochs", "2"];

const program = (name: string, args: readonly string[], { env, ...options }: ProgramOptions = {}) =>
  runProgram(root, [name, ...args], { ...options, env: { COVIDXR_MIRROR: published.server.url, ...env } });
const download = (study: string, args: readonly string[] = [], more: Parameters<typeof program>[2] = {}) =>
  program("download", ["--no-weights", "--manifest", "manifest.csv", "--study", study, ...args], more);
const fetchAndAudit = (study: string, output: string, ...args: string[]) =>
  program("audit", [
    ...["--study", study, "--download", "--manifest", "manifest.csv"],
    ...["--cache", "cache", "--output", output, "--probes", "none", ...args],
  ]);
const requests = () => published.server.requests.length;

function expectOneLine({ code, stderr }: Outcome, pattern: RegExp, status = 1): void {
  expect(stderr.trim().split("\n")).toEqual([expect.stringMatching(pattern)]);
  expect(code).toBe(status);
}

/** Ctrl-C as soon as every file but one, which stalls, was written. */
const whenOneStalls = (): ProgramOptions => ({
  signalAt: { file: ".covidxr-part", times: published.files.length - 1, signal: "SIGINT" },
});

/** Every file of the original stands in `study` with the same bytes; `without` stands there not at all. */
async function expectCopy(study: string, without: readonly string[] = []): Promise<void> {
  for (const path of published.files) {
    const bytes = await readFile(join(root, study, path)).catch(() => null);
    if (without.includes(path)) expect(bytes).toBeNull();
    else expect(bytes?.equals(await readFile(join(original, path)))).toBe(true);
  }
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  original = join(root, "original");
  await writeSmallStudy(original);
  const fault = ({ path }: { path: string }) => {
    for (const [file, each] of faults) if (path === published.pathOf(file)) return each;
    return undefined;
  };
  published = await publishStudy(original, join(root, "manifest.csv"), fault);
});
afterAll(async () => {
  await published.server.close();
  await rm(root, { recursive: true, force: true });
});

describe("a program with --download", () => {
  test("fetches, then works on the same cohort as on disk; a second time transfers nothing", async () => {
    const cold = await fetchAndAudit("fetched", "cold");
    expect(cold).toMatchObject({ code: 0, stderr: "" });
    expect(requests()).toBe(published.files.length);
    await expectCopy("fetched");
    expect(cold.stdout.indexOf(LICENCES)).toBeGreaterThan(-1);
    expect(cold.stdout.indexOf(LICENCES)).toBeLessThan(cold.stdout.indexOf("Fetching study:"));
    expect(await readFile(join(root, "fetched/LICENCES-manifest.md"), "utf8")).toContain(LICENCES);

    const warm = await download("fetched");
    expect(warm).toMatchObject({ code: 0, stderr: "" });
    expect(requests()).toBe(published.files.length);
    expect(warm.stdout).toContain(
      `${published.files.length} files present and verified, 0 fetched (0 bytes)`,
    );

    const flags = ["--study", "original", "--cache", "cache", "--output", "on-disk", "--probes", "none"];
    expect((await program("audit", flags)).code).toBe(0);
    for (const file of ["cohort.csv", "audit.json"]) {
      const onDisk = await readFile(join(root, "on-disk", file), "utf8");
      expect(await readFile(join(root, "cold", file), "utf8")).toBe(onDisk);
    }
  });

  test("a run that was stopped while it fetched fetches the rest when it goes on", async () => {
    const large = published.files.find((path) => path.endsWith(".jpeg"))!;
    faults.set(large, { kind: "stall", after: 100 });
    const args = ["--study", "resumed", "--download", "--manifest", "manifest.csv"];
    const flags = [...args, "--cache", "cache", "--output", "resumed-run", "--probes", "none", ...SMALL];
    const stopped = await program("reproduce", flags, whenOneStalls());
    faults.clear();
    expect(stopped.code).toBe(130);
    await expectCopy("resumed", [large]);
    const { code, stdout } = await program("reproduce", ["--resume", "resumed-run"]);
    expect(stdout).toContain("1 fetched");
    expect(code).toBe(0);
    await expectCopy("resumed");
  });

  test("through a proxy whose password nothing holds; an image that is gone is named, and the run continues", async () => {
    const proxy = await startProxy({ credentials: "reader:secret" });
    const wrong = proxy.url.replace("//", "//reader:other-secret@");
    const refused = await fetchAndAudit("proxied", "refused-run", "--proxy", wrong);
    expectOneLine(refused, /^Error: .*proxy/);
    expect(refused.stdout + refused.stderr).not.toContain("secret");
    expect(await readFile(join(root, "refused-run/run.json"), "utf8")).not.toContain("secret");

    const address = proxy.url.replace("//", "//reader:secret@");
    const gone = published.files.find((path) => path.endsWith(".jpeg"))!;
    faults.set(gone, { kind: "status", status: 404 });
    const { code, stdout } = await fetchAndAudit("proxied", "proxied-run", "--proxy", address);
    faults.clear();
    await proxy.close();
    expect(code).toBe(0);
    expect(stdout).toContain("1 unavailable");
    expect(stdout).toContain(`unavailable: ${gone}`);
    expect(stdout).toMatch(/Missing files: [1-9]/);
    expect(proxy.forwarded.length + proxy.tunnels.length).toBeGreaterThan(0);
    await expectCopy("proxied", [gone]);
    expect(stdout).not.toContain("secret");
    for (const name of await readdir(join(root, "proxied-run"))) {
      if (!name.endsWith(".json")) continue;
      expect(await readFile(join(root, "proxied-run", name), "utf8")).not.toContain("secret");
    }
  });
});

describe("download", () => {
  test("--offline opens no socket: it verifies, or says in one line what is missing", async () => {
    const before = published.server.connections;
    await cp(original, join(root, "complete"), { recursive: true });
    expect(await download("complete", ["--offline"])).toMatchObject({ code: 0 });
    expectOneLine(await download("empty", ["--offline"]), /^Error: .*offline mode/);
    expect(published.server.connections).toBe(before);
  });

  test("a file of the user's with other content is left alone, and replaced when that is asked for", async () => {
    const metadata = "covid-chestxray-dataset/metadata.csv";
    await cp(original, join(root, "edited"), { recursive: true });
    await appendFile(join(root, "edited", metadata), "\n");
    const edited = await readFile(join(root, "edited", metadata), "utf8");
    const before = requests();
    expectOneLine(await download("edited"), /^Error: .*metadata\.csv: expected .*--replace/);
    expect(requests()).toBe(before);
    expect(await readFile(join(root, "edited", metadata), "utf8")).toBe(edited);
    expect(await download("edited", ["--replace"])).toMatchObject({ code: 0 });
    expect(requests()).toBe(before + 1);
    await expectCopy("edited");
  });

  test("Ctrl-C stops it, and says so", async () => {
    const large = published.files.find((path) => path.endsWith(".jpeg"))!;
    faults.set(large, { kind: "stall", after: 100 });
    const stopped = await download("stopped", [], whenOneStalls());
    faults.clear();
    expect(stopped.code).toBe(130);
    expect(stopped.stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^Stopping after the current step/),
      expect.stringMatching(/^Stopped: download was interrupted/),
    ]);
    await expectCopy("stopped", [large]);
  });

  test("bad input gets one clear line", async () => {
    const nobody = { env: { COVIDXR_MIRROR: "http://127.0.0.1:9" } };
    expectOneLine(await download("nowhere", [], nobody), /^Error: http:\/\/127\.0\.0\.1:9\/.*refused/);
    await writeFile(
      join(root, "evil.csv"),
      (await readFile(join(root, "manifest.csv"), "utf8")).replace(/^chestxrays\.csv/m, "../../etc/x"),
    );
    const evil = await program("download", ["--no-weights", "--manifest", "evil.csv", "--study", "nowhere"]);
    expectOneLine(evil, /^Error: .*evil\.csv, line \d+: .*\.\.\/\.\.\/etc\/x/);
    const homeless = await program("download", ["--no-weights", "--manifest", "manifest.csv"]);
    expectOneLine(homeless, /^Error: manifest: expected --study DIR/, 2);
    expectOneLine(await download("manifest.csv"), /^Error: .*manifest\.csv: expected a folder/);
  });
});
