import { randomUUID } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng, isCovidxrError } from "@covidxr/core";
import { type Group, type Input, type Mutation, SECRET } from "./group.js";
import { GROUPS, type GroupName } from "./groups.js";
import { pick } from "./mutators.js";
import type { Outcome, Question } from "./trial.js";

// A process that makes one trial after the other for fuzz.ts, and may hang, crash or run out of memory at any of them.

interface Prepared {
  readonly group: Group;
  readonly folder: string;
  readonly names: readonly string[];
  /** What the unaltered inputs give. */
  readonly right: Map<string, string>;
}

const root = await mkdtemp(join(tmpdir(), "covidxr-fuzz-"));
const prepared = new Map<GroupName, Prepared>();

async function prepare(name: GroupName): Promise<Prepared> {
  const known = prepared.get(name);
  if (known !== undefined) return known;
  const group = await GROUPS[name]();
  const folder = join(root, name, "prepared");
  await mkdir(folder, { recursive: true });
  await group.prepare(folder);
  const made = { group, folder, names: (await readdir(folder)).sort(), right: new Map<string, string>() };
  prepared.set(name, made);
  return made;
}

async function copyInput({ folder }: Prepared, name: string): Promise<Input> {
  const own = join(root, randomUUID());
  const input = { name, folder: join(own, "input"), outside: join(own, "outside") };
  await cp(join(folder, name), input.folder, { recursive: true });
  await mkdir(input.outside);
  await writeFile(join(input.outside, "secret.svg"), SECRET);
  return input;
}

async function isUntouched({ outside }: Input): Promise<boolean> {
  const names = await readdir(outside);
  return names.join() === "secret.svg" && (await readFile(join(outside, "secret.svg"), "utf8")) === SECRET;
}

async function judge(group: Group, input: Input, mutation: Mutation, right: string): Promise<Outcome> {
  try {
    const { value, said = [], wrong } = await group.use(input);
    if (wrong !== undefined) return { verdict: "silent", why: wrong };
    if (JSON.stringify(value) === right) return { verdict: "correct", why: "" };
    if (said.length > 0) return { verdict: "said", why: said[0]! };
    return mutation.unsealed
      ? { verdict: "unsealed", why: "" }
      : { verdict: "silent", why: "another result, and no word of it" };
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return {
      verdict: isCovidxrError(error) && !error.message.includes("\n") ? "refused" : "foreign",
      why: why.slice(0, 300),
    };
  }
}

async function trial({
  group: name,
  seed,
  index,
}: Question): Promise<Outcome & { folder: string; what: string }> {
  const made = await prepare(name);
  const { group, names, right } = made;
  const rng = createRng(seed, { purpose: `fuzz ${name}`, index });
  const which = pick(rng, names);
  if (!right.has(which)) {
    const input = await copyInput(made, which);
    right.set(which, JSON.stringify((await group.use(input)).value));
    await rm(join(input.folder, ".."), { recursive: true });
  }
  const input = await copyInput(made, which);
  const folder = join(input.folder, "..");
  const mutation = await group.mutate(input, rng);
  const what = `${which}: ${mutation.what}`;
  process.send!({ kind: "mutated", folder, what });
  const outcome = await judge(group, input, mutation, right.get(which)!);
  const touched = (await isUntouched(input))
    ? outcome
    : ({ verdict: "silent", why: "a file outside was changed" } as const);
  return { ...touched, folder, what };
}

process.on("message", (question: Question) => {
  void trial(question).then(
    (outcome) => process.send!({ kind: "done", ...outcome, peak: process.resourceUsage().maxRSS * 1024 }),
    // Of the harness itself.
    (error) => process.send!({ kind: "broken", why: String(error?.stack ?? error) }),
  );
});
function fail(error: unknown): void {
  process.send!({ kind: "done", verdict: "foreign", why: `uncaught ${error}`, peak: 0 });
  process.once("disconnect", () => process.exit(1));
}
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
process.on("disconnect", () => void rm(root, { recursive: true, force: true }).then(() => process.exit()));
process.send!({ kind: "ready", root });
