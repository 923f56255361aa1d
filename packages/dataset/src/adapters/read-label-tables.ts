import { checkArguments, checkOptions } from "@covidxr/core/internal";
import type { Collection } from "./collection.js";
import { type KnownTable, readPlacedTable } from "./read-placed-table.js";

const RSNA = { path: "patientId", patientId: "patientId" } as const;

/** Tables of RSNA's challenge. */
export const RSNA_TABLES: readonly KnownTable[] = [
  { name: /^stage_2_detailed_class_info\.csv$/, columns: { ...RSNA, finding: "class" } },
  { name: /^stage_2_train_labels\.csv$/, columns: { ...RSNA, finding: "Target" } },
];

/** Tables of VinDr-CXR. */
export const VINDR_TABLES: readonly KnownTable[] = [
  { name: /^(annotations_)?train\.csv$/, columns: { path: "image_id", finding: "class_name" } },
];

/**
 * Reads the RSNA Pneumonia Detection Challenge (Shih et al., Radiology: Artificial Intelligence 1:e180041, 2019), unpacked and with
 * its DICOM files converted to PNG or JPEG: `stage_2_detailed_class_info.csv` (findings `Normal`, `Lung Opacity`, `No Lung
 * Opacity / Not Normal`), else `stage_2_train_labels.csv` (`0`, `1`). An image has a row for each box drawn on it; its rows become
 * one record. `patientId` names both image and patient. Images are found by name, anywhere in the folder.
 *
 * @param path The folder, or the table in it.
 * @returns Records in the order of the table.
 * @throws {FileError} `"missing"` when no such table is there, `"different"` when several are; `"unreadable"`, `"corrupt"`.
 * @throws {MetadataError} as {@link readImageTable}.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function readRsnaPneumonia(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Collection> {
  checkArguments({ path }, { path: "string" });
  checkOptions(options, { signal: "object?" });
  const { collection } = await readPlacedTable({
    ...options,
    ...{ path, source: "rsna-pneumonia", modality: "X-ray", severalFindings: "join" },
    tables: RSNA_TABLES,
  });
  return collection;
}

/**
 * Reads VinDr-CXR (Nguyen et al., Scientific Data 9:429, 2022), unpacked and with its DICOM files converted to PNG or JPEG:
 * `train.csv` or `annotations_train.csv`, with a row for each finding of each of three radiologists (`image_id`, `class_name`). The
 * rows of an image become one record with all findings, such as `Cardiomegaly|No finding` where the readers disagree:
 * {@link groupFindings} asks about it. Images are found by name, anywhere in the folder. No patients are published.
 *
 * @param path The folder, or the table in it.
 * @returns Records in the order of the table.
 * @throws {FileError} `"missing"` when no such table is there, `"different"` when several are; `"unreadable"`, `"corrupt"`.
 * @throws {MetadataError} as {@link readImageTable}.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function readVinDrCxr(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Collection> {
  checkArguments({ path }, { path: "string" });
  checkOptions(options, { signal: "object?" });
  const { collection } = await readPlacedTable({
    ...options,
    ...{ path, source: "vindr-cxr", modality: "X-ray", severalFindings: "join" },
    tables: VINDR_TABLES,
  });
  return collection;
}
