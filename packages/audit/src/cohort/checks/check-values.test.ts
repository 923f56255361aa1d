import { type MetadataRecord, parseMetadata } from "@covidxr/dataset";
import { describe, expect, test } from "@jest/globals";
import { changeFacts, cleanCohort } from "../../testing/clean-cohort.js";
import { type AuditedRow, describeRows, type ImageFacts } from "../facts.js";
import { checkValues, parseDate } from "./check-values.js";

const NOW = new Date("2021-06-15T12:00:00Z");
const clean = cleanCohort(7);
const check = (rows: readonly AuditedRow[]) => checkValues(rows, { now: NOW });
/** A row whose patient has no other. */
const single = clean.rows.find(
  ({ patientId }) => clean.rows.filter((row) => row.patientId === patientId).length === 1,
)!;
const withFacts = (facts: Partial<ImageFacts>) =>
  changeFacts(clean, ({ path }) => (path === single.path ? facts : {})).rows;

describe("checkValues", () => {
  test("finds nothing in plausible records", () => {
    expect(check(clean.rows)).toEqual([]);
  });

  test.each<[Partial<ImageFacts>, string, string]>([
    [{ age: -1 }, "with an age below 0 or above 120 years", "-1 years"],
    [{ age: 121 }, "with an age below 0 or above 120 years", "121 years"],
    [{ age: Number.NaN }, "with an age below 0 or above 120 years", "NaN years"],
    [{ modality: "CT", view: "AP Supine" }, "with a view impossible for the modality", "AP Supine in CT"],
    [{ modality: "X-ray", view: "Axial" }, "with a view impossible for the modality", "Axial in X-ray"],
    [{ date: "June 17, 2021" }, "dated in the future", "June 17, 2021"],
    [{ date: "2022" }, "dated in the future", "2022"],
    [{ date: "12/25/2021" }, "dated in the future", "12/25/2021"],
    [{ date: "1894" }, "dated before the discovery of X-rays (8 November 1895)", "1894"],
    [{ temperature: 95 }, "with a temperature outside 25 to 45 °C", "95 °C"],
    [{ temperature: 3.7 }, "with a temperature outside 25 to 45 °C", "3.7 °C"],
    [{ pO2Saturation: 101 }, "with an oxygen saturation outside 0 to 100 %", "101 %"],
    [{ pO2Saturation: -5 }, "with an oxygen saturation outside 0 to 100 %", "-5 %"],
    [
      { neutrophilCount: -1.5, lymphocyteCount: -2 },
      "with a negative cell count",
      "-1.5 neutrophils and -2 lymphocytes",
    ],
  ])("finds %p", (facts, phrase, said) => {
    expect(check(withFacts(facts))).toEqual([
      {
        check: "values",
        severity: "issue",
        summary: `The records contain 1 image ${phrase}.`,
        items: [`${single.filename}: ${said}`],
      },
    ]);
  });

  test.each<Partial<ImageFacts>>([
    { age: 0 },
    { age: 120 },
    { modality: "CT", view: "Axial" },
    { modality: null, view: "Axial" },
    { modality: "CT", view: null },
    { modality: "X-ray", view: "AP Erect" },
    { date: "June 15, 2021" },
    { date: "2021" },
    // The seventh of June, if not the sixth of July.
    { date: "06/07/2021" },
    { date: "January 12" },
    { date: "in ten years" },
    { date: "1895" },
    { temperature: 25 },
    { temperature: 45 },
    { pO2Saturation: 0 },
    { pO2Saturation: 100 },
    { leukocyteCount: 0 },
  ])("accepts %p", (facts) => {
    expect(check(withFacts(facts))).toEqual([]);
  });

  test("finds a patient with two sexes, and one who ages too fast", () => {
    const [first, second] = clean.rows.filter(({ patientId }) => patientId === clean.rows[0]!.patientId);
    const both = (one: Partial<ImageFacts>, other: Partial<ImageFacts>) =>
      check(
        changeFacts(clean, ({ path }) => (path === first!.path ? one : path === second!.path ? other : {}))
          .rows,
      );
    expect(both({ sex: "M" }, { sex: "F" })).toEqual([
      {
        check: "values",
        severity: "issue",
        summary: "The records contain 1 patient recorded with more than one sex.",
        items: [`patient ${first!.patientId}: M (${first!.filename}), F (${second!.filename})`],
      },
    ]);
    expect(both({ age: 40 }, { age: 43 })).toMatchObject([
      {
        summary: "The records contain 1 patient whose recorded ages differ by more than 2 years.",
        items: [`patient ${first!.patientId}: 40 (${first!.filename}), 43 (${second!.filename})`],
      },
    ]);
    expect(both({ age: 40, sex: "M" }, { age: 42, sex: null })).toEqual([]);
  });

  test("a file in two rows counts once, and rows not in use count", () => {
    const hot = withFacts({ temperature: 95 });
    const row = hot.find(({ path }) => path === single.path)!;
    const rows = [...hot.filter((each) => each !== row), { ...row, status: "missing" as const }, row];
    expect(check(rows)).toMatchObject([
      { summary: expect.stringContaining("1 image "), items: { length: 1 } },
    ]);
  });

  test("unknown patients are not one patient", () => {
    const rows = changeFacts(clean, (_, place) => ({ sex: place % 2 ? "M" : "F", age: place % 90 })).rows;
    expect(check(rows.map((row) => ({ ...row, patientId: null })))).toEqual([]);
  });

  describe("records", () => {
    const HEAD = "patientid,finding,folder,sex,age,temperature,view,modality,filename";
    const parse = (...lines: readonly string[]): MetadataRecord[] =>
      parseMetadata([HEAD, ...lines].join("\n"), "metadata.csv");
    const all = (...lines: readonly string[]) =>
      checkValues(clean.rows, { now: NOW, records: parse(...lines) });
    /** The clean cohort and one row that the records know. */
    const A = "covid-chestxray-dataset/images/a.png";
    const withRow = (records: readonly MetadataRecord[]) => {
      const { facts: _, ...bare } = clean.rows[0]!;
      const row = { ...bare, path: A, filename: "a.png", patientId: "7" };
      return checkValues([...clean.rows, ...describeRows([row], records)], { now: NOW, records });
    };

    test("outside the cohort are checked, and nothing is found in plausible ones", () => {
      expect(all("7,COVID-19,images,F,61,38.1,PA,X-ray,a.png")).toEqual([]);
      expect(all("7,COVID-19,images,F,161,38.1,PA,X-ray,a.png")).toEqual([
        {
          check: "values",
          severity: "issue",
          summary: "The records contain 1 image with an age below 0 or above 120 years, not in the cohort.",
          items: ["a.png: 161 years"],
        },
      ]);
    });

    test("are counted apart from those of the cohort", () => {
      const hot = parse(
        "1,SARS,images,,,99,PA,X-ray,b.png",
        "2,SARS,images,,,98,PA,X-ray,c.png",
        "7,SARS,images,F,61,97,PA,X-ray,a.png",
      );
      const phrase = "with a temperature outside 25 to 45 °C";
      expect(withRow(hot)).toMatchObject([
        {
          summary: `The records contain 3 images ${phrase}, 2 of them not in the cohort.`,
          items: ["a.png: 97 °C", "b.png: 99 °C", "c.png: 98 °C"],
        },
      ]);
      expect(checkValues(clean.rows, { now: NOW, records: hot })).toMatchObject([
        { summary: `The records contain 3 images ${phrase}, none of them in the cohort.` },
      ]);
    });

    test("of one patient are compared, in the cohort or not", () => {
      const records = parse("7,SARS,images,F,61,,PA,X-ray,a.png", "7,SARS,volumes,M,62,,Axial,CT,b.nii.gz");
      expect(withRow(records)).toMatchObject([
        {
          summary: "The records contain 1 patient recorded with more than one sex.",
          items: ["patient 7: F (a.png), M (b.nii.gz)"],
        },
      ]);
    });

    test("of rows that carry their facts: two sexes, ages that the years between do not explain", () => {
      const facts = (change: object) => ({ ...clean.rows[0]!.facts, ...change });
      const two = (one: object, other: object, ids = ["b:62", "b:62.0"]) => {
        const [first, second] = [one, other].map((change, i) => ({
          ...clean.rows[i]!,
          path: `b/${i}.png`,
          filename: `${i}.png`,
          patientId: ids[i]!,
          facts: facts(change),
        }));
        return checkValues([first!, second!], { now: NOW }).map(({ summary }) => summary);
      };
      const [man, woman] = [
        { sex: "M", age: 50, date: null },
        { sex: "F", age: 33, date: null },
      ];
      expect(two(man, woman)).toEqual([
        "The records contain 1 patient recorded with more than one sex.",
        "The records contain 1 patient whose recorded ages differ by more than 2 years.",
      ]);
      expect(two(man, woman, ["a:62", "b:62"])).toEqual([]);
      expect(two({ sex: "M", age: 50, date: "2010" }, { sex: "m", age: 59, date: "2019" })).toEqual([]);
      expect(two({ sex: "M", age: 59, date: "2010" }, { sex: "M", age: 50, date: "2019" })).toHaveLength(1);
    });

    test("of a row in the cohort count once", () => {
      expect(withRow(parse("7,SARS,images,F,61,99,PA,X-ray,a.png"))).toMatchObject([
        {
          summary: "The records contain 1 image with a temperature outside 25 to 45 °C.",
          items: ["a.png: 99 °C"],
        },
      ]);
    });

    test("of one file are each checked, and reported where they contradict each other", () => {
      const [first] = parse("7,SARS,images,F,61,99,PA,X-ray,a.png");
      const twice = (change: Partial<MetadataRecord>) => withRow([first!, { ...first!, line: 5, ...change }]);
      const hot = {
        summary: "The records contain 1 image with a temperature outside 25 to 45 °C.",
        items: ["a.png: 99 °C"],
      };
      expect(twice({})).toMatchObject([hot]);
      expect(twice({ temperature: null, view: "", sex: null, finding: "" })).toMatchObject([hot]);
      expect(twice({ temperature: 4, patientId: "8", finding: "COVID-19", age: 0 })).toMatchObject([
        { ...hot, items: ["a.png: 99 °C and 4 °C"] },
        {
          summary: "The records contain 1 image whose records contradict each other.",
          items: [
            "a.png (lines 2 and 5): patient 7 and 8, finding SARS and COVID-19, age 61 and 0, temperature 99 and 4",
          ],
        },
      ]);
      expect(twice({ sex: "M" })).toMatchObject([
        hot,
        { items: ["a.png (lines 2 and 5): sex F and M"] },
        {
          summary: "The records contain 1 patient recorded with more than one sex.",
          items: ["patient 7: F (a.png), M (a.png)"],
        },
      ]);
    });

    test("are named by their paths where two files have the same name", () => {
      const hot = parse("7,SARS,images,F,61,99,PA,X-ray,a.png");
      expect(
        checkValues(clean.rows, { now: NOW, records: [hot[0]!, { ...hot[0]!, folder: "volumes" }] }),
      ).toMatchObject([{ items: ["images/a.png: 99 °C", "volumes/a.png: 99 °C"] }]);
    });
  });
});

const HOUR = 60 * 60 * 1000;

/** First and last day that a text can mean, without the time zones' margin. */
function daysOf(text: string): string[] | null {
  const range = parseDate(text);
  if (range === null) return null;
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  return [day(range.earliest + 14 * HOUR), day(range.latest - 14 * HOUR - 1)];
}

describe("parseDate", () => {
  test.each([
    ["January 22, 2020", "2020-01-22", "2020-01-22"],
    ["Feb 21, 2020", "2020-02-21", "2020-02-21"],
    ["sept 3, 2020", null, null],
    ["SEP. 3 2020", "2020-09-03", "2020-09-03"],
    ["March 2003", "2003-03-01", "2003-03-31"],
    ["2011", "2011-01-01", "2011-12-31"],
    ["2020-03-01", "2020-03-01", "2020-03-01"],
    ["20200301", "2020-03-01", "2020-03-01"],
    ["2020/03/01", "2020-03-01", "2020-03-01"],
    ["2020-03-01T10:30:00Z", "2020-03-01", "2020-03-01"],
    ["16.03.2020", "2020-03-16", "2020-03-16"],
    ["3/3/2020", "2020-03-03", "2020-03-03"],
    ["03/16/20", "2020-03-16", "2020-03-16"],
    ["16/03/2020", "2020-03-16", "2020-03-16"],
    ["2/3/2020", "2020-02-03", "2020-03-02"],
    ["5/5/98", "1998-05-05", "1998-05-05"],
    ["2/29/2020", "2020-02-29", "2020-02-29"],
    [" 2011 ", "2011-01-01", "2011-12-31"],
  ])("%s", (text, first, last) => {
    expect(daysOf(text)).toEqual(first === null ? null : [first, last]);
  });

  test.each([
    "January 12",
    "",
    "unknown",
    "2/30/2021",
    "31/31/2020",
    "2020-13-01",
    "Smarch 4, 2020",
    "day 5",
    "202003",
    "2020-03",
  ])("%p is no date", (text) => {
    expect(parseDate(text)).toBeNull();
  });
});
