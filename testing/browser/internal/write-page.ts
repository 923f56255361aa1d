import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;
let pages = 0;

/** Writes a page without faults around `body` to the temporary files; returns its path. */
export function writePage(body: string, head = ""): string {
  folder ??= mkdtempSync(join(tmpdir(), "covidxr-"));
  const path = join(folder, `page-${++pages}.html`);
  writeFileSync(
    path,
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width">${head}</head><body><main><h1>A page</h1>${body}</main></body></html>`,
  );
  return path;
}
