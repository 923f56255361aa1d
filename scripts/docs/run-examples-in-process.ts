// Runs programs made of examples, one after the other. Usage: run-examples-in-process.ts FOLDER, which holds programs.json
// (paths of modules); writes outcomes.json beside it. The examples find radiographs in their working folder.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format, inspect } from "node:util";
import { createRng } from "@covidxr/core";
import { encodeImage } from "@covidxr/image";
import { drawRadiograph } from "@covidxr/phantom";

const folder = process.argv[2]!;
const programs: readonly string[] = JSON.parse(readFileSync(join(folder, "programs.json"), "utf8"));
const workplace = join(folder, "workplace");
mkdirSync(workplace, { recursive: true });
process.chdir(workplace);
await drawImages();

const outcomes = [];
for (const program of programs) {
  const recorder = createRecorder();
  const { log } = console;
  console.log = recorder.log;
  let error: string | null = null;
  try {
    const { example } = (await import(pathToFileURL(program).href)) as {
      example(recorder: Recorder): Promise<void>;
    };
    await example(recorder);
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  } finally {
    console.log = log;
  }
  outcomes.push({ error, compared: recorder.compared, faults: recorder.faults });
}
writeFileSync(join(folder, "outcomes.json"), JSON.stringify(outcomes));

/** images/covid and images/normal with twelve radiographs each, of six patients; images.csv lists them. */
async function drawImages(): Promise<void> {
  const lines = ["image,label,subject"];
  for (const [name, finding] of [
    ["covid", "COVID-19"],
    ["normal", "none"],
  ] as const) {
    mkdirSync(join("images", name), { recursive: true });
    for (let i = 0; i < 12; i++) {
      const patient = Math.floor(i / 2);
      const radiograph = drawRadiograph({
        rng: createRng(1, { purpose: name, index: i }),
        patientRng: createRng(1, { purpose: `${name} patient`, index: patient }),
        width: 96,
        height: 112,
        finding,
      });
      const path = `images/${name}/${name[0]}${patient}-${i % 2}.png`;
      writeFileSync(path, await encodeImage(radiograph, { format: "png" }));
      lines.push(`${path},${name},${name[0]}${patient}`);
    }
  }
  writeFileSync("images.csv", `${lines.join("\n")}\n`);
}

/** Compares what an example does with what its comments say. */
interface Recorder {
  start(): void;
  /** `line` is that of the statement in the example, from 0. */
  end(line: number, value: unknown, expected: string | null): void;
  /** Takes the place of `console.log`. */
  log(...values: unknown[]): void;
  /** Statements whose comment was compared. */
  readonly compared: number;
  /** What the comments say otherwise, by line from 0. */
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

/** `…` in an expected text stands for anything. */
function createRecorder(): Recorder {
  const faults: { line: number; message: string }[] = [];
  let printed: string[] = [];
  let compared = 0;
  return {
    start() {
      printed = [];
    },
    log(...values) {
      printed.push(format(...values));
    },
    end(line, value, expected) {
      const said = printed.length > 0;
      if (expected === null) {
        if (said) faults.push({ line, message: `prints ${printed.join("\n")}, and no comment says so` });
        return;
      }
      if (!said && value === undefined) return;
      compared++;
      const got = said
        ? printed.join("\n")
        : inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY });
      if (!agrees(got, expected)) faults.push({ line, message: `expected ${expected}, got ${got}` });
    },
    get compared() {
      return compared;
    },
    faults,
  };
}

/** Whether a comment is the text, or begins with it and goes on in prose. Blanks and the kind of quotes do not count. */
function agrees(got: string, expected: string): boolean {
  // Quotes, and lengths of typed arrays.
  const [value, comment] = [got, expected].map((text) =>
    text
      .replace(/\s+/g, "")
      .replaceAll('"', "'")
      .replace(/(?<=Array)\(\d+\)/g, ""),
  ) as [string, string];
  // Prose begins after a comma, semicolon or colon, any of them.
  const ends = [...comment.matchAll(/[,;:]|$/g)].map(({ index }) => index);
  return ends.some((end) => {
    const parts = comment.slice(0, end).split("…");
    const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+");
    return new RegExp(`^${pattern}$`).test(value);
  });
}
