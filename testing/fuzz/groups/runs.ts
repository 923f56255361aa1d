import { readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Rng } from "@covidxr/core";
import { readRun, verifyRun, writeReport } from "@covidxr/report";
import { writeSampleRun } from "../../../packages/report/src/testing/write-sample-run.js";
import { digestOf, type Group, type Input, type Mutation, SECRET } from "../group.js";
import { mutateBytes, mutateJson, mutateTable, pick } from "../mutators.js";

/** What a report writes into a run's folder. */
const WRITTEN = [
  "report.html",
  "MODEL_CARD.md",
  "CLAIM.md",
  "metrics.json",
  "cross-validation.json",
  "figures",
];

/** Folders of finished runs. */
export const runs: Group = {
  async prepare(folder) {
    for (const kind of ["holdout", "folds"] as const) {
      await writeSampleRun(join(folder, kind), {
        ...{ kind, audit: "findings", otherSplit: kind === "holdout", thumbnails: true },
      });
      unaltered.set(kind, await treeOf(join(folder, kind)));
    }
  },

  async mutate(input, rng) {
    const files = await filesOf(input.folder);
    if (rng.uniform() < 0.15) return link(input, files, rng);
    const kind = pick(rng, [".csv", ".csv", ".json", ".json", ".jpg"]);
    const file = pick(
      rng,
      files.filter((each) => extname(each) === kind),
    );
    const path = join(input.folder, file);
    if (rng.uniform() < 0.05) {
      await rm(path);
      return { what: `without ${file}` };
    }
    const bytes = await readFile(path);
    const { content, what } = mutateFile(file, bytes, rng);
    await writeFile(path, content);
    return { what: `${file}: ${what}` };
  },

  async use({ name, folder }) {
    const { folder: _, ...run } = await readRun(folder);
    if (await hasLink(folder)) {
      await writeReport(folder);
      const page = await readFile(join(folder, "report.html"), "utf8");
      if (page.includes(SECRET)) return { value: null, wrong: "the report holds what lies outside" };
    }
    // What the reader does not read, `covidxr verify` does.
    const isAltered = (await treeOf(folder)) !== unaltered.get(name);
    const wrong = isAltered && (await verifyRun(folder)).same ? "verified, though it is altered" : undefined;
    return { value: run, said: run.integrity.verified ? [] : ["files were not verified"], wrong };
  },
};

/** Digests of the runs as they were written, by name. */
const unaltered = new Map<string, string>();

/** Every file of a run with its digest; of the manifest, which no digest covers, by what it says. */
async function treeOf(folder: string): Promise<string> {
  const lines = (await filesOf(folder)).map(async (file) => {
    const bytes = await readFile(join(folder, file));
    return `${file} ${file === "manifest.json" ? JSON.stringify(JSON.parse(String(bytes))) : digestOf(bytes)}`;
  });
  return (await Promise.all(lines)).join("\n");
}

function mutateFile(file: string, bytes: Buffer, rng: Rng): { content: string | Uint8Array; what: string } {
  const kind = rng.uniform() < 0.2 ? "" : extname(file);
  if (kind === ".csv") return mutateTable(bytes.toString("utf8"), rng);
  if (kind !== ".json") return mutateBytes(bytes, rng);
  const { content, what } = mutateJson(JSON.parse(bytes.toString("utf8")), rng);
  return { content: JSON.stringify(content, null, 2), what };
}

/** Puts a link to what lies outside in place of a file or a folder. */
async function link({ folder, outside }: Input, files: readonly string[], rng: Rng): Promise<Mutation> {
  const folders = files.flatMap((file) => (file.includes("/") ? [file.slice(0, file.indexOf("/"))] : []));
  const place = pick(rng, [...files, ...new Set(folders), ...WRITTEN]);
  const target = folders.includes(place) || place === "figures" ? outside : join(outside, "secret.svg");
  await rm(join(folder, place), { recursive: true, force: true });
  await symlink(target, join(folder, place));
  return { what: `${place} is a link` };
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => file.slice(folder.length + 1).replaceAll("\\", "/")).sort();
}

async function hasLink(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.some((entry) => entry.isSymbolicLink());
}
