import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Example } from "./example.js";
import { writeProgram } from "./write-module.js";

interface Outcome {
  readonly error: string | null;
  readonly compared: number;
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

/**
 * Runs examples in a process of its own, on the packages' sources, in a folder with a few synthetic radiographs
 * (`images/covid`, `images/normal`, `images.csv`). Gives what they throw, and where they give or print something else
 * than their comments say, as `file:line: message`. An example that says nothing that could be compared is a fault.
 */
export async function runExamples(root: string, examples: readonly Example[]): Promise<string[]> {
  // Inside the repository, so that the examples find what is installed.
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache", "examples-"));
  try {
    const programs = examples.map((example, i) => {
      const path = join(folder, `example-${i}.ts`);
      writeFileSync(path, writeProgram(example));
      return path;
    });
    writeFileSync(join(folder, "programs.json"), JSON.stringify(programs));
    await run(root, folder);
    const outcomes: readonly Outcome[] = JSON.parse(readFileSync(join(folder, "outcomes.json"), "utf8"));
    return examples.flatMap(({ file, line, subject }, i) => {
      const { error, compared, faults } = outcomes[i]!;
      const place = `${file}:${line}`;
      if (error !== null) return [`${place}: ${subject ?? "the block"} throws ${error}`];
      if (compared === 0 && faults.length === 0)
        return [`${place}: expected a comment that says what comes out, got none`];
      return faults.map((fault) => `${file}:${line + fault.line}: ${fault.message}`);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A process of its own, since TensorFlow.js and onnxruntime are slow in the context of tests. */
async function run(root: string, folder: string): Promise<void> {
  const program = join(root, "scripts/docs/examples/run-in-process.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, folder], {
    cwd: root,
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const output: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (status !== 0)
    throw new Error(`expected status 0, got ${status}: ${Buffer.concat(output).toString("utf8")}`);
}
