import {
  type CohortRow,
  cohortFromRecords,
  groupFindings,
  type MetadataRecord,
  parseMetadata,
} from "@covidxr/dataset";
import { describe, expect, test } from "@jest/globals";
import { auditCohort } from "./audit-cohort.js";
import { describeRows, UNKNOWN_FACTS } from "./facts.js";

const METADATA = [
  "patientid,sex,age,finding,temperature,pO2_saturation,leukocyte_count,neutrophil_count,lymphocyte_count,view,modality,date,location,folder,filename",
  "7,F,61,COVID-19,38.1,93,5.5,1.6,0.9,PA,X-ray,2020,Wuhan,images,a.png",
  "8,,,SARS,,,,,,,,,,images,b.png",
].join("\n");

const records: MetadataRecord[] = parseMetadata(METADATA, "metadata.csv");

const row = (path: string, source: string): CohortRow => ({
  path,
  filename: path.slice(path.lastIndexOf("/") + 1),
  patientId: null,
  finding: "",
  license: null,
  source,
  label: 0,
  split: null,
  status: "used",
});

const A = row("covid-chestxray-dataset/images/a.png", "covid-chestxray-dataset");
const B = row("covid-chestxray-dataset/images/b.png", "covid-chestxray-dataset");
const NORMAL = row("chest_xray/train/NORMAL/a.png", "chest-xray-pneumonia");
const OTHER = row("elsewhere/a.png", "elsewhere");

test("facts travel with the rows of any collection: the audit finds that age, sex and view tell the label", () => {
  const lines = Array.from({ length: 60 }, (_, i) => {
    const positive = i % 2 === 0;
    return `${i},${positive ? "M,70" : "F,30"},${positive ? "covid" : "normal"},${positive ? "AP" : "PA"},X-ray,2020,images,${i}.png`;
  });
  const header = "patientid,sex,age,finding,view,modality,date,folder,filename";
  const own = parseMetadata([header, ...lines].join("\n"), "own.csv");
  const labelled = groupFindings(own, { positive: ["covid"], negative: ["normal"] });
  for (const under of ["", "hospital/a"]) {
    const rows = cohortFromRecords(labelled, { source: "own", under });
    const options = { fingerprints: [], copies: [], now: new Date("2026-01-01"), seed: 0, records: own };
    const { attributes, findings } = auditCohort(describeRows(rows, []), options);
    const told = attributes.filter(({ share }) => share === 1).map(({ attribute }) => attribute);
    expect(told.sort()).toEqual(["age band", "sex", "view"]);
    expect(findings.filter(({ check }) => check === "attributes")).toHaveLength(3);
    // Rows without facts are found in the records, wherever their folder lies.
    const bare = rows.map(({ facts: _, ...rest }) => rest);
    expect(describeRows(bare, own)).toEqual(describeRows(rows, []));
    const wrong = own.map((record) => ({ ...record, temperature: 99 }));
    const { findings: hot } = auditCohort(describeRows(rows, []), { ...options, records: wrong });
    expect(hot.map(({ summary }) => summary).join()).not.toContain("not in the cohort");
  }
});

test("a record that fits files of two folders is refused, unless patients tell them apart", () => {
  const two = ["a", "b"].map((folder) => row(`${folder}/images/a.png`, folder));
  expect(() => describeRows(two, records)).toThrow(expect.objectContaining({ parameter: "records" }));
  const [known, other] = describeRows(
    two.map((each, i) => ({ ...each, patientId: i === 0 ? "7.0" : "9" })),
    records,
  );
  expect([known!.facts.sex, other!.facts.sex]).toEqual(["F", null]);
});

describe("describeRows", () => {
  test("joins the record of a row's file, whatever other files are called", () => {
    const [a, b, normal, other] = describeRows([A, B, NORMAL, OTHER], records);
    expect(a).toEqual({
      ...A,
      facts: {
        modality: "X-ray",
        view: "PA",
        sex: "F",
        age: 61,
        ageRange: null,
        date: "2020",
        location: "Wuhan",
        temperature: 38.1,
        pO2Saturation: 93,
        leukocyteCount: 5.5,
        neutrophilCount: 1.6,
        lymphocyteCount: 0.9,
      },
    });
    expect(b!.facts).toEqual(UNKNOWN_FACTS);
    expect(normal!.facts).toMatchObject({
      view: "AP",
      modality: "X-ray",
      ageRange: [1, 5],
      age: null,
      sex: null,
    });
    expect(other!.facts).toEqual(UNKNOWN_FACTS);
  });

  test("facts of a source fill what a record leaves open, and no more", () => {
    const sources = { "covid-chestxray-dataset": { view: "AP", sex: "M", ageRange: [20, 90] as const } };
    const [a, b] = describeRows([A, B], records, sources);
    expect(a!.facts).toMatchObject({ view: "PA", sex: "F", age: 61, ageRange: null });
    expect(b!.facts).toMatchObject({ view: "AP", sex: "M", age: null, ageRange: [20, 90] });
    expect(describeRows([NORMAL], records, {})[0]!.facts).toEqual(UNKNOWN_FACTS);
    expect(describeRows([row("x", "constructor")], records)[0]!.facts).toEqual(UNKNOWN_FACTS);
  });

  test("two records of one file complete each other, and what they contradict each other in is unknown", () => {
    const [first] = records;
    const describe = (...own: readonly MetadataRecord[]) => describeRows([A], own)[0]!.facts;
    const other = { ...first!, age: 16, date: "2021", sex: null, location: null, view: "" };
    const both = { ...describe(first!), age: null, date: null };
    expect(describe(first!, other)).toEqual(both);
    expect(describe(other, first!)).toEqual(both);
    expect(describe(first!, first!)).toEqual(describe(first!));
    const undefinedAge = { ...first!, age: Number.NaN };
    expect(describe(undefinedAge, undefinedAge).age).toBeNaN();
  });
});
