import { isCovidxrError } from "@covidxr/core";
import { chooseEngine, createEngine, splitModel } from "@covidxr/training";
import { listCandidates } from "./engines/candidates.js";
import { readEnginesOptions } from "./engines/options.js";
import { smallModel, timeStep } from "./engines/time-step.js";
import { table } from "./run/format.js";
import { useTensorFlow } from "./run/tensorflow.js";

// Prints what can compute here, what would be chosen and why, and the time of a small training step on each.
const { engine, steps } = readEnginesOptions(process.argv.slice(2));
await useTensorFlow();

const candidates = await listCandidates();
console.log("Installed");
for (const { name, state } of candidates) console.log(`  ${name}: ${state}`);

try {
  const { reason, fallback } = await chooseEngine(engine);
  const model = smallModel();
  const from = splitModel(model).tailFrom;
  const chosen = await createEngine(model, { engine, from, loss: "binaryCrossentropy" });
  console.log(`\nChosen for engine "${engine}": ${chosen.description}`);
  console.log(`  because: ${reason}`);
  if (fallback !== undefined) console.log(`  ${fallback}`);
  await chosen.dispose();
  model.dispose();
} catch (error) {
  if (!isCovidxrError(error)) throw error;
  console.error(`Error: ${error.message}`);
  process.exitCode = 1;
}

console.log(`\nA training step of a small model, median of ${steps}`);
const rows: string[][] = [];
for (const { name, options } of candidates) {
  if (options === undefined) continue;
  // A provider may open and still lack something at its first step.
  const row = await timeStep(options, steps).then(
    ({ description, millisecondsPerStep }) => [description, `${millisecondsPerStep.toFixed(2)} ms`],
    (error: Error) => [name, error.message.split("\n")[0]!],
  );
  rows.push(row);
}
console.log(table(rows));
