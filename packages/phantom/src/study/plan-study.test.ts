import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { type PlanOptions, planStudy } from "./plan-study.js";
import { PHANTOM_STUDY_DEFAULTS } from "./write-phantom-study.js";

const { counts, widths, missingImage, unreadableImage } = PHANTOM_STUDY_DEFAULTS;
const plan = (changes: Partial<PlanOptions> = {}) =>
  planStudy({ seed: 1, counts, widths, missingImage, unreadableImage, ...changes });
const isIn = (folder: string) => (image: { path: string }) => image.path.startsWith(folder);

describe("planStudy", () => {
  test("lists as many rows as asked for, balanced", () => {
    const { records, cohort } = plan();
    expect(records).toHaveLength(95 + 16 + 2 + 8 + 8);
    expect(records.filter(({ view }) => view === "PA")).toHaveLength(113);
    expect(cohort.filter(({ label }) => label === 1)).toHaveLength(95);
    expect(cohort.filter(({ label }) => label === 0)).toHaveLength(95);
  });

  test("labels a row 1 exactly when its finding is COVID-19 or COVID-19, ARDS", () => {
    const { records, cohort } = plan();
    const labels = new Map(cohort.map(({ filename, label }) => [filename.split("/").at(-1), label]));
    const findings = new Set(records.map(({ finding }) => finding));
    expect(findings).toEqual(
      new Set([
        "COVID-19",
        "COVID-19, ARDS",
        "Streptococcus",
        "Pneumocystis",
        "SARS",
        "Legionella",
        "Klebsiella",
        "No Finding",
      ]),
    );
    for (const { finding, filename } of records.filter(({ view }) => view === "PA")) {
      expect(labels.get(filename)).toBe(finding === "COVID-19" || finding === "COVID-19, ARDS" ? 1 : 0);
    }
  });

  test("puts the PA radiographs first, in metadata order, then the draw of normals", () => {
    const { records, cohort } = plan();
    const pa = records.filter(({ view }) => view === "PA");
    expect(cohort.slice(0, pa.length).map(({ filename }) => filename)).toEqual(
      pa.map(({ filename }) => `../covid-chestxray-dataset/images/${filename}`),
    );
    for (const { filename } of cohort.slice(pa.length)) {
      expect(filename).toMatch(/^\.\.\/chest_xray\/train\/NORMAL\/IM-\d{4}-synthetic\.(jpeg|png)$/);
    }
  });

  test("repeats normals as a draw with replacement does", () => {
    const drawn = plan()
      .cohort.map(({ filename }) => filename)
      .filter((name) => name.includes("NORMAL"));
    expect(drawn).toHaveLength(77);
    const distinct = new Set(drawn).size;
    expect(plan().images.filter(isIn("chest_xray"))).toHaveLength(75);
    expect(distinct).toBe(75);
  });

  test("names every file once", () => {
    const paths = plan().images.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test("lists patients with one image and patients with several", () => {
    const visits = new Map<number, number>();
    for (const { patient } of plan().records) visits.set(patient, (visits.get(patient) ?? 0) + 1);
    const several = [...visits.values()].filter((count) => count > 1).length;
    expect(several).toBeGreaterThan(10);
    expect(visits.size - several).toBeGreaterThan(40);
  });

  test("keeps age and sex of a patient from one image to the next, and time passes", () => {
    const { records } = plan();
    for (const { patient } of records) {
      const own = records.filter((record) => record.patient === patient);
      expect(new Set(own.map(({ age }) => age)).size).toBe(1);
      expect(new Set(own.map(({ sex }) => sex)).size).toBe(1);
      const offsets = own.map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    }
  });

  test("has lateral views and CT volumes that are listed and not drawn", () => {
    const { records, images } = plan();
    const drawn = new Set(images.map(({ path }) => path.split("/").at(-1)));
    const listed = records.filter(({ filename }) => !drawn.has(filename));
    expect(listed.map(({ view }) => view).sort()).toEqual([...Array(4).fill("Axial"), ...Array(4).fill("L")]);
    expect(records.filter(({ modality }) => modality === "CT")).toHaveLength(4);
  });

  test("has one missing positive and one truncated JPEG, unless told otherwise", () => {
    const { images } = plan();
    const missing = images.filter(({ defect }) => defect === "missing");
    const truncated = images.filter(({ defect }) => defect === "truncated");
    expect(missing.map(({ finding }) => finding)).toEqual(["COVID-19"]);
    expect(truncated.map(({ format }) => format)).toEqual(["jpeg"]);
    const whole = plan({ missingImage: false, unreadableImage: false });
    expect(whole.images.every(({ defect }) => defect === "none")).toBe(true);
  });

  test("gives no class, and no folder, sizes or formats of its own", () => {
    // Many images, so that chance differences are small.
    const { images } = plan({ counts: { ...counts, covid: 1500, otherPneumonia: 300 } });
    const groups = [
      images.filter(({ finding }) => finding === "COVID-19"),
      images.filter(({ finding }) => finding === "pneumonia"),
      images.filter(isIn("chest_xray")),
    ];
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const group of groups) {
      expect(Math.abs(mean(group.map(({ format }) => (format === "png" ? 1 : 0))) - 0.5)).toBeLessThan(0.09);
      expect(Math.abs(mean(group.map(({ colour }) => (colour ? 1 : 0))) - 0.5)).toBeLessThan(0.09);
      expect(Math.abs(mean(group.map(({ width }) => width)) - 409.5)).toBeLessThan(12);
      expect(Math.abs(mean(group.map(({ width, height }) => width / height)) - 1.16)).toBeLessThan(0.02);
    }
  });

  test("is the same for the same seed and another for another", () => {
    expect(plan()).toEqual(plan());
    expect(plan({ seed: 2 }).cohort).not.toEqual(plan().cohort);
  });

  test.each([
    { change: { minimum: 100, maximum: 200 }, parameter: "widths.minimum", value: 100 },
    { change: { minimum: 300, maximum: 299 }, parameter: "widths.maximum", value: 299 },
    { change: { minimum: 300, maximum: 1e9 }, parameter: "widths.maximum", value: 1e9 },
    { change: { minimum: 300, maximum: 400.5 }, parameter: "widths.maximum", value: 400.5 },
  ])("refuses $parameter $value", ({ change, parameter, value }) => {
    expect(() => plan({ widths: change })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });

  test.each([
    { why: "a negative count", change: { covid: -1 }, parameter: "counts.covid" },
    { why: "a fraction", change: { listedOnly: 0.5 }, parameter: "counts.listedOnly" },
    { why: "no room for normals", change: { covid: 18 }, parameter: "counts" },
    { why: "nothing but repeated normals", change: { repeatedNormals: 77 }, parameter: "counts" },
  ])("refuses $why", ({ change, parameter }) => {
    const attempt = () => plan({ counts: { ...counts, ...change } });
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow(expect.objectContaining({ parameter }));
  });
});
