import { join } from "node:path";
import {
  type AucEstimate,
  type Embedder,
  type ProbeImage,
  type ProbeResult,
  patientGroups,
  pixelEmbedder,
  probeFindings,
  runProbes,
} from "@covidxr/audit";
import { sortFindings } from "@covidxr/audit/internal";
import { isCovidxrError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { normalize, resize } from "@covidxr/image";
import { buildModel, readWeights } from "@covidxr/model";
import { extractFeatures } from "@covidxr/training";
import { asFloats } from "@covidxr/training/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";
import type { Audit, AuditFindings } from "./audit.js";
import type { Cohort } from "./load-cohort.js";
import type { StudyDefinition } from "./published.js";

/** A quarter of the study's pixels: enough to see text, edges and exposure, in a quarter of the time. */
const PROBE_SIZE = { height: 160, width: 191 } as const;

/** Settings that probes depend on. */
export type ProbeSettings = Pick<Settings, "seed" | "preprocessing"> & Partial<Pick<Settings, "providers">>;

/** What the probes are compared with. */
export interface ProbedModel {
  /** The study's model, whose frozen layers extract the probes' features; undefined: those of the run's weights. */
  readonly model?: LayersModel;
  /** The model's own area under the ROC curve on the held-out images. @defaultValue none */
  readonly auc?: AucEstimate | null;
}

/**
 * Measures how well the label can be predicted from what should not predict it, and adds it to the audit. Where probes cannot
 * be run, that is printed, and the audit stays as it is.
 */
export async function probeShortcuts(
  run: Run<ProbeSettings>,
  study: StudyDefinition,
  cohort: Cohort,
  audit: Audit,
  { model, auc = null }: ProbedModel = {},
): Promise<AuditFindings> {
  const { record, masks } = audit;
  const { probes = "none" } = run.place;
  if (probes === "none") return record;
  const { seed } = run.settings;
  const images = await probeImages(cohort, study);
  // The study's backbone with a small input; its head takes no part.
  const small =
    probes === "pixels"
      ? undefined
      : await buildModel({
          ...{ ...PROBE_SIZE, seed, weights: run.place.weights },
          ...(model && { backbone: readWeights(model) }),
        });
  let results: ProbeResult[];
  try {
    const embedder = small === undefined ? pixelEmbedder() : backboneEmbedder(run, small);
    results = await run.stage("probes", "Probing for shortcuts", "images", (onProgress) =>
      runProbes({
        ...{ images, embedder, seed, onProgress, signal: run.signal },
        ...(masks && { lungMask: ({ fingerprint }: ProbeImage) => masks.maskOf(fingerprint.path) }),
        ...(auc && { model: auc }),
      }),
    );
  } catch (error) {
    // Too few patients, or a mask without lungs: the trained model is worth more than its probes.
    if (!isCovidxrError(error) || error.kind === "interrupted") throw error;
    run.say.line(`No probes: ${error.message}`);
    return record;
  } finally {
    small?.dispose();
  }
  const findings = sortFindings([...record.findings, ...probeFindings(results, record)]);
  const whole: AuditFindings = { ...record, findings, probes: { results, model: auc } };
  await run.folder.writeAudit(whole);
  return whole;
}

async function probeImages(
  { rows, imageOf, pictures }: Cohort,
  { split: { splits } }: StudyDefinition,
): Promise<ProbeImage[]> {
  const { fingerprints, copies } = await pictures();
  const [training, , heldOut] = splits;
  const fingerprintOf = new Map(fingerprints.map((each) => [each.path, each]));
  // Patients who share an image are one, as in the folds.
  const patients = patientGroups(rows, copies);
  const used = new Map(
    rows.flatMap((row, i) => (row.status === "used" ? [[row.path, { row, patient: patients[i]! }]] : [])),
  );
  return Array.from(used.values(), ({ row, patient }) => {
    const { key, pixels } = imageOf(row);
    return {
      ...{ key, pixels, patient, label: row.label, source: row.source },
      fingerprint: fingerprintOf.get(row.path)!,
      split: row.split === training ? "train" : row.split === heldOut ? "held-out" : null,
    };
  });
}

/**
 * Embeds images by the frozen layers of a model whose input has {@link PROBE_SIZE}: the mean over the image of each channel
 * of the last frozen layer.
 */
function backboneEmbedder(run: Run<ProbeSettings>, model: LayersModel): Embedder {
  const { preprocessing, providers } = run.settings;
  return {
    description: `means of VGG19's frozen channels at ${PROBE_SIZE.height} × ${PROBE_SIZE.width}`,
    async embed(images, { onProgress, signal } = {}) {
      const sources = images.map((image) => ({
        key: cacheKey(image.key, preprocessing, PROBE_SIZE),
        load: async () =>
          normalize(resize(await image.load(), { ...PROBE_SIZE, method: "bilinear" }), preprocessing),
      }));
      const { values, shape } = await extractFeatures(model, sources, {
        cacheFolder: join(run.place.cache, "features"),
        precision: "float16",
        ...(providers && { providers }),
        onFallback: (message) => run.say.once(message),
        ...(onProgress && { onProgress }),
        ...(signal && { signal }),
      });
      return values.map((value) => channelMeans(asFloats(value), shape.at(-1)!));
    },
  };
}

function channelMeans(features: Float32Array, channels: number): Float32Array {
  const sums = new Float64Array(channels);
  for (let i = 0; i < features.length; i++) sums[i % channels]! += features[i]!;
  const positions = features.length / channels;
  return Float32Array.from(sums, (sum) => sum / positions);
}
