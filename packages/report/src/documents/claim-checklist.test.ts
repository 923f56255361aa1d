import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { HoldoutAnalysis, RunAnalysis } from "../analysis/analyse-run.js";
import { analyseSample } from "../testing/analyse-sample.js";
import type { SampleRun } from "../testing/write-sample-run.js";
import { claimChecklist } from "./claim-checklist.js";

/** First and last item below each heading, of the table of Mongan, Moy & Kahn 2020. */
const SECTIONS = [
  ["Title and abstract", 1, 2],
  ["Introduction", 3, 4],
  ["Methods: study design", 5, 6],
  ["Methods: data", 7, 13],
  ["Methods: ground truth", 14, 18],
  ["Methods: data partitions", 19, 21],
  ["Methods: model", 22, 24],
  ["Methods: training", 25, 27],
  ["Methods: evaluation", 28, 32],
  ["Results: data", 33, 34],
  ["Results: model performance", 35, 37],
  ["Discussion", 38, 39],
  ["Other information", 40, 42],
] as const;

interface Line {
  readonly section: string;
  readonly number: number;
  readonly status: string;
  readonly answer: string;
}

/** Lines of the checklist's tables; a line whose text added a column has too many cells. */
function linesOf(checklist: string): Line[] {
  return checklist.split(/^## /m).flatMap((part) =>
    [...part.matchAll(/^\| (\d+) \|.*$/gm)].map(([line]) => {
      const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
      expect(cells).toHaveLength(6);
      const [, number, , status, answer] = cells;
      return {
        section: part.split("\n")[0]!,
        number: Number(number),
        status: status!.replaceAll("`", ""),
        answer: answer!,
      };
    }),
  );
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const PERSON = "**A person must say:**";

describe.each<{ name: string; sample: SampleRun }>([
  { name: "held out", sample: { kind: "holdout" } },
  { name: "synthetic folds", sample: { kind: "folds", synthetic: true, published: false } },
])("a run: $name", ({ name, sample }) => {
  let analysis: RunAnalysis;
  let checklist: string;
  let lines: Line[];
  const answerTo = (number: number) => lines[number - 1]!.answer;
  beforeAll(async () => {
    analysis = await analyseSample(join(root, name), sample);
    checklist = claimChecklist(analysis);
    lines = linesOf(checklist);
  });

  test("has every item once, in order, below its heading", () => {
    expect(lines.map(({ number }) => number)).toEqual(Array.from({ length: 42 }, (_, i) => i + 1));
    for (const [title, first, last] of SECTIONS) {
      const own = lines.filter(({ section }) => section === title).map(({ number }) => number);
      expect([own[0], own.at(-1)]).toEqual([first, last]);
    }
  });

  test("says of each item who answers it, and counts them", () => {
    for (const { status, answer } of lines) {
      expect(["filled", "partly", "person"]).toContain(status);
      expect(answer.includes(PERSON)).toBe(status !== "filled");
      expect(answer.startsWith(PERSON)).toBe(status === "person");
    }
    const count = (status: string) => lines.filter((line) => line.status === status).length;
    expect(checklist).toContain(
      `**${count("filled")} of 42 filled from the run, ${count("partly")} partly; ${count("person")} need a person.**`,
    );
  });

  test("leaves what no run knows to a person", () => {
    for (const number of [2, 3, 40, 42]) expect(lines[number - 1]!.status).toBe("person");
    expect(checklist).toContain("Not a diagnostic device");
  });

  test("mentions synthetic radiographs only where there are some", () => {
    expect(checklist.includes("**Synthetic radiographs:**")).toBe(sample.synthetic === true);
    expect(answerTo(5)).toMatch(sample.synthetic ? /^Neither/ : /^Retrospective/);
    expect(lines[15]!.status).toBe(sample.synthetic ? "filled" : "person");
  });

  test("states the level at which partitions are disjoint", () => {
    expect(answerTo(21)).toBe(
      sample.kind === "holdout"
        ? "The split is by row, not by patient: 6 of 12 images in “predict” are of a patient with another image in training."
        : "Folds by patient keep all images of a patient in one fold. An image of an unknown patient counts as a patient of its own. " +
            "Folds by row do not keep the images of a patient together, so a patient can be both trained on and held out.",
    );
  });
});

describe("answers of a run that held images out", () => {
  let analysis: HoldoutAnalysis;
  const answers = (changed: Partial<HoldoutAnalysis>) =>
    linesOf(claimChecklist({ ...analysis, ...changed })).map(({ answer }) => answer);
  beforeAll(async () => {
    analysis = (await analyseSample(join(root, "answers"), { kind: "holdout" })) as HoldoutAnalysis;
  });
  const withOptions = (options: Record<string, unknown>): Partial<HoldoutAnalysis> => {
    const { run } = analysis;
    return { run: { ...run, record: { ...run.record, settings: { ...run.record.settings, ...options } } } };
  };

  test("give metrics with intervals, and the published one", () => {
    // Clopper and Pearson's limits of 10 of 12 and 29 of 31, of scipy.stats.binomtest (1.10).
    const answer = answers({})[35]!;
    expect(answer).toContain("accuracy 0.833 [0.516, 0.979]");
    expect(answer).toContain("Published (the study's README): accuracy 0.935 [0.786, 0.992]");
    expect(answers({ published: null })[35]).not.toContain("Published");
  });

  test("give the flow of the cohort, or leave it to a person", () => {
    expect(answers({})[32]).toContain(
      "47 used (12 excluded: modality is CT; 1 excluded: file is &lt;missing&gt;)",
    );
    expect(answers({ run: { ...analysis.run, flow: null } })[32]).toContain(PERSON);
  });

  test("name errors by their files, as text", () => {
    expect(answers({})[36]).toContain("1 false negative, 1 false positive");
    expect(answers({})[36]).toContain("x\"&gt;&lt;script&gt;alert('1')&amp;\\|\\*.png (0.930)");
    expect(answers({ headline: { ...analysis.headline, errors: [] } })[36]).toMatch(/^None of 12/);
  });

  test("give licences where the run or its images state them, otherwise ask for them", () => {
    const { run, facts } = analysis;
    const without = { run: { ...run, record: { ...run.record, dataset: [] } } } as Partial<HoldoutAnalysis>;
    const stated = answers(without)[6]!;
    expect(stated).toContain("chest-xray-pneumonia: CC BY 4.0 (23 images)");
    expect(stated).not.toContain(PERSON);
    const silent = answers({ ...without, facts: { ...facts, licences: [] } })[6]!;
    expect(silent).toContain(`${PERSON} the licences of the sources`);
  });

  test("give sizes, values and weights where the run names them", () => {
    const own = answers(
      withOptions({ height: 320, width: 382, preprocessing: "rescale", weights: "imagenet" }),
    );
    expect(own[8]).toContain("320 × 382 pixels");
    expect(own[8]).not.toContain(PERSON);
    expect(own[23]).toBe("Backbone: imagenet; the rest drawn at random with seed 0.");
    expect(answers({})[23]).toContain(PERSON);
  });

  test.each([
    [{}, "selected by no metric"],
    [{ earlyStopping: 5 }, "lowest loss on images held out of “test”"],
  ])("of options %j say that %p", (options, text) => {
    expect(answers(withOptions(options))[25]).toContain(text);
  });

  test("describe the split of the study's program, and leave another's to a person", () => {
    expect(answers({})[19]).toContain("predict 12 (26 %: 6 positive, 6 negative)");
    expect(answers({})[19]).toContain("with seed 42, ignoring patients and classes: 10 % for predict");
    expect(answers(withOptions({ redraw: true, seed: 7 }))[19]).toContain("Negatives redrawn with seed 7");
    const { run } = analysis;
    const another = { run: { ...run, record: { ...run.record, program: "another" } } };
    expect(answers(another)[19]).toContain(PERSON);
  });

  test("distinguish a split by patient from the study's", () => {
    expect(answers(withOptions({ split: "patient" }))[19]).toContain(
      "Drawn by patient, all images of a patient in one partition",
    );
    expect(answers(withOptions({ split: "patient" }))[19]).not.toContain("ignoring patients");
    expect(answers(withOptions({ split: "patient" }))[20]).not.toContain("by row");
  });

  test("give what an audit found, as text", async () => {
    const audited = async (audit: "findings" | "clean", kind: "holdout" | "folds" = "holdout") =>
      linesOf(claimChecklist(await analyseSample(join(root, "audit"), { kind, audit }))).map(
        ({ answer }) => answer,
      );
    const own = await audited("findings");
    expect(own[20]).toContain("The audit of 48 rows and 47 images found 2 leaks: 6 of 12 rows of predict");
    expect(own[29]).toContain("border alone 0.910 [0.820, 0.980] and grey levels 0.550 [0.380, 0.720].");
    expect(own[33]).toContain("by class, not by partition");
    expect(own[37]).toContain("border alone (0.910");
    const clean = await audited("clean");
    expect(clean[20]).toContain("found no leak. An audit sees what the records say");
    expect(clean[29]).not.toContain("Probes");
    expect((await audited("findings", "folds"))[20]).not.toContain("audit");
  });

  test("give both splits where both were run", async () => {
    const both = claimChecklist(
      await analyseSample(join(root, "both"), { kind: "holdout", otherSplit: true }),
    );
    const answer = linesOf(both)[29]!.answer;
    expect(answer).toContain(
      "on the split by patient 0.750 [0.428, 0.945]; difference 0.083 [-0.241, 0.390]",
    );
    expect(answer).not.toContain("no second seed or split");
    expect(answers({})[29]).toContain("no second seed or split");
  });

  test("report files in several splits, and images of other sources", () => {
    const { cohort } = analysis.run;
    const twice = [...cohort, { ...cohort[0]!, split: "predict" as const }];
    expect(answers({ run: { ...analysis.run, cohort: twice } })[20]).toContain(
      "1 file appears in more than one split",
    );
    expect(answers({})[31]).toMatch(/^None/);
    const images = analysis.headline.images.map((image, i) =>
      i < 2 ? { ...image, source: "elsewhere" } : image,
    );
    expect(answers({ headline: { ...analysis.headline, images } })[31]).toContain("2 of 12 held-out images");
  });
});
