import { formatEstimate, formatMetric } from "@covidxr/metrics";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { countText } from "../internal/format.js";
import type { AuditRecord } from "../run/audit-record.js";
import { findingsOf, joinWords, nearModelProbes } from "./audit-facts.js";
import type { Limit } from "./limit.js";

/** What an audit adds to a run's limits. */
export interface AuditLimits {
  readonly leaks: readonly Limit[];
  /** Whether the leaks say which patients stand on both sides of a split. */
  readonly namesPatients: boolean;
  readonly attributes: readonly Limit[];
  /** Whether the source is among the attributes that are named. */
  readonly namesSources: boolean;
  /** What stands in place of the general warning of shortcuts; null where no probe comes near the model. */
  readonly probes: Limit | null;
}

/** Leaks and attributes that a limit names; the audit's section lists all. */
const NAMED_LEAKS = 2;
const NAMED_ATTRIBUTES = 3;

/** An attribute that tells less of the label than this, beyond chance, is not named. */
const NAMED_FROM = 0.05;

/** Name of the attribute that says which dataset an image comes from. */
const SOURCE = "source";

/** Limits from an audit's findings; none where nobody audited the run. */
export function auditLimits(analysis: RunAnalysis): AuditLimits {
  const { audit } = analysis.run;
  if (audit === null)
    return { leaks: [], namesPatients: false, attributes: [], namesSources: false, probes: null };
  const attributes = namedAttributes(audit);
  return {
    // A cross-validation draws folds and heeds the cohort's splits not.
    ...(isHoldout(analysis)
      ? leakLimits(audit)
      : { leaks: copiesInSeveralFolds(analysis), namesPatients: false }),
    attributes: attributes.length === 0 ? [] : [attributesLimit(attributes)],
    namesSources: attributes.some(({ attribute }) => attribute === SOURCE),
    probes: probesLimit(audit),
  };
}

function leakLimits(audit: AuditRecord): Pick<AuditLimits, "leaks" | "namesPatients"> {
  const leaks = findingsOf(audit, "leak");
  if (leaks.length === 0) return { leaks: [], namesPatients: false };
  const named = leaks.slice(0, NAMED_LEAKS).map(({ summary }) => summary);
  const more = leaks.length - named.length;
  return {
    leaks: [
      {
        title: "Splits share patients or pictures.",
        text:
          `${named.join(" ")} ${more === 0 ? "" : `The audit lists ${countText(more, "further leak")}. `}` +
          "What the network knows of a patient or a picture helps it with an image of the same in another split, and would " +
          "not help it with a new one.",
      },
    ],
    namesPatients: leaks.some(({ check }) => check === "patients"),
  };
}

function copiesInSeveralFolds(analysis: RunAnalysis): Limit[] {
  const { run } = analysis;
  if (run.kind !== "folds" || run.audit === null) return [];
  const [{ folds }] = run.groupings as [(typeof run.groupings)[number]];
  const foldOf = new Map(
    folds
      .filter(({ seed }) => seed === folds[0]!.seed)
      .flatMap(({ fold, images }) => images.map(({ path }) => [path, fold] as const)),
  );
  const apart = run.audit.copies.filter(({ first, second }) => {
    const [own, other] = [foldOf.get(first), foldOf.get(second)];
    return own !== undefined && other !== undefined && own !== other;
  });
  if (apart.length === 0) return [];
  return [
    {
      title: "Copies of a picture stand in several folds.",
      text:
        `${countText(apart.length, "pair")} of files that show one picture ${apart.length === 1 ? "was" : "were"} dealt to different folds ` +
        `(${analysis.headline.name}), so that a model was trained on what it was tested with.`,
    },
  ];
}

/** Attributes that the limits name: where a finding says that attributes tell of the label, the worst. */
function namedAttributes(audit: AuditRecord): AuditRecord["attributes"] {
  if (!audit.findings.some(({ check }) => check === "attributes")) return [];
  return audit.attributes
    .filter(({ share, shareByChance }) => share - shareByChance >= NAMED_FROM)
    .slice(0, NAMED_ATTRIBUTES);
}

function attributesLimit(attributes: AuditRecord["attributes"]): Limit {
  const parts = attributes.map(({ attribute, share, shareByChance, values }) => {
    const pure = values.filter(({ negative, positive }) => negative === 0 || positive === 0).length;
    const purity = pure === 0 ? "" : `; ${pure} of ${countText(values.length, "value")} in one class alone`;
    return `${attribute} ${formatMetric(share)} (by chance ${formatMetric(shareByChance)}${purity})`;
  });
  return {
    title: "What is not the disease goes together with the label.",
    text:
      `Share of the label's entropy that is told by what is known beside the picture: ${joinWords(parts)}. ` +
      "A network that sees these things in the pixels knows as much of the label.",
  };
}

function probesLimit(audit: AuditRecord): Limit | null {
  const near = nearModelProbes(audit);
  if (near.length === 0) return null;
  const named = near.map(({ title, outOfFold }) => `${title} (${formatEstimate(outOfFold)})`);
  const model = audit.probes?.model ? ` (${formatEstimate(audit.probes.model)})` : "";
  return {
    title: "Good figures do not show that a disease was recognised.",
    text:
      `${countText(near.length, "probe")} of the label ${near.length === 1 ? "comes" : "come"} near the model's own area under the ROC curve${model}: ` +
      `${joinWords(named)}. A figure like the model's can be had from that alone; whether the model used it, no probe ` +
      "tells. Only images from a place that took no part in training can test that.",
  };
}
