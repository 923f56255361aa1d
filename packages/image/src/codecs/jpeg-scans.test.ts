import { ImageError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { fixtureFile, scansOf, thrownBy } from "../testing/fixtures.js";
import { readJpegHeader } from "./jpeg-header.js";
import { readJpegScans } from "./jpeg-scans.js";

const END = [0xff, 0xd9];
const read = (bytes: Uint8Array) => readJpegScans(bytes, readJpegHeader(bytes, "a.jpg"), "a.jpg");
/** A file with the given parts in place of its scans. */
const withScans = (kind: string, choose: (scans: Uint8Array[]) => Uint8Array[]): Uint8Array => {
  const { head, scans } = scansOf(fixtureFile(kind).bytes);
  return Uint8Array.from([...head, ...choose(scans).flatMap((scan) => [...scan]), ...END]);
};

test("takes complete files, with one scan or several, and with bytes after the end", () => {
  for (const kind of ["jpeg rgb", "jpeg grey", "jpeg rgb, progressive", "jpeg with bytes after its end"]) {
    expect(read(fixtureFile(kind).bytes)).toBeUndefined();
  }
});

describe("a progressive file cut between its scans and closed again", () => {
  const { scans } = scansOf(fixtureFile("jpeg rgb, progressive").bytes);

  test.each(scans.slice(1).map((_, kept) => kept + 1))("is incomplete after %i", (kept) => {
    const cut = withScans("jpeg rgb, progressive", (all) => all.slice(0, kept));
    expect(read(cut)).toMatch(
      /^incomplete: its scans end before \d+ of (64 coefficients|3 channels) are complete/,
    );
  });
});

test("a file without the scan of a channel is incomplete", () => {
  const { bytes } = fixtureFile("jpeg rgb");
  const oneChannel = bytes.slice();
  const at = scansOf(bytes).head.length;
  // The header of its only scan: length, 3 channels, then a name and tables for each.
  oneChannel.set([...bytes.subarray(at, at + 2), 0, 8, 1, ...bytes.subarray(at + 5, at + 7), 0, 63, 0], at);
  expect(read(oneChannel)).toMatch("before 2 of 3 channels are complete");
});

test.each([
  ["101 scans", "too-large", (scans: Uint8Array[]) => Array.from({ length: 101 }, () => scans[0]!)],
  ["3,000 scans", "too-large", (scans: Uint8Array[]) => Array.from({ length: 3000 }, () => scans[0]!)],
])("refuses %s", async (_, reason, choose) => {
  const error = await thrownBy(() => read(withScans("jpeg rgb", choose)));
  expect(error).toBeInstanceOf(ImageError);
  expect(error).toMatchObject({ image: "a.jpg", reason });
});

test("takes 100 scans", () => {
  expect(read(withScans("jpeg rgb", ([scan]) => Array.from({ length: 100 }, () => scan!)))).toBeUndefined();
});

test.each([
  ["detail before the mean", (scans: Uint8Array[]) => scans.slice(1)],
  ["a refinement that comes twice", (scans: Uint8Array[]) => [...scans, scans.at(-1)!]],
])("refuses %s, as libjpeg does", async (_, choose) => {
  const error = await thrownBy(() => read(withScans("jpeg rgb, progressive", choose)));
  expect(error).toBeInstanceOf(ImageError);
  expect(error).toMatchObject({ image: "a.jpg", reason: "corrupt" });
});

test("tells a second frame among the pixels", async () => {
  const { bytes } = fixtureFile("jpeg rgb");
  const doubled = Uint8Array.from([...bytes.subarray(0, -2), ...bytes.subarray(bytes.indexOf(0xc0) - 1)]);
  const error = await thrownBy(() => read(doubled));
  expect(error).toBeInstanceOf(ImageError);
  expect(error).toMatchObject({ image: "a.jpg", reason: "corrupt" });
});
