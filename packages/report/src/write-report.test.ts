import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { FileError } from "@covidxr/core";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { analyseSample } from "./testing/analyse-sample.js";
import { HOSTILE_NAME } from "./testing/hostile-name.js";
import type { SampleRun } from "./testing/write-sample-run.js";
import { type WrittenReport, writeReport } from "./write-report.js";

/** Largest page: it must be possible to mail it. */
const TWO_MEGABYTES = 2_000_000;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe.each<{ name: string; sample: SampleRun }>([
  { name: "held out", sample: { kind: "holdout" } },
  { name: "folds", sample: { kind: "folds", published: false, synthetic: true } },
  { name: "audited", sample: { kind: "holdout", audit: "findings", otherSplit: true } },
  { name: "audited folds", sample: { kind: "folds", audit: "findings" } },
])("a run: $name", ({ name, sample }) => {
  let folder: string;
  let written: WrittenReport;
  let page: string;
  beforeAll(async () => {
    folder = join(root, name);
    written = await writeReport(await analyseSample(folder, { ...sample, thumbnails: true }));
    page = await readFile(join(folder, "report.html"), "utf8");
  });

  test("writes page, card, checklist and figures, and lists them", async () => {
    const names = written.files.map((file) => relative(folder, file));
    expect(names.slice(0, 3)).toEqual(["report.html", "MODEL_CARD.md", "CLAIM.md"]);
    const figures = (await readdir(join(folder, "figures"))).sort();
    expect(names.slice(3, -1).sort()).toEqual(figures.map((figure) => join("figures", figure)));
    expect(names.at(-1)).toBe(sample.kind === "folds" ? "cross-validation.json" : "metrics.json");
    expect(figures.length).toBeGreaterThanOrEqual(10);
    for (const figure of figures) {
      expect(page).toContain(`<figure id="${figure.replace(".svg", "")}">`);
      expect(await readFile(join(folder, "figures", figure), "utf8")).toMatch(/^<\?xml/);
    }
  });

  test("is one small file that loads nothing", () => {
    expect(page.length).toBeLessThan(TWO_MEGABYTES);
    expect(page).not.toMatch(/<(script|link|iframe|object|embed)\b/i);
    const addresses = [...page.matchAll(/\b(?:src|href|action|data|poster|srcset)="([^"]*)"/g)].map(
      ([, to]) => to!,
    );
    expect(
      addresses.filter((to) => !to.startsWith("#") && !to.startsWith("data:image/jpeg;base64,")),
    ).toEqual([]);
    expect(page).not.toMatch(/url\((?!#)|@import/);
  });

  test("escapes text, in the page and in the documents", async () => {
    expect(page).toContain("x&quot;>&lt;script>alert('1')&amp;|*.png");
    expect(page).not.toContain(HOSTILE_NAME);
    for (const document of ["MODEL_CARD.md", "CLAIM.md"]) {
      expect(await readFile(join(folder, document), "utf8")).not.toContain("<script>");
    }
  });

  test("names each of its parts once", () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  test("says what it is not", async () => {
    expect(page.match(/Not a diagnostic device/g)!.length).toBeGreaterThanOrEqual(2);
    expect(page.includes("Synthetic radiographs")).toBe(sample.synthetic === true);
    for (const document of ["MODEL_CARD.md", "CLAIM.md"]) {
      expect(await readFile(join(folder, document), "utf8")).toMatch(/diagnostic/);
    }
  });

  test("lists every setting of the run", () => {
    for (const option of ["program", "threshold", "seed", "epochs"]) {
      expect(page).toMatch(new RegExp(`<th scope="row"[^>]*>${option}</th>`));
    }
  });

  test("has the same bytes when made again", async () => {
    const contents = () => Promise.all(written.files.map((file) => readFile(file, "utf8")));
    const before = await contents();
    // From the files as well as from the analysis: each kind once, since each is a bootstrap.
    await writeReport(sample.audit === undefined ? written.analysis : folder);
    expect(await contents()).toEqual(before);
  });
});

test("shows accuracy, interval and verdict beside the published one", async () => {
  const page = await readFile(join(root, "held out", "report.html"), "utf8");
  // 10 of 12 and 29 of 31, by Clopper and Pearson (SciPy 1.10).
  expect(page).toContain("0.833 [0.516, 0.979]");
  expect(page).toContain("0.935 [0.786, 0.992]");
  expect(page).toContain("Compatible with the published accuracy.");
  expect(page).toContain("the study's notebook");
});

/** Text of a section of a page, without its tags. */
function sectionText(page: string, id: string): string {
  const from = page.indexOf(`<section id="${id}"`);
  const next = page.indexOf("<section id=", from + 1);
  return page
    .slice(from, next === -1 ? undefined : next)
    .replace(/<svg.*?<\/svg>/gs, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

/** Writes a report of its own; returns its folder. */
async function writeOwn(name: string, sample: SampleRun, change?: (folder: string) => Promise<unknown>) {
  const folder = join(root, name);
  const own = { ...sample, manifest: change === undefined };
  await writeReport(await analyseSample(folder, own, () => Promise.resolve(change?.(folder))));
  return folder;
}

describe("licences", () => {
  const TITLE = "2 images have a licence that forbids derivatives.";
  const WORDS = "not shown: its licence forbids altered copies";
  let page: string;
  let card: string;
  beforeAll(async () => {
    const sample = {
      kind: "holdout",
      audit: "findings",
      noDerivatives: [1, 3, 40],
      thumbnails: true,
    } as const;
    const folder = await writeOwn("marked", sample);
    page = await readFile(join(folder, "report.html"), "utf8");
    card = await readFile(join(folder, "MODEL_CARD.md"), "utf8");
  });

  test("of the images that took part are counted by source", () => {
    const cohort = sectionText(page, "cohort");
    expect(cohort).toContain("Licences of the images");
    for (const row of [
      "covid-chestxray-dataset CC BY-NC-SA 19 yes, under its terms",
      "covid-chestxray-dataset not stated 4 unknown",
      "covid-chestxray-dataset CC BY-NC-ND 1 no",
      "chest-xray-pneumonia CC BY 4.0 22 yes, under its terms",
      "chest-xray-pneumonia CC BY-NC-ND 1 no",
    ])
      expect(cohort).toContain(row);
    expect(card).toContain("| covid-chestxray-dataset | CC BY-NC-SA | 19 | yes, under its terms |");
  });

  test("that forbid derivatives keep images out, and the page says so in their place", async () => {
    const free = await readFile(join(root, "audited", "report.html"), "utf8");
    const thumbnails = (html: string, id: string) => {
      const from = html.indexOf(`<section id="${id}"`);
      return html.slice(from, html.indexOf('<section id="', from + 1)).split("<img").length - 1;
    };
    for (const id of ["examples", "errors", "audit"]) {
      expect(sectionText(page, id)).toContain(WORDS);
      expect(thumbnails(page, id)).toBeLessThan(thumbnails(free, id));
    }
    expect(free).not.toContain(WORDS);
  });

  test("that forbid derivatives are named among the limits", async () => {
    expect(sectionText(page, "limits")).toContain(TITLE);
    expect(sectionText(page, "limits")).toContain("They were used in the computation like all others");
    expect(card).toContain(`**${TITLE}**`);
    const free = await readFile(join(root, "audited", "report.html"), "utf8");
    expect(sectionText(free, "limits")).not.toContain("forbids derivatives");
  });

  test("are not counted of drawn images, nor where the run states none", async () => {
    const folds = await readFile(join(root, "folds", "report.html"), "utf8");
    expect(folds).not.toContain("Licences of the images");
    const folder = await writeOwn("unstated", { kind: "holdout" }, async (run) => {
      const cohort = join(run, "cohort.csv");
      const stating = await readFile(cohort, "utf8");
      await writeFile(cohort, stating.replace("status,license,derivatives", "status,l,d"));
    });
    expect(await readFile(join(folder, "report.html"), "utf8")).not.toContain("Licences of the images");
  });
});

describe("an audit", () => {
  let page: string;
  let folder: string;
  beforeAll(async () => {
    folder = join(root, "audited");
    page = await readFile(join(folder, "report.html"), "utf8");
  });

  test("says how much was found, worst first, each finding with its cases", () => {
    const text = sectionText(page, "audit");
    expect(text).toContain("The audit of 48 rows and 47 images found 2 leaks, 2 shortcuts and 1 issue.");
    const order = ["Leaks:", "6 of 12 rows", "Shortcuts:", "The border alone", "Issues:", "1 age is above"];
    const places = order.map((part) => text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text.match(/patient \d+: train/g)).toHaveLength(30);
  });

  test("shows attributes, missing fields, copies and probes", () => {
    const text = sectionText(page, "audit");
    expect(text).toContain("source 47 1.000 0.016 &lt; 0.001");
    expect(text).toContain("view 47 0.000 0.000 undefined");
    expect(text).toContain("age 23 of 23 2 of 24 &lt; 0.001");
    expect(text).toContain("13 pairs of files show the same image; 12 are shown, those across splits first");
    expect(text).toContain(
      "In several splits, similar pixels, 7 of 128 bits differ, correlation 0.981, mirrored, the second is a crop of the first.",
    );
    expect(text).toContain("Undefined: all images are of one source.");
  });

  test("has its probes among the figures", async () => {
    expect(await readFile(join(folder, "figures", "probes.svg"), "utf8")).toContain("border alone");
  });

  test("that found nothing does not claim that there is nothing", async () => {
    const clean = await writeOwn("clean", { kind: "holdout", audit: "clean" });
    const text = sectionText(await readFile(join(clean, "report.html"), "utf8"), "audit");
    expect(text).toContain("no leak, no shortcut and no issue. That does not prove that there are none.");
    expect(text).not.toContain("Leaks:");
    expect(await readdir(join(clean, "figures"))).not.toContain("probes.svg");
  });

  test("of a cross-validation says that the folds do not use its splits", async () => {
    const folds = await readFile(join(root, "audited folds", "report.html"), "utf8");
    expect(sectionText(folds, "audit")).toContain("which the folds do not use");
    expect(sectionText(page, "audit")).not.toContain("which the folds do not use");
  });
});

test("shows both splits, this run first", async () => {
  const page = await readFile(join(root, "audited", "report.html"), "utf8");
  const text = sectionText(page, "headline");
  // Clopper and Pearson's limits of 9 of 12, of SciPy 1.10.
  expect(text).toMatch(
    /study’s split \(this run\) 12 0\.833 \[0\.516, 0\.979\].* 5, 1, 1, 5 split by patient \(by-patient\) 12 0\.750 \[0\.428, 0\.945\].* 5, 1, 2, 4 /,
  );
  expect(text).toContain("minus accuracy on the split by patient: 0.083 [-0.241, 0.390] (Newcombe)");
  expect(text).toContain("nor that the two are equal");
  expect(
    sectionText(await readFile(join(root, "held out", "report.html"), "utf8"), "headline"),
  ).not.toContain("Both splits");
});

test("works without thumbnails and steps", async () => {
  const folder = await writeOwn("bare", { kind: "holdout", published: false }, async (run) => {
    await rm(join(run, "cohort-flow.json"));
  });
  const page = await readFile(join(folder, "report.html"), "utf8");
  expect(page).toContain("no thumbnail");
  expect(page).not.toContain('id="cohort-flow"');
  expect(page).toContain("No published result exists for these images.");
});

test("a folder that is no run is refused", async () => {
  await expect(writeReport(join(root, "nowhere"))).rejects.toThrow(FileError);
  await expect(writeReport(join(root, "nowhere"))).rejects.toMatchObject({ reason: "missing" });
});
