import { type CohortRow, type MetadataRecord, parseMetadata } from "@covidxr/dataset";
import { describe, expect, test } from "@jest/globals";
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
