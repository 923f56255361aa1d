// Copies onnxruntime-node without its install script, and with its binary for Linux x64 alone, into the package that is
// packed: see importCopy in src/runtime/load-runtime.ts.
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PLATFORM = "bin/napi-v6/linux/x64";

const target = join(dirname(fileURLToPath(import.meta.url)), "native");
const require = createRequire(import.meta.url);
const manifest = require("onnxruntime-node/package.json");
const source = dirname(require.resolve("onnxruntime-node/package.json"));

await rm(target, { recursive: true, force: true });
await mkdir(join(target, "dist"), { recursive: true });
for (const file of ["index.js", "backend.js", "binding.js", "version.js"]) {
  await cp(join(source, "dist", file), join(target, "dist", file));
}
await cp(join(source, PLATFORM), join(target, PLATFORM), {
  recursive: true,
  // What an install script may have added.
  filter: (path) => !path.includes("onnxruntime_providers"),
});
const { name, version, license, author, repository } = manifest;
await writeFile(
  join(target, "package.json"),
  JSON.stringify({ name, version, license, author, repository, type: "commonjs", private: true }, null, 2),
);
await writeFile(
  join(target, "NOTICE.txt"),
  `onnxruntime-node ${version}, of https://github.com/microsoft/onnxruntime (third-party notices:
https://github.com/microsoft/onnxruntime/blob/v${version}/ThirdPartyNotices.txt)

MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`,
);
