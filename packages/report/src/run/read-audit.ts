import { z } from "zod";
import { figureBetween, readOptionalRecord } from "./read-optional-record.js";

/** Bits of the perceptual hashes that an audit compares. */
const HASH_BITS = 128;

const count = z.int().nonnegative();
const share = figureBetween(0, 1);

/** Names come from the files of others: control characters in them are shown as such. */
const text = z.string().transform((value) => value.replaceAll(/\p{Cc}/gu, "\ufffd"));

const aucEstimate = z
  .object({
    value: share,
    low: share,
    high: share,
    level: z.number().gt(0).lt(1),
    method: z.string(),
    negatives: count,
    positives: count,
  })
  .refine(({ value, low, high }) => !(low > value || value > high), "the figure lies outside its interval");

const finding = z.object({
  /** Name of the check that found it, such as `"patients"` or `"images"`. */
  check: z.string(),
  severity: z.enum(["leak", "shortcut", "issue"]),
  summary: text,
  items: z.array(text),
});

const attribute = z.object({
  attribute: z.string(),
  known: count,
  values: z.array(z.object({ value: z.string(), negative: count, positive: count })),
  share,
  shareByChance: share,
  adjustedPValue: share,
});

const missing = z
  .object({ missing: count, of: count })
  .refine((field) => field.missing <= field.of, "more are missing than there are");

const copyPair = z.object({
  first: z.string(),
  second: z.string(),
  kind: z.enum(["file", "pixels", "similar"]),
  distance: count.max(HASH_BITS),
  correlation: figureBetween(-1, 1),
  mirrored: z.boolean(),
  crop: z.object({ of: z.enum(["first", "second"]) }).nullable(),
});

const probe = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  target: z.enum(["label", "source"]),
  outOfFold: aucEstimate,
  heldOut: aucEstimate.nullable(),
  verdict: z.enum(["chance", "signal", "near-model"]).nullable(),
  words: z.string(),
});

/** What `audit.json` must say for a report; other fields are passed over. */
const auditRecord = z.object({
  version: z.literal(1),
  rows: count,
  images: count,
  findings: z.array(finding),
  attributes: z.array(attribute),
  missingFields: z.array(
    z.object({ field: z.string(), negative: missing, positive: missing, adjustedPValue: share }),
  ),
  splits: z.array(z.object({ split: z.string(), negative: count, positive: count, patients: count })),
  copies: z.array(copyPair),
  probes: z.object({ results: z.array(probe), model: aucEstimate.nullable() }).nullable(),
});

/**
 * `audit.json` of a run: what `@covidxr/audit` found in its cohort, as far as a report shows it. An undefined figure
 * is NaN.
 */
export type AuditRecord = z.infer<typeof auditRecord>;

/** Something that a reviewer would hold against a study. */
export type AuditFinding = AuditRecord["findings"][number];

/** Two files of a cohort that show the same picture. */
export type AuditCopy = AuditRecord["copies"][number];

/** How well a simple classifier does with a part of what an image file holds. */
export type AuditProbe = NonNullable<AuditRecord["probes"]>["results"][number];

/**
 * Reads `audit.json`; null when nobody audited the run's cohort.
 *
 * @throws {FileError} `"unreadable"` when it cannot be read, `"corrupt"` when it is something else.
 */
export function readAudit(folder: string): Promise<AuditRecord | null> {
  return readOptionalRecord(folder, "audit.json", auditRecord, "an audit of the cohort");
}
