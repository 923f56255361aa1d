import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, parse, posix } from "node:path";
import { FileError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import { countLicences, type Derivatives, derivativesUnder, type LicenceCount } from "../cohort/licences.js";
import type { MetadataRecord } from "../records/record.js";
import { NORMALS_LICENSE, pathOfRecord, STUDY_LAYOUT, sourceOfPath } from "./constants.js";
import type { StudyFile } from "./manifest.js";

/** First line of the text. */
const LICENCES_TITLE = "# Licences of the files that were fetched into this folder";

/** Repositories whose terms are known here. */
const RADIOGRAPHS = "ieee8023/covid-chestxray-dataset";
const STUDY = "PierreSylvain/covid-chestxray-detector";

/** Source whose metadata state the licence of each image. */
const SOURCE = "covid-chestxray-dataset";

const DERIVATIVES: Readonly<Record<Derivatives, string>> = {
  allowed: "yes, under its terms",
  forbidden: "no",
  unknown: "unknown",
};

/** What {@link licencesText} is made of. */
interface LicencesContent {
  readonly files: readonly StudyFile[];
  readonly images: readonly LicenceCount[];
  readonly noDerivatives: readonly string[];
}

/** The licences of a study's files in words, as Markdown; the same for the same content. */
function licencesText({ files, images, noDerivatives }: LicencesContent): string {
  const repositories = [...new Set(files.map(({ repository }) => repository))];
  const sections = [LICENCES_TITLE, USE];
  for (const repository of repositories) {
    const own = files.filter((file) => file.repository === repository);
    if (repository === RADIOGRAPHS) sections.push(radiographs(own, images, noDerivatives));
    else if (repository === STUDY) sections.push(study(own));
    else sections.push(other(repository, own));
  }
  return `${sections.join("\n\n")}\n`;
}

const USE = [
  "The files stay under the terms of those who published them; no licence of the program that fetched them covers them.",
  "Users must make sure themselves that their use is permitted, in research too. Nothing made from these files is a",
  "diagnostic device.",
].join("\n");

function radiographs(
  files: readonly StudyFile[],
  images: readonly LicenceCount[],
  noDerivatives: readonly string[],
): string {
  const counts = images.filter(({ source }) => source === SOURCE);
  return [
    "## covid-chestxray-dataset",
    "",
    "Cohen, Morrison and Dao 2020, COVID-19 image data collection, https://github.com/ieee8023/covid-chestxray-dataset,",
    `${publishedAt(files)}.`,
    "",
    "- Metadata, scripts and other documents: CC BY-NC-SA 4.0, https://creativecommons.org/licenses/by-nc-sa/4.0/.",
    `- Images: each its own, in the column \`license\` of ${STUDY_LAYOUT.metadata}. Some forbid`,
    "  commercial use, some forbid that altered copies are passed on. Where the cell is blank nothing was stated: the",
    "  columns `doi` and `url` name who published the image.",
    "",
    ...(counts.length === 0
      ? ["They are counted here once the metadata have been downloaded."]
      : [
          "| licence as stated | images | altered copies may be passed on |",
          "| --- | ---: | --- |",
          ...counts.map(
            ({ license, images: count, derivatives }) =>
              `| ${cellText(license ?? "not stated")} | ${count} | ${DERIVATIVES[derivatives]} |`,
          ),
        ]),
    ...(noDerivatives.length === 0
      ? []
      : [
          "",
          "Altered copies of these, small ones included, may not be passed on. They are used in computations; reports do not",
          "show them, and `derivatives` in cohort.csv marks them.",
          "",
          ...noDerivatives.map((path) => `- ${path}`),
        ]),
  ].join("\n");
}

function study(files: readonly StudyFile[]): string {
  const images = files.filter(({ path }) => path.startsWith(`${STUDY_LAYOUT.normals}/`)).length;
  return [
    "## covid-chestxray-detector",
    "",
    "The study's own repository, https://github.com/PierreSylvain/covid-chestxray-detector,",
    `${publishedAt(files)}.`,
    "",
    "- The study's list and code: MIT, Copyright 2020 Pierre-Sylvain Augereau.",
    `- Normal radiographs (${images}), republished there from chest-xray-pneumonia: CC BY 4.0,`,
    "  https://creativecommons.org/licenses/by/4.0/. Kermany, Zhang and Goldbaum 2018, Labeled Optical Coherence",
    "  Tomography (OCT) and Chest X-Ray Images for Classification, Mendeley Data, version 2, doi 10.17632/rscbjbr9sj.2.",
  ].join("\n");
}

function other(repository: string, files: readonly StudyFile[]): string {
  return [
    `## ${repository}`,
    "",
    `https://github.com/${repository}, ${publishedAt(files)}.`,
    "",
    "Its terms are not known to this program; look for them at that address.",
  ].join("\n");
}

function publishedAt(files: readonly StudyFile[]): string {
  const commits = [...new Set(files.map(({ commit }) => commit))];
  return `${files.length} ${files.length === 1 ? "file" : "files"} at ${commits.length === 1 ? "commit" : "commits"} ${commits.join(", ")}`;
}

/** Text of a table's cell: it comes from the metadata, and goes to a console, too. */
function cellText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, " ").replaceAll(/[\\`<|]|(?<=\])\(/g, "\\$&");
}

/** Licences of a study's files. */
export interface StudyLicences {
  /** All of them in words, as Markdown: what `LICENCES.md` has above its last line. */
  readonly text: string;
  /** Images by source and licence; those of covid-chestxray-dataset once its metadata are there. */
  readonly images: readonly LicenceCount[];
  /** Paths of images whose licence forbids that altered copies are passed on, in the order of the files. */
  readonly noDerivatives: readonly string[];
}

/** Folder of covid-chestxray-dataset's images; its tables are in the folder above. */
const RADIOGRAPHS_FOLDER = `${STUDY_LAYOUT.radiographs}/images`;

/**
 * The licences of a manifest's files.
 *
 * @param records Records of covid-chestxray-dataset, which hold the licence of each image; `null` while its metadata
 * are not there. Images without a record count as not stated.
 */
export function studyLicences(
  files: readonly StudyFile[],
  records: readonly MetadataRecord[] | null,
): StudyLicences {
  const licenses = new Map(records?.map((record) => [pathOfRecord(record), record.license]));
  const images = files.flatMap(({ path }) => {
    const source = sourceOfPath(path);
    const folder = posix.dirname(path);
    if (folder === STUDY_LAYOUT.normals) return [{ path, source, license: NORMALS_LICENSE }];
    return folder === RADIOGRAPHS_FOLDER && records !== null
      ? [{ path, source, license: licenses.get(path) ?? null }]
      : [];
  });
  const counts = countLicences(images);
  const noDerivatives = images
    .filter(({ license }) => derivativesUnder(license) === "forbidden")
    .map(({ path }) => path);
  return { text: licencesText({ files, images: counts, noDerivatives }), images: counts, noDerivatives };
}

const NAME = "LICENCES";

/**
 * Name of the file in the study folder that states the licences of the others: `LICENCES.md`, and
 * `LICENCES-<name>.md` for those of another manifest, so that none takes the place of another's.
 */
export function licencesFile(manifest: string | undefined): string {
  if (manifest === undefined) return `${NAME}.md`;
  // What some file system does not take in a name.
  return `${NAME}-${parse(manifest).name.replaceAll(/[\p{Cc}\p{Cs}<>:"|?*\\]/gu, "-")}.md`;
}

/**
 * Writes licences beside the data. A last line with the text's SHA-256 marks it as ours: a file that someone has
 * edited, or that has no such line, is left alone.
 *
 * @returns Whether the file holds the text now.
 * @throws {FileError} `"unreadable"` or `"unwritable"`.
 */
export async function writeLicences(folder: string, file: string, text: string): Promise<boolean> {
  const path = join(folder, file);
  const standing = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new FileError({
      path,
      reason: "unreadable",
      message: `cannot be read (${error.message}); move it away`,
      cause: error,
    });
  });
  const sealed = seal(text);
  if (standing !== undefined) {
    // As git or an editor may have made of the line ends.
    const plain = standing.replaceAll("\r\n", "\n");
    if (plain === sealed) return true;
    if (!isOwn(plain)) return false;
  }
  await writeFileAtomic(path, sealed);
  return true;
}

function seal(text: string): string {
  return `${text}\n<!-- sha256 of the text above: ${createHash("sha256").update(text).digest("hex")} -->\n`;
}

/** Whether a file is as it was written here. */
function isOwn(content: string): boolean {
  const end = content.lastIndexOf("\n<!-- sha256 ");
  return end >= 0 && content === seal(content.slice(0, end));
}
