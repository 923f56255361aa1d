import { join } from "node:path";
import { DownloadError, FileError, MetadataError } from "@covidxr/core";
import { downloadFiles } from "@covidxr/download";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { temporaryFolder } from "../testing/folders.js";
import { STUDY_LAYOUT } from "./constants.js";
import { parseManifest, readManifest, studyFiles } from "./manifest.js";

const HEADER = "path,repository,commit,repository_path,bytes,sha256,git_blob_sha1";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const SHA256 = "ab".repeat(32);
const SHA1 = "cd".repeat(20);

/** A row of a manifest, with some cells changed. */
function line(change: Readonly<Record<string, string>> = {}): string {
  const cells = {
    path: "images/a.png",
    repository: "owner/name",
    commit: COMMIT,
    repository_path: "data/a.png",
    bytes: "12",
    sha256: SHA256,
    git_blob_sha1: SHA1,
    ...change,
  };
  return Object.values(cells)
    .map((cell) => `"${cell.replaceAll('"', '""')}"`)
    .join(",");
}

const parse = (...lines: readonly string[]) => parseManifest([HEADER, ...lines].join("\n"), "files.csv");

function faultOf(...lines: readonly string[]): MetadataError {
  try {
    parse(...lines);
  } catch (error) {
    expect(error).toBeInstanceOf(MetadataError);
    return error as MetadataError;
  }
  throw new Error("expected an error");
}

describe("parseManifest", () => {
  test("has a file for each row, with its address", () => {
    expect(
      parse(line(), line({ path: "b.png", repository: "o/n.x", repository_path: "c d/ü#?%.png" })),
    ).toEqual([
      {
        path: "images/a.png",
        urls: [`https://raw.githubusercontent.com/owner/name/${COMMIT}/data/a.png`],
        bytes: 12,
        digests: { sha256: SHA256, gitBlobSha1: SHA1 },
        repository: "owner/name",
        commit: COMMIT,
        repositoryPath: "data/a.png",
      },
      expect.objectContaining({
        path: "b.png",
        urls: [`https://raw.githubusercontent.com/o/n.x/${COMMIT}/c%20d/%C3%BC%23%3F%25.png`],
      }),
    ]);
  });

  test("takes one digest for both, and an unknown length", () => {
    const [first, second] = parse(line({ sha256: "", bytes: "" }), line({ path: "b", git_blob_sha1: "" }));
    expect(first!.digests).toEqual({ gitBlobSha1: SHA1 });
    expect(first).not.toHaveProperty("bytes");
    expect(second!.digests).toEqual({ sha256: SHA256 });
  });

  test("brings digests and commits to lower case", () => {
    const [file] = parse(line({ commit: COMMIT.toUpperCase(), sha256: SHA256.toUpperCase() }));
    expect(file).toMatchObject({ commit: COMMIT, digests: { sha256: SHA256 } });
  });

  test("finds its columns by name", () => {
    const content = `note,sha256,git_blob_sha1,bytes,repository_path,commit,repository,path\n,${SHA256},,1,b,${COMMIT},o/n,a\n`;
    expect(parseManifest(content, "files.csv")[0]).toMatchObject({
      path: "a",
      repositoryPath: "b",
      bytes: 1,
    });
  });

  test.each(["path", "repository_path"])("column %s leads nowhere else", (column) => {
    for (const path of [
      "../../etc/x",
      "a/../../x",
      "a/..",
      "..",
      ".",
      "./a",
      "a/./b",
      "",
      "/etc/x",
      "//host/x",
      "a//b",
      "a/",
      "..\\..\\x",
      "a\\b",
      "C:/x",
      "C:x",
      "a:stream",
      "a\u0000b",
      "a\nb",
    ]) {
      expect(faultOf(line({ path: "first" }), line({ [column]: path }))).toMatchObject({
        path: "files.csv",
        line: 3,
        reason: "invalid-value",
        column,
      });
    }
  });

  test("whatever path it takes stays inside the folder", () => {
    const part = fc.constantFrom("..", ".", "", "a", "/", "\\", "..", "b.png", " ", "…", "~", "C:", "%2e%2e");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const path = parts.join("/");
        let file: ReturnType<typeof parse>[number];
        try {
          [file] = parse(line({ path, repository_path: path })) as [typeof file];
        } catch (error) {
          expect(error).toMatchObject({ kind: "metadata", reason: "invalid-value", line: 2 });
          return;
        }
        for (const separator of ["/", "\\"]) {
          expect(join("/study", file.path.replaceAll("/", separator))).toMatch(/^\/study\/./);
          expect(file.path.split(separator)).not.toContain("..");
        }
        const { pathname } = new URL(file.urls[0]!);
        expect(pathname.startsWith(`/owner/name/${COMMIT}/`)).toBe(true);
        expect(decodeURIComponent(pathname.slice(`/owner/name/${COMMIT}/`.length))).toBe(path);
      }),
    );
  });

  test.each([
    [
      "repository",
      ["", "owner", "owner/name/more", "/name", "owner/", "owner/..", "../name", "o w/n", "-o/n"],
    ],
    ["commit", ["", "main", COMMIT.slice(1), `${COMMIT}0`, COMMIT.replace("0", "g")]],
    ["bytes", ["-1", "1.5", "1e3", "x", " 1", "01", "9".repeat(16)]],
    ["sha256", ["x", SHA1, SHA256.replace("a", "g"), `${SHA256}0`, " "]],
    ["git_blob_sha1", ["x", SHA256, SHA1.slice(1)]],
    ["path", ["LICENCES.md", "licences.MD", "LICENCES-files.md", "Licences.md/a.png", "LICENCES-x.md/a"]],
    [
      "path",
      ["con", "images/NUL.png", "a.", "a ", "a./b", "a?b", 'a"b', "a<b", "a\u001bb", "a.png.covidxr-part"],
    ],
  ])("column %s is looked at", (column, values) => {
    for (const value of values) {
      expect(faultOf(line({ [column]: value }))).toMatchObject({ line: 2, reason: "invalid-value", column });
    }
  });

  test.each(["licences.txt", "images/LICENCES.md", "LICENCES-x.md.png", "console", "a b.png", "ü…😀.png"])(
    "takes the path %s",
    (path) => {
      expect(parse(line({ path }))[0]!.path).toBe(path);
    },
  );

  test.each([
    [["a", "a/b.png"], 3],
    [["A/B/c.png", "x", "a"], 2],
    [["x/e\u0301", "X/é/a.png"], 3],
  ])("names a path that leads through another's file: %j", (paths, number) => {
    const fault = faultOf(...paths.map((path) => line({ path })));
    expect(fault).toMatchObject({ line: number, reason: "invalid-value", column: "path" });
    expect(fault.message).toContain("inside the file");
    expect(parse(...paths.map((path) => line({ path: `${path}_` })))).toHaveLength(paths.length);
  });

  test("what it takes, the download takes, too", async () => {
    const folder = await temporaryFolder();
    const name = fc.constantFrom(
      "a",
      "A",
      "é",
      "e\u0301",
      "con",
      "b.",
      "c ",
      "d:",
      "LICENCES.md",
      "😀",
      ".part",
    );
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(path, { minLength: 1, maxLength: 3 }), async (paths) => {
        let files: ReturnType<typeof parse>;
        try {
          files = parse(...paths.map((own) => line({ path: own })));
        } catch (error) {
          expect(error).toBeInstanceOf(MetadataError);
          return;
        }
        taken++;
        const offline = downloadFiles(files, folder, { offline: true, env: {} });
        await expect(offline).rejects.toBeInstanceOf(DownloadError);
      }),
    );
    expect(taken).toBeGreaterThan(0);
  });

  test("wants a digest", () => {
    const fault = faultOf(line(), line({ path: "b", sha256: "", git_blob_sha1: "" }));
    expect(fault).toMatchObject({ line: 3, reason: "invalid-value", column: "sha256" });
  });

  test.each(["images/a.png", "images/A.PNG"])("names a path that appears twice: %s", (path) => {
    const fault = faultOf(line(), line({ path }));
    expect(fault).toMatchObject({ line: 3, reason: "duplicate-key", column: "path" });
    expect(fault.message).toContain("line 2");
  });

  test.each([
    [HEADER, { reason: "empty" }],
    [HEADER.replace("commit", "branch"), { reason: "missing-column", column: "commit", line: 1 }],
    [`${HEADER}\na,b`, { reason: "broken-row", line: 2 }],
  ])("refuses a table that is no manifest: %j", (content, fields) => {
    const rows = content.includes("\n")
      ? content
      : `${content}${fields.reason === "empty" ? "" : `\n${line()}`}`;
    expect(() => parseManifest(rows, "files.csv")).toThrow(MetadataError);
    expect(() => parseManifest(rows, "files.csv")).toThrow(expect.objectContaining(fields));
  });
});

describe("readManifest", () => {
  test("reads a file", async () => {
    const folder = await temporaryFolder({ "files.csv": `\uFEFF${HEADER}\r\n${line()}\r\n` });
    expect(await readManifest(join(folder, "files.csv"))).toEqual(parse(line()));
  });

  test("says where nothing stands", async () => {
    const path = join(await temporaryFolder(), "files.csv");
    const reading = readManifest(path);
    await expect(reading).rejects.toBeInstanceOf(FileError);
    await expect(reading).rejects.toMatchObject({ path, reason: "missing" });
  });
});

test("names the study's files: two tables, 195 radiographs, 106 normals", () => {
  const files = studyFiles();
  const inFolder = (folder: string) => files.filter(({ path }) => path.startsWith(`${folder}/`)).length;
  expect(files.map(({ path }) => path).slice(0, 2)).toEqual([STUDY_LAYOUT.metadata, STUDY_LAYOUT.list]);
  expect([
    files.length,
    inFolder(`${STUDY_LAYOUT.radiographs}/images`),
    inFolder(STUDY_LAYOUT.normals),
  ]).toEqual([303, 195, 106]);
  expect(new Set(files.map(({ repository, commit }) => `${repository}@${commit}`))).toEqual(
    new Set([
      "ieee8023/covid-chestxray-dataset@ebebde0f9983cfe45a6e303a85213d9e5dafb2da",
      "PierreSylvain/covid-chestxray-detector@3bbf2645c1b85f887ba48969844db3d67940f66c",
    ]),
  );
});

test("knows a length and both digests of all but five radiographs, and of those git's digest", () => {
  const files = studyFiles();
  const whole = files.filter(({ bytes, digests }) => bytes !== undefined && digests.sha256 !== undefined);
  expect(whole).toHaveLength(298);
  expect(files.every(({ digests }) => digests.gitBlobSha1 !== undefined)).toBe(true);
  expect(whole.reduce((sum, { bytes }) => sum + bytes!, 0)).toBe(138_222_561);
});
