import { stat } from "node:fs/promises";
import { basename, dirname, join, posix, resolve } from "node:path";
import { FileError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { normalPatientId } from "../cohort/patient-id.js";
import { readBytes, readError } from "../files.js";
import { blankRecord, type MetadataRecord } from "../records/record.js";
import { remarkRepeated } from "../records/table-account.js";
import { decodeText } from "../tables/decode-text.js";
import type { LeftOutRow } from "../tables/foreign-table.js";
import { type Collection, countRows, createTally } from "./collection.js";
import { listFiles } from "./list-files.js";
import { placeImages } from "./place-images.js";

const SOURCE = "covidx";

/** Lists by name, such as `train_COVIDx9A.txt`, `test.txt`; the beginning is the split. */
const LIST = /^(train|val|test)[^/]*\.txt$/i;

/** Whether a file is a list of COVIDx, by its first lines. */
export async function isCovidxList(path: string): Promise<boolean> {
  if (!/\.txt$/i.test(path)) return false;
  const { text } = decodeText(await readBytes(path), path);
  return text.split(/\r\n|\n|\r/, 2).some((line) => LINE.test(line.trim()));
}

/** A line of a list: patient, file, class and, in later versions, source; a file's name may have blanks. */
const LINE = /^(\S+)\s+(\S.*?\.(?:png|jpe?g))\s+(\S+)(?:\s+(\S+))?$/i;

const NOT_A_LINE = "lines that are not: patient, file, class and source, separated by blanks";

/**
 * Reads lists of COVIDx (Wang, Lin and Wong, Scientific Reports 10:19549, 2020): `train….txt`, `val….txt` and `test….txt`, each
 * with lines of patient, file, class and, in later versions, source. Images are found by name anywhere in the folder, first in
 * one called as the split.
 *
 * Findings are the lists' classes, patients are `covidx:<patient>`; `otherColumns` has `split` and `source`. A patient of one
 * name in two sources counts as one: to keep two apart would leak where they are one.
 *
 * @param path The folder with the lists, or one list.
 * @returns Records in the order of the lists: train, val, test.
 * @throws {FileError} `"missing"` without a list, `"different"` with two for one split; `"unreadable"`, `"corrupt"`.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function readCovidx(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Collection> {
  checkArguments({ path }, { path: "string" });
  checkOptions(options, { signal: "object?" });
  const info = await stat(path).catch((cause) => Promise.reject(readError(path, "a folder or list", cause)));
  const root = resolve(info.isDirectory() ? path : dirname(path));
  const files = await listFiles(root, { tally: createTally(), signal: options.signal });
  const lists = info.isDirectory()
    ? files.filter((file) => !file.includes("/") && LIST.test(file))
    : [basename(path)];
  const read: MetadataRecord[] = [];
  const lines: LeftOutRow[] = [];
  const encodings = new Set<string>();
  for (const [list, split] of orderLists(root, lists)) {
    const { text, encoding } = decodeText(await readBytes(join(root, list)), join(root, list));
    encodings.add(encoding);
    for (const [place, line] of text.split(/\r\n|\n|\r/).entries()) {
      if (line.trim() === "") continue;
      const record = recordOf(line.trim(), split, place + 1);
      if (record !== undefined) read.push(record);
      else lines.push({ line: place + 1, reason: NOT_A_LINE, name: `${list}: ${line}` });
    }
  }
  const [leftOut, remarks] = [createTally(), createTally()];
  const records = placeImages(inSplitFolders(read, files), files, { leftOut, remarks });
  remarkRepeated(records, remarks);
  const table = {
    path: join(root, lists.length === 1 ? lists[0]! : ""),
    ...{
      encoding: [...encodings].join(", "),
      delimiter: " ",
      rows: read.length + lines.length,
      leftOut: lines,
    },
  };
  return {
    ...{ source: SOURCE, root, records, moved: [], leftOut: [...countRows(table), ...leftOut.list()] },
    ...{ remarks: remarks.list(), table },
  };
}

/** Lists with their splits (lower case), in the order of these; a single list of another name has none. */
function orderLists(root: string, lists: readonly string[]): [list: string, split: string | null][] {
  const refuse = (reason: "missing" | "different", message: string): never => {
    throw new FileError({ path: root, reason, message });
  };
  if (lists.length === 0)
    refuse(
      "missing",
      "expected a list train….txt, val….txt or test….txt, found none; give the folder that holds them",
    );
  const splitOf = (list: string): string | null => LIST.exec(list)?.[1]?.toLowerCase() ?? null;
  const order = ["train", "val", "test", null];
  return order.flatMap((split) => {
    const own = lists.filter((list) => splitOf(list) === split);
    if (own.length > 1)
      refuse(
        "different",
        `expected one list for ${split}, found ${own.join(", ")}; keep those of one version`,
      );
    return own.map((list): [string, string | null] => [list, split]);
  });
}

function recordOf(line: string, split: string | null, place: number): MetadataRecord | undefined {
  const [, patient, file, finding, source] = LINE.exec(line) ?? [];
  if (patient === undefined) return undefined;
  return blankRecord({
    line: place,
    patientId: `${SOURCE}:${normalPatientId(patient)}`,
    finding: finding!,
    modality: "X-ray",
    folder: ".",
    filename: file!,
    otherColumns: { ...(split !== null && { split }), ...(source !== undefined && { source }) },
  });
}

/** Records with the folder of their split where it holds their file. */
function inSplitFolders(records: readonly MetadataRecord[], files: readonly string[]): MetadataRecord[] {
  const present = new Set(files);
  return records.map((record) => {
    const folder = record.otherColumns.split;
    if (folder === undefined || !present.has(posix.join(folder, record.filename))) return record;
    return { ...record, folder };
  });
}
