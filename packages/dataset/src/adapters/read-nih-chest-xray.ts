import { join, posix } from "node:path";
import { MetadataError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { readBytes } from "../files.js";
import { decodeText } from "../tables/decode-text.js";
import { type Collection, createTally } from "./collection.js";
import { type KnownTable, readPlacedTable } from "./read-placed-table.js";

/** The official lists of the two sides of the split. */
const LISTS = { train: "train_val_list.txt", test: "test_list.txt" } as const;

/** Tables of NIH ChestX-ray14. */
export const NIH_TABLES: readonly KnownTable[] = [
  {
    name: /^Data_Entry_2017(_v2020)?\.csv$/,
    columns: {
      ...{ path: "Image Index", finding: "Finding Labels", patientId: "Patient ID" },
      ...{ age: "Patient Age", view: "View Position" },
    },
  },
];

/**
 * Reads NIH ChestX-ray14 (Wang et al., CVPR 2017), unpacked: `Data_Entry_2017.csv` (or its version of 2020) and the images, found
 * by name anywhere in the folder (`images/`, `images_001/images/`, …).
 *
 * - A finding is what the table says: `No Finding`, one, or several joined by `|`. {@link groupFindings} asks about several.
 * - Patients are `nih-chest-xray14:<number>`.
 * - The official split is in `otherColumns.split` where its lists are there: `train` (`train_val_list.txt`, from which a
 *   validation part is still to be taken) and `test` (`test_list.txt`).
 *
 * @param path The folder, or the table in it.
 * @returns Records in the order of the table.
 * @throws {FileError} `"missing"` when no such table is there, `"different"` when several are; `"unreadable"`, `"corrupt"`.
 * @throws {MetadataError} as {@link readImageTable}, and `"duplicate-key"` on an image that both lists name.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function readNihChestXray(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Collection> {
  checkArguments({ path }, { path: "string" });
  checkOptions(options, { signal: "object?" });
  const { collection, files } = await readPlacedTable({
    ...options,
    ...{ path, source: "nih-chest-xray14", modality: "X-ray" },
    tables: NIH_TABLES,
  });
  const splits = await readSplits(collection.root, files);
  if (splits.size === 0) return collection;
  const tally = createTally();
  const records = collection.records.map((record) => {
    const split = splits.get(record.filename);
    if (split !== undefined) return { ...record, otherColumns: { ...record.otherColumns, split } };
    tally.add("images that no list of the split names", record.filename);
    return record;
  });
  const named = new Set(records.map(({ filename }) => filename));
  for (const name of splits.keys())
    if (!named.has(name)) tally.add("names in a list of the split that no row has", name);
  return { ...collection, records, remarks: [...(collection.remarks ?? []), ...tally.list()] };
}

/** Split of each image by its name; empty without lists. */
async function readSplits(root: string, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const splits = new Map<string, string>();
  for (const [split, list] of Object.entries(LISTS)) {
    const path = files.find((file) => posix.basename(file) === list);
    if (path === undefined) continue;
    const { text } = decodeText(await readBytes(join(root, path)), path);
    for (const [place, line] of text.split(/\r\n|\n|\r/).entries()) {
      const name = line.trim();
      if (name === "") continue;
      if ((splits.get(name) ?? split) !== split) {
        throw new MetadataError({
          path: join(root, path),
          line: place + 1,
          reason: "duplicate-key",
          message: `expected each image in one list of the split, got ${name} in ${Object.values(LISTS).join(" and ")}; remove it from one`,
        });
      }
      splits.set(name, split);
    }
  }
  return splits;
}
