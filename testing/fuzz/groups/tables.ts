import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CohortRow, readCohort, readImageTable, readMetadata, writeCohort } from "@covidxr/dataset";
import type { Group, Input } from "../group.js";
import { mutateBytes, mutateTable } from "../mutators.js";

const IMAGES =
  "image,label,subject,age\n" +
  rowsOf((i) => `images/${i}.png,${i % 2 ? "covid" : "normal"},p${i % 5},${20 + i}`);
const METADATA =
  "patientid,offset,sex,age,finding,RT_PCR_positive,view,modality,date,folder,filename,license\n" +
  rowsOf(
    (i) =>
      `${i},${i % 4},${i % 2 ? "F" : "M"},${30 + i},${i % 2 ? "COVID-19" : "No Finding"},Y,PA,X-ray,2020,images,${i}.png,CC BY-SA`,
  );

function rowsOf(row: (i: number) => string): string {
  return Array.from({ length: 12 }, (_, i) => `${row(i)}\n`).join("");
}

/** Tables of each kind that is read; a table carries no digest. */
export const tables: Group = {
  async prepare(folder) {
    for (const name of Object.keys(READERS)) await mkdir(join(folder, name));
    await writeFile(join(folder, "images", "table.csv"), IMAGES);
    await writeFile(join(folder, "metadata", "table.csv"), METADATA);
    const cohort = Array.from(
      { length: 12 },
      (_, i): CohortRow => ({
        ...{
          path: `images/${i}.png`,
          filename: `${i}.png`,
          patientId: i % 3 === 0 ? null : `p${i}`,
          finding: "COVID-19",
        },
        ...{
          license: "CC BY 4.0",
          source: "images",
          label: i % 2 === 0 ? 1 : 0,
          split: i < 8 ? "train" : "test",
        },
        status: i === 3 ? "missing" : "used",
      }),
    );
    await writeCohort(join(folder, "cohort", "table.csv"), cohort);
  },

  async mutate(input, rng) {
    const bytes = await readFile(pathOf(input));
    const { content, what } =
      rng.uniform() < 0.3 ? mutateBytes(bytes, rng) : mutateTable(bytes.toString("utf8"), rng);
    await writeFile(pathOf(input), content);
    return { what, unsealed: true };
  },

  use: async (input) => ({ value: await READERS[input.name as keyof typeof READERS](pathOf(input)) }),
};

const pathOf = ({ folder }: Input): string => join(folder, "table.csv");

const READERS = {
  cohort: readCohort,
  metadata: (path: string) => readMetadata(path),
  images: async (path: string) => {
    const columns = { path: "image", finding: "label", patientId: "subject", age: "age" };
    const { records } = await readImageTable(path, { columns, source: "images" });
    return records;
  },
} satisfies Record<string, (path: string) => Promise<unknown>>;
