import { options, testRefusals } from "@covidxr/testing/refusals";
import { expect, test } from "@jest/globals";
import * as facade from "./index.js";

/** On a folder that is not there: everything but that refusal counts. */
const withoutFolder =
  <Given extends unknown[]>(call: (...given: Given) => Promise<unknown>) =>
  async (...given: Given): Promise<void> => {
    await call(...given).catch((error) => {
      if ((error as { kind: string }).kind !== "file") throw error;
    });
  };

testRefusals(
  {
    loadClassifier: withoutFolder(facade.loadClassifier),
    trainClassifier: withoutFolder(facade.trainClassifier),
  },
  {
    loadClassifier: ["nowhere", options({ metadata: { threshold: 0.5 } })],
    trainClassifier: [
      "nowhere",
      options({
        ...{
          positive: "covid",
          negative: ["normal"],
          excluded: ["other"],
          output: "run",
          cache: "cache",
          weights: "random",
          probes: "pixels",
        },
        ...{ height: 64, width: 64, epochs: 2, batchSize: 8, optimizer: "sgd", learningRate: 0.1 },
        ...{ momentum: 0.5, nesterov: true, earlyStopping: 2, seed: 0, engine: "auto", providers: ["cpu"] },
        ...{ patientOf: () => null, onProgress: () => {}, signal: new AbortController().signal },
      }),
    ],
  },
);

test.each([
  ["batch_size", 8, "batchSize"],
  ["learning_rate", 0.1, "learningRate"],
  ["folds", 5, "epochs"],
])("trainClassifier refuses %s", async (name, value, nearest) => {
  const given = { positive: "covid", [name]: value };
  await expect(facade.trainClassifier("nowhere", given)).rejects.toMatchObject({
    ...{ kind: "invalid-argument", parameter: name, value },
    message: expect.stringContaining(nearest),
  });
});
