import { dirname } from "node:path/posix";
import type { Repository } from "./repository.js";

/** What the rules read of a `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A folder with a `package.json` of its own. */
export interface Workspace {
  /** Path from the root; empty for the root itself. */
  readonly folder: string;
  /**
   * Its row in the table of arrows: `image` for `packages/image`, `examples` for what is below; undefined for the
   * root.
   */
  readonly row: string | undefined;
  /** Whether it is one of `packages/*`, whose sources are published. */
  readonly published: boolean;
  readonly manifest: Manifest;
  /** Its files, without those of workspaces inside it. */
  readonly files: readonly string[];
}

/** Every workspace of a repository, by folder; the root is the first one. */
export function listWorkspaces(repository: Repository): Workspace[] {
  const folders = repository.files
    .filter((file) => /(^|\/)package\.json$/.test(file) && !file.includes("/fixtures/"))
    .map((file) => (file === "package.json" ? "" : dirname(file)))
    .sort();
  const files = new Map<string, string[]>(folders.map((folder) => [folder, []]));
  for (const file of repository.files) {
    const home = folders.findLast((folder) => folder === "" || file.startsWith(`${folder}/`));
    if (home !== undefined) files.get(home)?.push(file);
  }
  return folders.map((folder) => {
    const [first, second] = folder.split("/");
    const published = first === "packages" && second !== undefined;
    return {
      folder,
      row: folder === "" ? undefined : published ? second : first,
      published,
      manifest: JSON.parse(repository.read(`${folder === "" ? "" : `${folder}/`}package.json`)) as Manifest,
      files: files.get(folder) ?? [],
    };
  });
}
