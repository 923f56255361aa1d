import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { writePredictions } from "./write-predictions.js";

test("a line for each image, in the order given; names are quoted where CSV needs it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  const row = { filename: 'a,"b".png', split: "predict", label: 1, probability: 0.1 + 0.2, predicted: 0 };
  await writePredictions(folder, [
    { ...row, path: 'images/a,"b".png' },
    { ...row, filename: "c.png", path: "images/c.png", patient: "not a column" } as typeof row & {
      path: string;
    },
  ]);
  expect(await readFile(join(folder, "predictions.csv"), "utf8")).toBe(
    "filename,split,label,probability,predicted,path\n" +
      '"a,""b"".png",predict,1,0.30000000000000004,0,"images/a,""b"".png"\n' +
      "c.png,predict,1,0.30000000000000004,0,images/c.png\n",
  );
});
