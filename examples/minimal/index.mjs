// node index.mjs [FOLDER] [POSITIVE] [WEIGHTS]: a folder of images for each class in, run/report.html out.
import { trainClassifier } from "covidxr";

const [folder = "images", positive = "covid", weights = "imagenet"] = process.argv.slice(2);
const run = await trainClassifier(folder, {
  positive,
  weights,
  output: "run",
  seed: 0,
  onProgress: ({ stage, epoch, loss, what, count, examples }) => {
    if (stage === "epoch") console.log(`epoch ${epoch}: ${loss.toFixed(3)}`);
    if (stage === "left-out") console.log(`left out: ${count} ${what}, such as ${examples[0]}`);
  },
}).catch(stop);

const { value, low, high } = run.metrics.accuracy;
console.log(
  `accuracy ${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] on held-out images; see ${run.report}`,
);
console.log("For research. This is not a diagnostic device.");

function stop({ message }) {
  console.error(message);
  process.exit(1);
}
