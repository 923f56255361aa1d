import { STUDY_LAYOUT } from "../cohorts/study-layout.js";
import type { LicenceCount } from "../licences/count-licences.js";
import type { Derivatives } from "../licences/derivatives-under.js";
import type { StudyFile } from "./study-file.js";

/** First line of the text. */
const LICENCES_TITLE = "# Licences of the files that were fetched into this folder";

/** Repositories whose terms are known here. */
const RADIOGRAPHS = "ieee8023/covid-chestxray-dataset";
const STUDY = "PierreSylvain/covid-chestxray-detector";

/** Of covid-chestxray-dataset's images, whose licences stand in its metadata. */
const SOURCE = "covid-chestxray-dataset";

const DERIVATIVES: Readonly<Record<Derivatives, string>> = {
  allowed: "yes, under its terms",
  forbidden: "no",
  unknown: "unknown",
};

/** What {@link licencesText} is made of. */
export interface LicencesContent {
  readonly files: readonly StudyFile[];
  readonly images: readonly LicenceCount[];
  readonly noDerivatives: readonly string[];
}

/** The licences of a study's files in words, as Markdown; the same for the same content. */
export function licencesText({ files, images, noDerivatives }: LicencesContent): string {
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
  "That a use is permitted, in research too, is for the user to see to. Nothing made of these files is a diagnostic",
  "device.",
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
    "  columns `doi` and `url` tell who published the image.",
    "",
    ...(counts.length === 0
      ? ["They are counted here once the metadata are there."]
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
          "Altered copies of these, small ones included, may not be passed on. They take part in computations; reports show",
          "no picture of them, and `derivatives` in cohort.csv marks them.",
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
    "Its terms are not known here; look for them at that address.",
  ].join("\n");
}

function publishedAt(files: readonly StudyFile[]): string {
  const commits = [...new Set(files.map(({ commit }) => commit))];
  return `${files.length} ${files.length === 1 ? "file" : "files"} at ${commits.length === 1 ? "commit" : "commits"} ${commits.join(", ")}`;
}

/** Text of a table's cell: it comes from the metadata, and goes to a console, too. */
function cellText(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").replaceAll("|", "\\|");
}
