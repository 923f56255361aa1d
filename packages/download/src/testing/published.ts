import { createHash } from "node:crypto";
import { createRng } from "@covidxr/core";
import type { PublishedFile } from "../files/published-file.js";

/** Random content of a length; the same for the same number. */
export function randomContent(bytes: number, index = 0): Uint8Array {
  const rng = createRng(7, { purpose: "content", index });
  const content = new Uint8Array(bytes);
  const words = new DataView(content.buffer);
  let at = 0;
  for (; at + 4 <= bytes; at += 4) words.setUint32(at, rng.uint32());
  for (; at < bytes; at++) content[at] = rng.uint32();
  return content;
}

/** A file that is published below a base, at the path that it has in the folder. */
export function published(
  path: string,
  content: Uint8Array,
  base: string | readonly string[],
): PublishedFile {
  return {
    path,
    bytes: content.length,
    digests: { sha256: createHash("sha256").update(content).digest("hex") },
    urls: [base].flat().map((origin) => `${origin}/${path.split("/").map(encodeURIComponent).join("/")}`),
  };
}
