/** A package's entry point, and how it is imported. */
export interface SiteModule {
  readonly name: string;
  /** Path of its `index.ts`, from the root. */
  readonly entry: string;
  /** Path of its README, from the root; absent where the README of the package covers it. */
  readonly readme?: string;
}

/** What a site is made of. */
export interface SiteContents {
  /** Folder of the repository, with its README. */
  readonly root: string;
  /** What can be imported, in the site's order. */
  readonly modules: readonly SiteModule[];
  /** Markdown files, from the root, in the site's order. */
  readonly pages: readonly string[];
}

const PACKAGES = [
  "dataset",
  "image",
  "metrics",
  "audit",
  "report",
  "model",
  "onnx",
  "training",
  "phantom",
  "download",
  "core",
];

/** What can be imported, in the order of the README's table. */
export const MODULES: readonly SiteModule[] = [
  { name: "covidxr", entry: "packages/covidxr/src/index.ts", readme: "packages/covidxr/README.md" },
  ...PACKAGES.map((name) => ({
    name: `@covidxr/${name}`,
    entry: `packages/${name}/src/index.ts`,
    readme: `packages/${name}/README.md`,
  })),
  { name: "@covidxr/audit/cohort", entry: "packages/audit/src/cohort.ts" },
  { name: "covidxr/study", entry: "packages/covidxr/src/study.ts" },
  { name: "@covidxr/dataset/cohort", entry: "packages/dataset/src/cohort.ts" },
  { name: "@covidxr/dataset/study", entry: "packages/dataset/src/study.ts" },
  { name: "@covidxr/onnx/files", entry: "packages/onnx/src/files.ts" },
  { name: "@covidxr/core/files", entry: "packages/core/src/files.ts" },
];

/** Pages in prose, in the order of the site's contents. */
export const PAGES: readonly string[] = [
  "docs/README.md",
  "docs/install.md",
  "docs/your-own-data.md",
  "docs/your-own-model.md",
  "docs/get-the-data.md",
  "docs/reproduce-the-study.md",
  "docs/audit-a-cohort.md",
  "docs/read-the-report.md",
  "docs/run-folder.md",
  "docs/results.md",
  "docs/what-the-study-cannot-tell.md",
  "docs/how-the-engine-works.md",
  "docs/tensorflow-engine.md",
  "benchmarks/README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
];
