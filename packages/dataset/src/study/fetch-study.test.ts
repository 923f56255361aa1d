import { createHash } from "node:crypto";
import fileSystem from "node:fs";
import { access, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DownloadError, FileError, MetadataError } from "@covidxr/core";
import { type Fault, type FileServer, startFileServer } from "@covidxr/testing/server";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { temporaryFolder } from "../testing/folders.js";
import { type FetchStudyOptions, fetchStudy } from "./fetch-study.js";

/** Licences of the manifest `files.csv`. */
const LICENCES = "LICENCES-files.md";

const METADATA = "covid-chestxray-dataset/metadata.csv";
const LIST = "chestxrays.csv";
const IMAGES = "covid-chestxray-dataset/images";
const NORMAL = "chest_xray/train/NORMAL/IM-0001-0001.jpeg";

/** A small study; the content of images does not matter here. */
const STUDY: Readonly<Record<string, string>> = {
  [METADATA]: [
    "patientid,finding,view,modality,folder,filename,license",
    "1,COVID-19,PA,X-ray,images,a.png,CC BY-NC-SA",
    "2,SARS,PA,X-ray,images,b c.png,CC BY-NC-ND",
    "3,COVID-19,PA,X-ray,images,d.png,",
    "",
  ].join("\n"),
  [LIST]: "filename,covid-19\n",
  [`${IMAGES}/a.png`]: "a".repeat(5000),
  [`${IMAGES}/b c.png`]: "b".repeat(70_000),
  [`${IMAGES}/d.png`]: "d",
  [NORMAL]: "n".repeat(300),
};

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const HEADER = "path,repository,commit,repository_path,bytes,sha256,git_blob_sha1";
const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");
const blobSha1 = (content: string) =>
  createHash("sha1").update(`blob ${content.length}\0${content}`).digest("hex");

/** Paths of the repository are those of the study below `data`; of `d.png` git's digest alone is known. */
const MANIFEST = [
  HEADER,
  ...Object.entries(STUDY).map(([path, content]) => {
    const known = path === `${IMAGES}/d.png` ? "," : `${content.length},${sha256(content)}`;
    return `${path},ieee8023/covid-chestxray-dataset,${COMMIT},data/${path},${known},${blobSha1(content)}`;
  }),
].join("\n");

const ADDRESS = `/ieee8023/covid-chestxray-dataset/${COMMIT}/data`;

let server: FileServer;
let faults: Map<string, Fault>;
let root: string;
let study: string;
let options: FetchStudyOptions & { readonly manifest: string };
beforeEach(async () => {
  faults = new Map();
  server = await startFileServer({
    file: (path) => {
      const content = STUDY[path.slice(`${ADDRESS}/`.length)];
      return path.startsWith(`${ADDRESS}/`) && content !== undefined ? Buffer.from(content) : undefined;
    },
    fault: ({ path }) => faults.get(path.slice(`${ADDRESS}/`.length)),
  });
  root = await temporaryFolder({ "files.csv": MANIFEST });
  study = join(root, "study");
  options = {
    manifest: join(root, "files.csv"),
    mirror: server.url,
    env: {},
    wait: () => Promise.resolve(),
    attempts: 2,
  };
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server.close();
});

/** Lets no licences be written, as on a read-only share. */
function makeReadOnly(): void {
  const { rename } = fileSystem.promises;
  jest.spyOn(fileSystem.promises, "rename").mockImplementation(async (from, to) => {
    if (!String(to).includes("LICENCES")) return rename(from, to);
    throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
  });
}

/** A text as it is written. */
const sealed = (text: string) => `${text}\n<!-- sha256 of the text above: ${sha256(text)} -->\n`;

/** Content of every file below the study folder by path. */
async function standing(): Promise<Record<string, string>> {
  const entries = await readdir(study, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(study.length + 1), await readFile(path, "utf8")] as const;
    });
  return Object.fromEntries(await Promise.all(files));
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

const NOT_FOUND: Fault = { kind: "status", status: 404 };

describe("fetchStudy", () => {
  test("fills an empty folder, and counts the licences", async () => {
    const fetched = await fetchStudy(study, options);
    expect(fetched).toMatchObject({ present: 0, fetched: 6, notFound: [] });
    expect(fetched.transferredBytes).toBe(Object.values(STUDY).join("").length);
    expect(fetched.licences).toMatchObject({
      file: LICENCES,
      written: true,
      images: [
        { license: "CC BY-NC-ND", images: 1, derivatives: "forbidden" },
        { license: "CC BY-NC-SA", images: 1, derivatives: "allowed" },
        { license: null, images: 1, derivatives: "unknown" },
        { license: "CC BY 4.0", images: 1, derivatives: "allowed" },
      ],
      noDerivatives: [`${IMAGES}/b c.png`],
    });
    expect(await standing()).toEqual({ ...STUDY, [LICENCES]: sealed(fetched.licences.text) });
    expect(server.requests).toHaveLength(6);
  });

  test("asks for nothing the second time, and leaves what it wrote", async () => {
    const first = await fetchStudy(study, options);
    const before = await stat(join(study, LICENCES), { bigint: true });
    const requests = server.requests.length;
    let told = 0;
    const onLicences = () => {
      told++;
    };
    const second = await fetchStudy(study, { ...options, onLicences });
    expect(second).toMatchObject({ present: 6, fetched: 0, transferredBytes: 0 });
    expect(second.licences).toEqual(first.licences);
    expect([server.requests.length, told]).toEqual([requests, 0]);
    const after = await stat(join(study, LICENCES), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
    expect(await fetchStudy(study, { ...options, offline: true })).toMatchObject({ present: 6 });
  });

  test("tells the licences, and leaves them beside the data, before the first request", async () => {
    const told: string[] = [];
    const onLicences = async (text: string) => {
      expect(server.requests).toEqual([]);
      const { [LICENCES]: written, ...others } = await standing();
      expect(written).toBe(sealed(text));
      expect(Object.keys(others).filter((path) => path in STUDY)).toEqual([]);
      told.push(text);
    };
    const onPlan = () => {
      expect(told).toHaveLength(1);
      told.push("plan");
    };
    await fetchStudy(study, { ...options, onLicences, onPlan });
    expect(told).toEqual([expect.stringContaining("once the metadata have been downloaded"), "plan"]);
  });

  test("counts licences before the first request where the metadata are there", async () => {
    await fetchStudy(study, options);
    await rm(join(study, NORMAL));
    let told = "";
    const fetched = await fetchStudy(study, {
      ...options,
      onLicences: (text) => {
        told = text;
      },
    });
    expect(fetched).toMatchObject({ present: 5, fetched: 1 });
    expect(told).toContain("| CC BY-NC-ND | 1 | no |");
    expect(told).toBe(fetched.licences.text);
  });

  test("fetches nothing when the licences are not accepted", async () => {
    const refusal = new Error("no");
    const onLicences = () => {
      throw refusal;
    };
    await expect(fetchStudy(study, { ...options, onLicences })).rejects.toBe(refusal);
    expect(server.requests).toEqual([]);
    expect(Object.keys(await standing())).toEqual([LICENCES]);
  });

  test("names an image that is not published any more, and goes on", async () => {
    faults.set(`${IMAGES}/a.png`, NOT_FOUND);
    const { notFound, fetched, licences } = await fetchStudy(study, options);
    expect(fetched).toBe(5);
    expect(notFound).toEqual([{ path: `${IMAGES}/a.png`, url: expect.stringContaining("/a.png") }]);
    expect(licences.images.map(({ images }) => images)).toEqual([1, 1, 1, 1]);
    const { [`${IMAGES}/a.png`]: absent, ...others } = STUDY;
    expect(await standing()).toEqual({ ...others, [LICENCES]: sealed(licences.text) });
    expect(absent).toBeDefined();
  });

  test.each([METADATA, LIST])("is no study without %s", async (table) => {
    faults.set(table, NOT_FOUND);
    const failure = fetchStudy(study, options);
    await expect(failure).rejects.toBeInstanceOf(DownloadError);
    await expect(failure).rejects.toMatchObject({
      reason: "not-found",
      message: expect.stringContaining(table),
    });
    expect(Object.keys(await standing())).not.toContain(table);
    faults.clear();
    expect(await fetchStudy(study, options)).toMatchObject({ present: 5, fetched: 1, notFound: [] });
  });

  test("wrong bytes are an error, and no file", async () => {
    faults.set(`${IMAGES}/d.png`, { kind: "wrong-bytes" });
    const failure = fetchStudy(study, options);
    await expect(failure).rejects.toBeInstanceOf(DownloadError);
    await expect(failure).rejects.toMatchObject({ reason: "wrong-content" });
    expect(await exists(join(study, IMAGES, "d.png"))).toBe(false);
  });

  test.each(["../../etc/x", "/etc/x", "..\\x", "a/../../x"])(
    "a manifest that leads out of the folder is refused before anything is done: %s",
    async (path) => {
      const line = MANIFEST.split("\n")[3]!.replace(`${IMAGES}/a.png`, path);
      await writeFile(options.manifest, `${MANIFEST}\n${line}\n`);
      const failure = fetchStudy(study, options);
      await expect(failure).rejects.toBeInstanceOf(MetadataError);
      await expect(failure).rejects.toMatchObject({ path: options.manifest, line: 8, column: "path" });
      expect(server.requests).toEqual([]);
      expect(await readdir(root)).toEqual(["files.csv"]);
    },
  );

  test.each([
    ["an image", `${IMAGES}/a.png`],
    ["the metadata", METADATA],
  ])("refuses to write over %s that differs, unless it may", async (_name, path) => {
    await fetchStudy(study, options);
    await writeFile(join(study, path), "someone's own");
    const before = { ...(await standing()) };
    const requests = server.requests.length;
    const failure = fetchStudy(study, options);
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason: "different", path: join(study, path) });
    expect(await standing()).toEqual(before);
    expect(server.requests).toHaveLength(requests);
    const replaced = await fetchStudy(study, { ...options, existing: "replace" });
    expect(replaced).toMatchObject({ present: 5, fetched: 1 });
    expect(await standing()).toEqual({ ...STUDY, [LICENCES]: sealed(replaced.licences.text) });
  });

  test.each<{ title: string; change: (own: string) => string }>([
    { title: "a text of their own", change: () => "ours\n" },
    { title: "a note below", change: (own) => `${own}Checked by us.\n` },
    { title: "a note within", change: (own) => own.replace("\n\n", "\n\nChecked by us.\n\n") },
    { title: "the last line gone", change: (own) => own.slice(0, own.lastIndexOf("<!--")) },
  ])("leaves licences alone that someone edited: $title", async ({ change }) => {
    const { licences: first } = await fetchStudy(study, options);
    const path = join(study, LICENCES);
    const edited = change(await readFile(path, "utf8"));
    await writeFile(path, edited);
    for (const existing of ["refuse", "replace"] as const) {
      await rm(join(study, NORMAL), { force: true });
      let told = "";
      const onLicences = (text: string) => {
        told = text;
      };
      const { licences } = await fetchStudy(study, { ...options, existing, onLicences });
      expect(licences).toEqual({ ...first, written: false });
      expect(told).toBe(first.text);
      expect(await readFile(path, "utf8")).toBe(edited);
    }
  });

  test("brings its own licences up to date, whatever their line ends", async () => {
    const { licences } = await fetchStudy(study, options);
    const path = join(study, LICENCES);
    await writeFile(path, sealed("of an earlier version\n").replaceAll("\n", "\r\n"));
    expect((await fetchStudy(study, options)).licences.written).toBe(true);
    expect(await readFile(path, "utf8")).toBe(sealed(licences.text));
  });

  test("keeps the licences of two manifests apart", async () => {
    const { licences } = await fetchStudy(study, options);
    const [header, , , image] = MANIFEST.split("\n");
    const manifest = join(root, "one image.csv");
    await writeFile(manifest, `${header}\n${image}\n`);
    const { licences: others } = await fetchStudy(study, { ...options, manifest });
    expect(others.file).toBe("LICENCES-one image.md");
    expect(await standing()).toEqual({
      ...STUDY,
      [LICENCES]: sealed(licences.text),
      [others.file]: sealed(others.text),
    });
  });

  test("takes a read-only share that holds everything", async () => {
    await fetchStudy(study, options);
    await rm(join(study, LICENCES));
    makeReadOnly();
    for (const offline of [false, true]) {
      const { licences, present } = await fetchStudy(study, { ...options, offline });
      expect([present, licences.written]).toEqual([6, false]);
      expect(licences.text).toContain("| CC BY-NC-ND | 1 | no |");
    }
    expect(await exists(join(study, LICENCES))).toBe(false);
    await mkdir(join(study, LICENCES)); // cannot even be read
    expect((await fetchStudy(study, options)).licences.written).toBe(false);
  });

  test("fetches nothing where licences cannot be left beside it", async () => {
    makeReadOnly();
    const failure = fetchStudy(study, options);
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason: "unwritable", path: join(study, LICENCES) });
    expect(server.requests).toEqual([]);
  });

  test("takes the mirror of COVIDXR_MIRROR, with its path", async () => {
    const { mirror, ...others } = options;
    const moved = await startFileServer({
      file: (path) => {
        const content = STUDY[path.slice(`/covidxr${ADDRESS}/`.length)];
        return path.startsWith("/covidxr/") && content !== undefined ? Buffer.from(content) : undefined;
      },
    });
    try {
      const env = { COVIDXR_MIRROR: `${moved.url}/covidxr` };
      expect(await fetchStudy(study, { ...others, env })).toMatchObject({ fetched: 6 });
      expect(moved.requests).toHaveLength(6);
      expect(server.requests).toEqual([]);
      expect(mirror).toBe(server.url);
    } finally {
      await moved.close();
    }
  });

  test("is no study where no file is to be had at all", async () => {
    const failure = fetchStudy(study, { ...options, mirror: `${server.url}/elsewhere` });
    await expect(failure).rejects.toBeInstanceOf(DownloadError);
    await expect(failure).rejects.toMatchObject({
      reason: "not-found",
      message: expect.stringContaining("none of 6"),
    });
    const [header, , , image] = MANIFEST.split("\n");
    await writeFile(options.manifest, `${header}\n${image}\n`);
    faults.set(`${IMAGES}/a.png`, NOT_FOUND);
    await expect(fetchStudy(join(root, "images"), options)).rejects.toMatchObject({
      reason: "not-found",
      message: expect.stringContaining("check the mirror or the manifest"),
    });
  });

  describe("offline", () => {
    const offlineFailure = async (folder: string) => {
      const failure = fetchStudy(folder, { ...options, offline: true });
      await expect(failure).rejects.toBeInstanceOf(DownloadError);
      await expect(failure).rejects.toMatchObject({ reason: "offline" });
      return failure.catch((error: DownloadError) => error.message);
    };
    const fill = async (...without: string[]) => {
      await fetchStudy(study, options);
      for (const path of without) await rm(join(study, path));
      return [server.requests.length, server.connections];
    };

    test("opens no socket and leaves nothing in an empty folder", async () => {
      expect(await offlineFailure(study)).toContain("6 of 6 files are missing");
      expect([server.requests.length, server.connections]).toEqual([0, 0]);
      expect(await readdir(root)).toEqual(["files.csv"]);
    });

    test("names images that are missing, and goes on", async () => {
      const before = await fill(`${IMAGES}/a.png`, NORMAL);
      makeReadOnly();
      const result = await fetchStudy(study, { ...options, offline: true });
      expect(result).toMatchObject({ present: 4, fetched: 0, transferredBytes: 0 });
      expect(result.notFound.map(({ path }) => path)).toEqual([`${IMAGES}/a.png`, NORMAL]);
      expect([server.requests.length, server.connections]).toEqual(before);
    });

    test.each([METADATA, LIST])("is no study without %s", async (table) => {
      const before = await fill(table, `${IMAGES}/a.png`);
      const message = await offlineFailure(study);
      expect(message).toContain(table);
      expect(message).toContain("2 of 6 files are missing");
      expect([server.requests.length, server.connections]).toEqual(before);
    });
  });
});
