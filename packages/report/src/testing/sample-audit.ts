import type { AuditRecord } from "../run/audit-record.js";
import type { OtherSplitRecord } from "../run/result-records.js";
import { HOSTILE_NAME } from "./hostile-name.js";

const area = (value: number, low: number, high: number) => ({
  ...{ value, low, high },
  level: 0.95,
  method: "DeLong" as const,
  negatives: 23,
  positives: 24,
});

const positive = (i: number): string => `covid-chestxray-dataset/images/image-${i}.png`;
const negative = (i: number): string => `chest_xray/train/NORMAL/image-${i}.png`;
const hostile = `chest_xray/train/NORMAL/${HOSTILE_NAME}`;

/** The copies of a sample run: more than a page shows, the one across splits last. */
const COPIES: AuditRecord["copies"] = [
  ...Array.from({ length: 12 }, (_, i) => ({
    first: negative(i < 6 ? 2 * i + 1 : 2 * i - 11),
    second: negative(i < 6 ? 2 * i + 9 : 2 * i + 1),
    kind: "pixels" as const,
    distance: 0,
    correlation: 1,
    mirrored: false,
    crop: null,
  })),
  {
    first: negative(1),
    second: hostile,
    kind: "similar",
    distance: 7,
    correlation: 0.981,
    mirrored: true,
    crop: { of: "second" },
  },
];

/** An audit of the sample cohort that found something of every kind; its metrics are made up. */
export const SAMPLE_AUDIT: AuditRecord = {
  version: 1,
  rows: 48,
  images: 47,
  findings: [
    {
      check: "patients",
      severity: "leak",
      summary: "6 of 12 rows of predict are of 6 patients with rows in train.",
      items: Array.from(
        { length: 30 },
        (_, i) => `patient ${i + 4}: train ${positive(4)}; predict ${positive(36)}`,
      ),
    },
    {
      check: "images",
      severity: "leak",
      summary: "1 image is in both train and predict.",
      items: [`${negative(1)} (train) and ${hostile} (predict): 7 of 128 bits, mirrored`],
    },
    {
      check: "attributes",
      severity: "shortcut",
      summary:
        "source explains all of the label's entropy: all 23 images from chest-xray-pneumonia are negative.",
      items: ["chest-xray-pneumonia: 23 negative, 0 positive"],
    },
    {
      check: "probes",
      severity: "shortcut",
      summary: "The border alone comes near the model.",
      items: [],
    },
    {
      check: "values",
      severity: "issue",
      summary: "1 age is above 120 years.",
      items: [`${positive(2)}: 180`],
    },
  ],
  attributes: [
    {
      attribute: "source",
      known: 47,
      values: [
        { value: "covid-chestxray-dataset", negative: 0, positive: 24 },
        { value: "chest-xray-pneumonia", negative: 23, positive: 0 },
      ],
      share: 1,
      shareByChance: 0.016,
      adjustedPValue: 0.0005,
    },
    {
      attribute: "age band",
      known: 40,
      values: [
        { value: "40–64", negative: 8, positive: 14 },
        { value: "65+", negative: 12, positive: 6 },
      ],
      share: 0.081,
      shareByChance: 0.021,
      adjustedPValue: 0.037,
    },
    {
      attribute: "view",
      known: 47,
      values: [{ value: "PA", negative: 23, positive: 24 }],
      share: 0,
      shareByChance: 0,
      adjustedPValue: Number.NaN,
    },
  ],
  missingFields: [
    {
      field: "age",
      negative: { missing: 23, of: 23 },
      positive: { missing: 2, of: 24 },
      adjustedPValue: 1e-9,
    },
  ],
  splits: [
    { split: "train", negative: 12, positive: 12, patients: 24 },
    { split: "test", negative: 6, positive: 6, patients: 12 },
    { split: "predict", negative: 6, positive: 6, patients: 12 },
  ],
  copies: COPIES,
  probes: {
    model: area(0.889, 0.68, 1),
    results: [
      {
        name: "border",
        title: "border alone",
        description: "The outer 10 % of each side, through VGG19's frozen layers.",
        target: "label",
        outOfFold: area(0.91, 0.82, 0.98),
        heldOut: area(0.86, 0.62, 1),
        verdict: "near-model",
        words: "The border alone reaches 0.910 [0.820, 0.980], near the model's 0.889 [0.680, 1.000].",
      },
      {
        name: "grey-levels",
        title: "grey levels",
        description: "Statistics of the histogram.",
        target: "label",
        outOfFold: area(0.55, 0.38, 0.72),
        heldOut: null,
        verdict: "chance",
        words: "The grey levels distinguish the classes no better than chance.",
      },
      {
        name: "source-within-class",
        title: "source within COVID-19",
        description: "The whole image, of one class.",
        target: "source",
        outOfFold: area(Number.NaN, Number.NaN, Number.NaN),
        heldOut: null,
        verdict: null,
        words: "Undefined: all images are of one source.",
      },
    ],
  },
};

/** An audit of the sample cohort that found nothing. */
export const CLEAN_AUDIT: AuditRecord = {
  ...SAMPLE_AUDIT,
  findings: [],
  attributes: [],
  missingFields: [],
  copies: [],
  probes: null,
};

/** The sample study on a split by patient: 9 of 12 right. */
export const OTHER_SPLIT: OtherSplitRecord = {
  split: "patient",
  run: "by-patient",
  heldOut: "predict",
  images: 12,
  threshold: 0.7,
  confusionMatrix: [
    [5, 1],
    [2, 4],
  ],
  auc: { value: 0.806, low: 0.52, high: 1 },
  seed: 0,
};
