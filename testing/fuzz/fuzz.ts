import { type ChildProcess, fork } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { parseArgs } from "node:util";
import { GROUPS, type GroupName } from "./groups.js";
import { type KillCount, killCommands } from "./kills.js";
import { FAILURES, type Message, type Outcome, type Question, VERDICTS, type Verdict } from "./trial.js";

// `npm run fuzz -- --group models --trials 300 --seed 1 --only 17 --keep runs/fuzz`: CONTRIBUTING.md.

const HANG_MS = 20_000;
/** Inputs are made once, and nothing of it is on trial. */
const PREPARE_MS = 300_000;
const PEAK_BYTES = 1.5 * 2 ** 30;

const NAMES = Object.keys(GROUPS) as GroupName[];

interface Answer extends Outcome {
  readonly what: string;
  readonly folder: string | undefined;
}

/** Runs trials in a process that is replaced when one of them ruins it. */
class Runner {
  #worker: ChildProcess | undefined;
  #root: string | undefined;
  /** Groups whose inputs the process has made. */
  readonly #prepared = new Set<GroupName>();

  async ask(question: Question): Promise<Answer> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const isPrepared = this.#prepared.has(question.group);
    let [what, folder] = ["making the inputs", undefined as string | undefined];
    const outcome = await new Promise<Outcome>((resolve) => {
      const limit = (ms: number) =>
        setTimeout(() => end({ verdict: "hang", why: `no end in ${ms / 1000} s` }), ms);
      let timer = limit(isPrepared ? HANG_MS : PREPARE_MS);
      const end = (found: Outcome): void => {
        clearTimeout(timer);
        worker.removeAllListeners();
        resolve(found);
      };
      worker.on("message", (message: Message) => {
        if (message.kind === "ready") this.#root = message.root;
        if (message.kind === "mutated") {
          ({ what, folder } = message);
          this.#prepared.add(question.group);
          clearTimeout(timer);
          timer = limit(HANG_MS);
        }
        if (message.kind === "broken") throw new Error(`${JSON.stringify(question)}: ${message.why}`);
        if (message.kind !== "done") return;
        const isLarge = message.peak > PEAK_BYTES;
        end(isLarge ? { verdict: "memory", why: `${(message.peak / 2 ** 30).toFixed(1)} GiB` } : message);
      });
      worker.on("exit", (code, signal) =>
        end({ verdict: "foreign", why: `the process ended (${signal ?? code})` }),
      );
      worker.send(question);
    });
    if (outcome.verdict === "hang" || outcome.verdict === "memory" || !worker.connected) await this.#drop();
    return { ...outcome, what, folder };
  }

  #start(): ChildProcess {
    return fork(join(import.meta.dirname, `worker${extname(import.meta.filename)}`), {
      execArgv: [...process.execArgv, "--max-old-space-size=1536"],
      stdio: ["ignore", "ignore", process.env.FUZZ_STDERR ? "inherit" : "ignore", "ipc"],
    });
  }

  async #drop(): Promise<void> {
    this.#worker?.kill("SIGKILL");
    this.#worker = undefined;
    this.#prepared.clear();
  }

  /** Removes what the trial left. */
  async clear({ folder }: Answer): Promise<void> {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker?.connected) {
      const ended = new Promise((resolve) => worker.once("exit", resolve));
      worker.disconnect();
      await ended;
    } else if (this.#root !== undefined) await rm(this.#root, { recursive: true, force: true });
  }
}

/** Keeps the input of a failed trial, and how to make it again. */
async function keepFailure(
  keep: string,
  question: Question,
  { verdict, why, what, folder }: Answer,
): Promise<void> {
  const { group, seed, index } = question;
  const target = join(keep, `${group}-${seed}-${index}`);
  await rm(target, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  if (folder !== undefined) await cp(folder, target, { recursive: true, verbatimSymlinks: true });
  await mkdir(target, { recursive: true });
  const repeat = `npm run fuzz -- --group ${group} --seed ${seed} --only ${index}`;
  await writeFile(join(target, "trial.txt"), `${verdict}: ${why}\n${what}\n${repeat}\n`);
}

function table(counts: ReadonlyMap<GroupName, ReadonlyMap<Verdict, number>>): string {
  const verdicts = Object.keys(VERDICTS) as Verdict[];
  const lines = [...counts].map(([group, own]) => {
    const trials = [...own.values()].reduce((a, b) => a + b, 0);
    return [group, trials, ...verdicts.map((verdict) => own.get(verdict) ?? 0)];
  });
  const rows = [["group", "trials", ...verdicts], ["---", ...[...verdicts, ""].map(() => "--:")], ...lines];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function killTable(counts: readonly KillCount[]): string {
  const rows = counts.map(({ command, kills, points, runs, failures }) => [
    ...[command, kills, points.size, runs, runs - failures.length],
  ]);
  const all = [
    ["command", "kills", "points", "runs", "bit-equal"],
    ["---", "--:", "--:", "--:", "--:"],
    ...rows,
  ];
  const lines = all.map((row) => `| ${row.join(" | ")} |`);
  const named = counts.map(
    ({ command, points }) =>
      `${command}: ${[...points].map(([point, times]) => `${point} (${times})`).join(", ")}`,
  );
  return [...lines, "", ...named].join("\n");
}

const { values } = parseArgs({
  options: {
    group: { type: "string", multiple: true, default: NAMES },
    trials: { type: "string", default: "300" },
    seed: { type: "string", default: "0" },
    only: { type: "string" },
    kills: { type: "string", default: "0" },
    keep: { type: "string", default: "runs/fuzz" },
  },
});
const unknown = values.group.find((name) => !(name in GROUPS));
if (unknown !== undefined) {
  console.error(`expected a group (${NAMES.join(", ")}), got ${unknown}`);
  process.exit(2);
}
const seed = Number(values.seed);
const indices =
  values.only === undefined
    ? Array.from({ length: Number(values.trials) }, (_, i) => i)
    : [Number(values.only)];
const runner = new Runner();
const counts = new Map<GroupName, Map<Verdict, number>>();
let failures = 0;
for (const group of values.group as GroupName[]) {
  const own = new Map<Verdict, number>();
  counts.set(group, own);
  for (const index of indices) {
    const question = { group, seed, index };
    const answer = await runner.ask(question);
    own.set(answer.verdict, (own.get(answer.verdict) ?? 0) + 1);
    const hasFailed = FAILURES.includes(answer.verdict);
    if (hasFailed) {
      failures++;
      await keepFailure(values.keep, question, answer);
    }
    if (hasFailed || values.only !== undefined)
      console.log(`${group} ${index}: ${answer.verdict}: ${answer.why} (${answer.what})`);
    await runner.clear(answer);
  }
}
await runner.close();
if (indices.length > 0) console.log(`\n${table(counts)}`);
if (failures > 0)
  console.log(
    `\n${failures} failed; their inputs are kept in ${values.keep}, with the command that repeats each.`,
  );
if (values.kills !== "0") {
  const killed = await killCommands(Number(values.kills), seed);
  for (const { failures: own } of killed) for (const failure of own) console.log(failure);
  failures += killed.reduce((sum, { failures: own }) => sum + own.length, 0);
  console.log(`\n${killTable(killed)}`);
}
process.exitCode = failures > 0 ? 1 : 0;
