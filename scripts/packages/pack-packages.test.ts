import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { packPackages } from "./pack-packages.js";
import { CLEAN_MANIFEST } from "./testing/planted-package.js";

test("a package that is not built is not packed", async () => {
  const root = await mkdtemp(join(tmpdir(), "covidxr-"));
  const folder = join(root, "packages/planted");
  await mkdir(join(folder, "dist"), { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify(CLEAN_MANIFEST));
  await expect(packPackages(root, join(root, "packed"))).rejects.toThrow(
    "expected @covidxr/planted built, found no ./dist/index.d.ts; run npm run build first",
  );
});
