import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readHistory } from "./read-history.js";
import { writeHistory } from "./write-history.js";

const history = [
  { epoch: 1, loss: 0.1 + 0.2, accuracy: 0.5, validationLoss: Number.NaN, validationAccuracy: Number.NaN },
  { epoch: 2, loss: 1e-7, accuracy: 1, validationLoss: 0.25, validationAccuracy: 0.75, seconds: 1.23456 },
];

test("a history is read back to the last bit; what was not taken is blank", async () => {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeHistory(folder, history);
  expect(await readFile(join(folder, "history.csv"), "utf8")).toBe(
    "epoch,loss,accuracy,val_loss,val_accuracy,seconds\n" +
      "1,0.30000000000000004,0.5,,,\n2,1e-7,1,0.25,0.75,1.235\n",
  );
  expect(await readHistory(folder)).toEqual(history.map(({ seconds: _, ...row }) => row));
});
