import { fetchWeights } from "../weights/fetch-weights.js";
import type { WeightsSource } from "../weights/weights-file.js";

// A fetch as a program of its own, to run beside another one or to be killed: `… SOURCE_AS_JSON`, into the cache folder
// of COVIDXR_CACHE. Prints `waiting` where it waits, and at the end the result as JSON.
const source = JSON.parse(process.argv[2]!) as WeightsSource;

void fetchWeights(source, { onWait: () => console.log("waiting") }).then((result) => {
  console.log(JSON.stringify(result));
});
