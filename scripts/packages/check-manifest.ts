import type { Manifest } from "./public-packages.js";

const REPOSITORY = "https://github.com/covidxr/covidxr";
const TEXT_FIELDS = ["description", "license", "author"] as const;
const FEWEST_KEYWORDS = 5;

/** What a packed manifest is compared with. */
export interface ManifestExpectation {
  /** Name of the package's folder in `packages`. */
  readonly shortName: string;
  /** Versions of Node that the repository supports. */
  readonly node: string;
}

/**
 * Looks at a packed `package.json`: what a registry page and an installer read is there, and nothing points into the workspace.
 *
 * @returns Faults, one line each; none when all is well.
 */
export function checkManifest(manifest: Manifest, { shortName, node }: ManifestExpectation): string[] {
  const expected: readonly (readonly [field: string, value: unknown])[] = [
    ["name", `@covidxr/${shortName}`],
    ["license", "MIT"],
    ["type", "module"],
    ["sideEffects", false],
    ["engines", { node }],
    ["homepage", `${REPOSITORY}/tree/main/packages/${shortName}#readme`],
    ["bugs", `${REPOSITORY}/issues`],
    ["repository", { type: "git", url: `git+${REPOSITORY}.git`, directory: `packages/${shortName}` }],
    ["publishConfig", { access: "public", provenance: true }],
  ];
  const faults = expected
    .filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value))
    .map(([field, value]) => {
      return `${field}: expected ${JSON.stringify(value)}, got ${JSON.stringify(manifest[field])}`;
    });
  for (const field of TEXT_FIELDS) {
    if (typeof manifest[field] !== "string" || manifest[field] === "") faults.push(`${field} is missing`);
  }
  if (new Set(manifest.keywords).size < FEWEST_KEYWORDS) {
    faults.push(`keywords: expected ${FEWEST_KEYWORDS} or more, got ${JSON.stringify(manifest.keywords)}`);
  }
  const ranges = { ...manifest.dependencies, ...manifest.peerDependencies };
  for (const [name, range] of Object.entries(ranges)) {
    if (/^(workspace|file|link|catalog):/.test(range)) faults.push(`${name} is asked for as "${range}"`);
  }
  return faults;
}
