import { parse } from "node:path";
import {
  type AucEstimate,
  auditCohort as auditRows,
  type CohortAudit,
  type CopyPair,
  describeRows,
  identifyImages,
  openLungMasks,
  type ProbeResult,
} from "@covidxr/audit";
import type { LungMasks } from "@covidxr/audit/internal";
import { InvalidArgumentError } from "@covidxr/core";
import { plural } from "@covidxr/core/internal";
import { assertNoLeakage, type CohortRow, findLeakage } from "@covidxr/dataset";
import type { ImageIdentity } from "@covidxr/dataset/internal";
import type { Run } from "../run/run.js";
import { auditText } from "../run/texts.js";
import type { Settings } from "../settings/declarations.js";
import type { Cohort } from "./load-cohort.js";
import type { StudyDefinition } from "./published.js";

/** What `audit.json` holds. */
export interface AuditFindings extends CohortAudit {
  readonly version: 1;
  /** Rows of the cohort, and files whose images were compared. */
  readonly rows: number;
  readonly images: number;
  /** Shortcut probes beside the model's own area under the ROC curve; null where none were run. */
  readonly probes: { readonly results: readonly ProbeResult[]; readonly model: AucEstimate | null } | null;
}

/** What was found in a cohort. */
export interface Audit {
  readonly record: AuditFindings;
  /** Lung masks for the probes; undefined for ellipses. */
  readonly masks: LungMasks | undefined;
}

/** What an audit prints. */
export interface AuditCohortOptions {
  /** Cases shown under each finding. @defaultValue 0 */
  readonly items?: number;
}

/**
 * Looks for what a reviewer would find in a cohort's records and files: leaks, copies, attributes that predict the label,
 * issues. Writes it to the run's folder.
 *
 * @throws {FileError} when there is no folder of masks.
 * @throws {InvalidArgumentError} when an image has no mask, or two images would share one.
 */
export async function auditCohort(
  run: Run<Pick<Settings, "seed">>,
  { records, rows, prepared, pictures }: Cohort,
  { items = 0 }: AuditCohortOptions = {},
): Promise<Audit> {
  // Masks are checked before any long work.
  const masks = await openMasks(run, rows);
  const { fingerprints, copies } = await pictures();
  const found = auditRows(describeRows(rows, records), {
    ...{ fingerprints, copies, records },
    failures: prepared.failures,
    now: run.folder.started,
    seed: run.settings.seed,
  });
  const record: AuditFindings = {
    version: 1,
    rows: rows.length,
    images: fingerprints.length,
    ...found,
    probes: null,
  };
  await run.folder.writeAudit(record);
  run.say.block(auditText(record, items));
  return { record, masks };
}

/**
 * Refuses splits that share patients or images. The study's own way of splitting makes such splits, and is kept on purpose:
 * then the reason is printed. Says what training is to do about leakage.
 *
 * @throws {LeakageError} on a split that was meant to have no leaks.
 */
export async function checkLeakage(
  run: Run<Pick<Settings, "split">>,
  study: StudyDefinition,
  { rows, pictures, isPublished }: Cohort,
): Promise<"refuse" | "allow"> {
  const { copies } = await pictures();
  const identities = splitIdentities(rows, copies, study.split.splits);
  if (run.settings.split === "patient") {
    assertNoLeakage(identities);
    run.say.line("No patient and no image is in more than one split.");
    return "refuse";
  }
  const leaks = findLeakage(identities).length;
  if (leaks === 0) return "refuse";
  const reason = isPublished
    ? "keeps the rows where the published study had them, so that its metrics can be compared"
    : "draws rows one by one, as the published study did";
  run.say.line(
    `Training despite ${plural(leaks, "leak")} between the splits: --split study ${reason}. --split patient has none.`,
  );
  return "allow";
}

/** Which images the used rows of each split are. */
export function splitIdentities(
  rows: readonly CohortRow[],
  copies: readonly CopyPair[],
  splits: readonly string[],
): Record<string, ImageIdentity[]> {
  const used = (split: string) => rows.filter((row) => row.split === split && row.status === "used");
  return Object.fromEntries(splits.map((split) => [split, identifyImages(used(split), copies)]));
}

/** The lung masks that were asked for: one for each used image. */
async function openMasks(
  run: Run<Partial<Settings>>,
  rows: readonly CohortRow[],
): Promise<LungMasks | undefined> {
  const { masks: folder, probes = "none" } = run.place;
  if (folder === undefined || probes === "none") return undefined;
  const masks = await openLungMasks(folder);
  const refuse = (message: string): never => {
    throw new InvalidArgumentError({ parameter: "masks", value: folder, message });
  };
  const paths = new Set(rows.filter(({ status }) => status === "used").map(({ path }) => path));
  const stems = new Set(masks.stems);
  const missing = [...paths].filter((path) => !stems.has(parse(path).name));
  if (missing.length > 0) {
    refuse(
      `expected a mask for each of ${paths.size} images, got none for ${missing.length}, such as ${missing[0]}; ` +
        "add them, or leave the flag out to cover all lungs with ellipses",
    );
  }
  const pathOf = new Map<string, string>();
  for (const path of paths) {
    const { name } = parse(path);
    const other = pathOf.get(name);
    if (other !== undefined)
      refuse(`expected a mask for each image, got one for both ${other} and ${path}; rename one`);
    pathOf.set(name, path);
  }
  return masks;
}
