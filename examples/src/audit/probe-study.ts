import {
  type AucEstimate,
  type Embedder,
  type LungMasks,
  type ProbeImage,
  type ProbesAudit,
  patientGroups,
  pixelEmbedder,
  runProbes,
} from "@covidxr/audit";
import { isCovidxrError } from "@covidxr/core";
import { buildModel, readWeights } from "@covidxr/model";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { AuditOptions } from "../run/options/audit-options.js";
import type { StudyOptions } from "../run/options/study-options.js";
import type { Run } from "../run/run.js";
import type { LoadedCohort } from "../study/load-cohort.js";
import type { TrainingOptions } from "../study/training-settings.js";
import { backboneEmbedder, PROBE_SIZE } from "./backbone-embedder.js";

/** Split whose images judge the model, and the probes beside it. */
const HELD_OUT = "predict";

/** What probes are run with. */
export interface ProbeStudyOptions {
  /** The study's model, whose frozen layers see for the probes; not needed for small pixels. */
  readonly model: LayersModel | undefined;
  /** Of the lungs; undefined for ellipses. */
  readonly masks: LungMasks | undefined;
  /** The model's own area on the held-out images, where there is one. */
  readonly auc: AucEstimate | null;
}

/**
 * Asks how well the label can be told from what must not tell it; null where no probes were wanted, or none could be run,
 * which is said.
 */
export async function probeStudy(
  { rows, imageOf, pictures }: LoadedCohort,
  { model, masks, auc }: ProbeStudyOptions,
  options: StudyOptions & AuditOptions & Partial<Pick<TrainingOptions, "providers">>,
  run: Run,
  signal: AbortSignal,
): Promise<ProbesAudit | null> {
  if (options.probes === "none") return null;
  const { fingerprints, copies } = await pictures();
  const fingerprintOf = new Map(fingerprints.map((each) => [each.path, each]));
  // Patients who share a picture are one, as the folds see them.
  const patients = patientGroups(rows, copies);
  const used = new Map(
    rows.flatMap((row, i) => (row.status === "used" ? [[row.path, { row, patient: patients[i]! }]] : [])),
  );
  const images = Array.from(used.values(), ({ row, patient }): ProbeImage => {
    const { key, pixels } = imageOf(row);
    return {
      key,
      pixels,
      fingerprint: fingerprintOf.get(row.path)!,
      label: row.label,
      source: row.source,
      patient,
      split: row.split === "train" ? "train" : row.split === HELD_OUT ? "held-out" : null,
    };
  });
  const small = await smallModel(model, options);
  try {
    const embedder: Embedder =
      small === undefined
        ? pixelEmbedder()
        : backboneEmbedder(small, { ...options, onFallback: (message) => run.say.once(message) });
    const results = await run.stage("probes", "Probing for shortcuts", "pictures", (onProgress) =>
      runProbes({
        images,
        embedder,
        ...(masks && { lungMask: ({ fingerprint }: ProbeImage) => masks.maskOf(fingerprint.path) }),
        ...(auc && { model: auc }),
        seed: options.seed,
        onProgress,
        signal,
      }),
    );
    return { results, model: auc };
  } catch (error) {
    // Too few patients, or a mask without lungs: what was trained is worth more than its probes.
    if (!isCovidxrError(error) || error.kind === "interrupted") throw error;
    run.say.line(`No probes: ${error.message}`);
    return null;
  } finally {
    small?.dispose();
  }
}

/** The study's backbone with a small input; its head takes no part. */
async function smallModel(
  model: LayersModel | undefined,
  options: StudyOptions & AuditOptions,
): Promise<LayersModel | undefined> {
  if (options.probes === "pixels") return undefined;
  const backbone = model && { backbone: readWeights(model) };
  return buildModel({ ...options, ...PROBE_SIZE, ...backbone });
}
