// node index.mjs RUN IMAGE…: what a trained classifier says of images; RUN is the folder of a run or of its model.
import { loadClassifier } from "covidxr";

const [folder = "run", ...paths] = process.argv.slice(2);
const classifier = await loadClassifier(folder).catch(({ message }) => {
  console.error(message);
  process.exit(1);
});
console.error("For research. This is not a diagnostic device.");

for (const path of paths) {
  try {
    const { label, probability } = await classifier.classify(path);
    console.log([path, label, probability.toFixed(4)].join("\t"));
  } catch ({ message }) {
    console.error(`${path}: ${message}`);
    process.exitCode = 1;
  }
}
await classifier.dispose();
