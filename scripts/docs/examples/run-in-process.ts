// Runs programs made of examples, one after the other. Usage: run-in-process.ts FOLDER, which holds programs.json
// (paths of modules); writes outcomes.json beside it. The examples find radiographs in their working folder.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRng } from "@covidxr/core";
import { encodeImage } from "@covidxr/image";
import { drawRadiograph } from "@covidxr/phantom";
import { createRecorder, type Recorder } from "./recorder.js";

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
