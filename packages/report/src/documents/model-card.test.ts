import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import type { ImagesAnalysis } from "../analysis/analyse-images.js";
import type { HoldoutAnalysis, RunAnalysis } from "../analysis/analyse-run.js";
import { analyseSample } from "../testing/analyse-sample.js";
import type { SampleRun } from "../testing/write-sample-run.js";
import { claimChecklist } from "./claim-checklist.js";
import { modelCard } from "./model-card.js";

interface Metric {
  readonly type: string;
  readonly value: number;
  readonly name: string;
  readonly args: Record<string, unknown>;
}

interface Metadata {
  readonly license: string;
  readonly tags: string[];
  readonly datasets?: string[];
  readonly metrics?: string[];
  readonly "model-index"?: {
    readonly name: string;
    readonly results: {
      readonly task: { readonly type: string; readonly name: string };
      readonly dataset: { readonly name: string; readonly type: string; readonly split: string };
      readonly metrics: Metric[];
    }[];
  }[];
}

/** Metadata as a hub cuts them out; `version` 1.1 is what PyYAML reads. */
function metadataOf(card: string, version: "1.1" | "1.2" = "1.1"): Metadata {
  const [, text] = /^---\n([\s\S]*?)\n---\n/.exec(card)!;
  return parse(text!, { version }) as Metadata;
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const analyse = (name: string, sample: SampleRun): Promise<RunAnalysis> =>
  analyseSample(join(root, name), sample);

/** Ends a cell, a line, the metadata and a code span; a heading, a list, a link, a tag; and orders a terminal about. */
const NAME = "a|b\n---\n# h\n- l `c` [x](http://y.z) <img src=x onerror=alert(1)> \u001b[2J\u202e";

test("names of others are text, in the card, its metadata and the checklist", async () => {
  const dataset = [{ source: `s${NAME}`, rows: 48, licence: `l${NAME}` }];
  const record = {
    classes: [`0${NAME}`, `1${NAME}`],
    program: `p${NAME}`,
    dataset,
    decoder: { name: NAME, version: "1" },
  };
  const analysis = await analyse("hostile", { kind: "holdout", record });
  const card = modelCard(analysis);
  for (const document of [card, claimChecklist(analysis)]) {
    const [metadata, body] = document.startsWith("---\n")
      ? [metadataOf(document), document.slice(document.indexOf("\n---\n") + 5)]
      : [undefined, document];
    if (metadata) expect(metadata["model-index"]![0]!.name).toContain("\n---\n# h");
    expect(body).not.toMatch(/<img|`c`|\]\(http:\/\/y|\p{Bidi_Control}|(?!\n)\p{Cc}/u);
    expect(body).not.toMatch(/^(---|# h|- l)/m);
    // Every line of a table has the columns of its header.
    for (const table of body.match(/(^\|.*\n)+/gm)!) {
      const columns = table
        .trim()
        .split("\n")
        .map((line) => line.replaceAll(/\\./g, "").split("|").length);
      expect(new Set(columns).size).toBe(1);
    }
  }
});

describe("a run that held images out", () => {
  let analysis: HoldoutAnalysis;
  let card: string;
  beforeAll(async () => {
    analysis = (await analyse("holdout", { kind: "holdout" })) as HoldoutAnalysis;
    card = modelCard(analysis);
  });

  test.each(["1.1", "1.2"] as const)("has metadata that a hub reads (YAML %s)", (version) => {
    const metadata = metadataOf(card, version);
    expect(metadata).toMatchObject({
      language: "en",
      license: "other",
      library_name: "covidxr",
      pipeline_tag: "image-classification",
      datasets: ["covid-chestxray-dataset", "chest-xray-pneumonia"],
    });
    expect(metadata.tags).toEqual(
      expect.arrayContaining(["chest-x-ray", "covid-19", "research-only", "not-for-diagnosis", "onnx"]),
    );
    const [index] = metadata["model-index"]!;
    expect(metadata["model-index"]).toHaveLength(1);
    expect(index!.results).toHaveLength(1);
    expect(index!.results[0]).toMatchObject({
      task: { type: "image-classification", name: "Image classification" },
      dataset: { split: "predict", type: "covid-chestxray-dataset-chest-xray-pneumonia" },
    });
  });

  test("resizes as the run did, and asks for the method where the run does not name it", () => {
    const cardOf = (resize?: "nearest" | "bilinear") => {
      const { run } = analysis;
      const model = { ...run.record.model!, resize };
      return modelCard({ ...analysis, run: { ...run, record: { ...run.record, model } } });
    };
    expect(card).toContain('resize(file, { height, width, method: "nearest" })');
    expect(cardOf("bilinear")).toContain('resize(file, { height, width, method: "bilinear" })');
    expect(card).toContain('name: "radiograph.png", decoder: "sharp" });');
    const windowed = structuredClone(analysis);
    Object.assign(windowed.run.record.settings, { window: { center: 2048, width: 4096 } });
    expect(modelCard(windowed)).toContain("window: { center: 2048, width: 4096 } });");
    expect(cardOf()).toMatch(/const resizeMethod = .*\n.*\n.*method: resizeMethod \}/);
  });

  test("gives the metrics of the held-out images, not of others", () => {
    const { metrics } = metadataOf(card)["model-index"]![0]!.results[0]!;
    const { estimates } = analysis.headline;
    const metric = (type: string) => metrics.find((own) => own.type === type)!;
    for (const [type, estimate] of [
      ["accuracy", estimates.accuracy],
      ["recall", estimates.sensitivity],
      ["precision", estimates.positivePredictiveValue],
      ["roc_auc", estimates.auc],
    ] as const) {
      expect(metric(type).value).toBeCloseTo(estimate.value, 6);
      expect(metric(type).args.low).toBeCloseTo(estimate.low, 6);
      expect(metric(type).args.high).toBeCloseTo(estimate.high, 6);
    }
    expect(metric("accuracy").args.threshold).toBe(0.7);
    expect(metric("roc_auc").args).not.toHaveProperty("threshold");
    expect(metadataOf(card).metrics).toEqual(metrics.map(({ type }) => type));
  });

  test("shows metrics with intervals beside the published ones", () => {
    // 10 of 12 and 29 of 31 right: Clopper and Pearson's limits, of scipy.stats.binomtest (1.10).
    expect(card).toContain("| Accuracy | 0.833 [0.516, 0.979] | Clopper–Pearson | 0.935 [0.786, 0.992] |");
    expect(card).toContain(
      "Also published, in the study's notebook: 27 of 31 correct, accuracy 0.871 [0.702, 0.964].",
    );
  });

  test("says what it is not before anything else, and what a run cannot know", () => {
    const body = card.slice(card.indexOf("\n---\n") + 5);
    expect(body.indexOf("Not a diagnostic device")).toBeLessThan(body.indexOf("## "));
    expect(body).toContain("[to be filled in by a person: funders, or none]");
    expect(body).toContain("6 of 12 images in “predict” are of a patient with another image in training");
    expect(body).not.toContain("Synthetic radiographs");
  });

  test("leaves undefined metrics out of the metadata and names them in the text", () => {
    const nothing = { value: Number.NaN, low: Number.NaN, high: Number.NaN, undefinedReason: "no | sample" };
    const { estimates } = analysis.headline;
    const headline: ImagesAnalysis = {
      ...analysis.headline,
      estimates: { ...estimates, sensitivity: { ...estimates.sensitivity, ...nothing } },
    };
    const own = modelCard({ ...analysis, headline });
    const metadata = metadataOf(own);
    expect(metadata.metrics).not.toContain("recall");
    expect(metadata["model-index"]![0]!.results[0]!.metrics).toHaveLength(9);
    expect(own).not.toMatch(/\.nan|NaN/);
    expect(own).toContain("| Sensitivity (recall) | undefined (no \\| sample) | – |");
  });

  test("has no model index when every metric is undefined", () => {
    const estimates = Object.fromEntries(
      Object.entries(analysis.headline.estimates).map(([name, estimate]) => [
        name,
        { ...estimate, value: Number.NaN, low: Number.NaN, high: Number.NaN, undefinedReason: "none" },
      ]),
    ) as unknown as ImagesAnalysis["estimates"];
    const metadata = metadataOf(modelCard({ ...analysis, headline: { ...analysis.headline, estimates } }));
    expect(metadata).not.toHaveProperty("model-index");
    expect(metadata).not.toHaveProperty("metrics");
  });

  test.each([`a: "b" # c`, "no", "---", "x\n---\ny", "- {a}", "<b>|*"])(
    "keeps a class and a source named %j as they are",
    (name) => {
      const { record } = analysis.run;
      const own = modelCard({
        ...analysis,
        run: { ...analysis.run, record: { ...record, classes: ["other", name] } },
        facts: { ...analysis.facts, sources: [{ source: name, positive: 1, negative: 1 }] },
      });
      const [index] = metadataOf(own)["model-index"]!;
      expect(index!.name).toBe(`${name} or other from chest radiographs (reproduce, seed 0)`);
      expect(index!.results[0]!.dataset.name).toBe(name);
      expect(own.slice(own.indexOf("\n---\n\n"))).not.toContain("<b>");
    },
  );

  test("gives the input size and hides paths of the machine", () => {
    const { record } = analysis.run;
    const changed = {
      settings: { ...record.settings, height: 320, width: 382 },
      place: { output: "/home/researcher/out", weights: "/home/researcher/vgg19.h5" },
    };
    const own = modelCard({ ...analysis, run: { ...analysis.run, record: { ...record, ...changed } } });
    expect(own).toContain("`[N, 320, 382, 3]`");
    expect(own).not.toContain("researcher");
  });

  test("says how much an audit found, and names the probes near the model among the limits", async () => {
    expect(card).not.toContain("The audit of");
    const audited = modelCard(await analyse("audited", { kind: "holdout", audit: "findings" }));
    const limits = audited.slice(audited.indexOf("## Bias"), audited.indexOf("## How to"));
    expect(limits).toContain(
      "The audit of 48 rows and 47 images found 2 leaks, 2 shortcuts and 1 issue. `audit.json` and the report list every case.",
    );
    expect(limits).toContain("border alone (0.910 [0.820, 0.980])");
    expect(audited.match(/6 of 12 rows of predict/g)).toHaveLength(1);
    const clean = modelCard(await analyse("clean", { kind: "holdout", audit: "clean" }));
    expect(clean).toContain(
      "found no leak, no shortcut and no issue. That does not prove that there are none. An audit sees what the records say",
    );
  });

  test("shows both splits where both were run", async () => {
    expect(card).not.toContain("split by patient (");
    const both = modelCard(await analyse("both", { kind: "holdout", otherSplit: true }));
    expect(both).toContain("| split by patient (by-patient) | 12 | 0.750 [0.428, 0.945] |");
    expect(both).toContain("0.083 [-0.241, 0.390] (Newcombe)");
  });

  test("asks a person for licences only where the run states none", () => {
    const question = "licences of the images";
    const { run, facts } = analysis;
    const withDataset = (dataset: RunAnalysis["run"]["record"]["dataset"]) => ({
      ...analysis,
      run: { ...run, record: { ...run.record, dataset } },
    });
    expect(facts.licences.length).toBeGreaterThan(0);
    for (const dataset of [undefined, []]) {
      const stating = modelCard(withDataset(dataset) as RunAnalysis);
      expect(stating).not.toContain(question);
      expect(stating).toContain("Licence as stated");
      const silent = { ...withDataset(dataset), facts: { ...facts, licences: [] } };
      expect(modelCard(silent as RunAnalysis)).toContain(question);
    }
  });

  test("names images whose licence forbids derivatives", async () => {
    for (const noDerivatives of [[1], [1, 3]]) {
      const marked = modelCard(await analyse("marked", { kind: "holdout", noDerivatives }));
      expect(marked).toMatch(
        /a licence that forbids derivatives\.\*\* (It was|They were) used .*; the report does not show (it|them),/,
      );
    }
  });

  test("says so where there is no published result", () => {
    const own = modelCard({ ...analysis, published: null });
    expect(own).toContain("No published result exists for these images.");
    expect(own).toContain("| Metric | This run | Interval |\n");
  });
});

describe("a cross-validation of synthetic radiographs", () => {
  let card: string;
  beforeAll(async () => {
    card = modelCard(await analyse("folds", { kind: "folds", synthetic: true, published: false }));
  });

  test("says first that it is synthetic and that there is no model", () => {
    const body = card.slice(card.indexOf("\n---\n") + 5);
    expect(body).toMatch(/^\n# [^\n]+\n\n> \*\*Synthetic radiographs\.\*\*/);
    expect(body).toContain("**No model file.**");
    expect(body).not.toContain("model.onnx");
  });

  test("has a result for each way of drawing folds and no dataset that is not one", () => {
    const metadata = metadataOf(card);
    expect(metadata["model-index"]![0]!.results.map(({ dataset }) => dataset.split)).toEqual([
      "folds by patient, seed 0",
      "folds by row, seed 0",
    ]);
    expect(metadata).not.toHaveProperty("datasets");
    expect(metadata.tags).not.toContain("onnx");
    expect(metadata.tags).toContain("synthetic-data");
  });

  test("shows mean and spread over the folds of both seeds", () => {
    expect(card).toMatch(/\| patient \| 6 \| 0\.\d{3} ± 0\.\d{3} \|/);
  });
});
