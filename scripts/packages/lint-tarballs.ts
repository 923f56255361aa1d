// Prints what publint and "are the types wrong" say of tarballs, as JSON: path to messages. Usage:
// node --import tsx lint-tarballs.ts TARBALL…
// A program of its own, since both linters are ES modules only, which tests cannot load.
import { readFile } from "node:fs/promises";
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

async function lintTarball(path: string): Promise<string[]> {
  const content = new Uint8Array(await readFile(path));
  const { messages, pkg } = await publint({ pack: { tarball: content.buffer }, strict: true });
  const { problems = [] } = { ...(await checkPackage(createPackageFromTarballData(content))) } as {
    problems?: Problem[];
  };
  return [
    ...messages
      .filter(({ code }) => code !== SWAPPED)
      .map((message) => `publint: ${message.code}: ${formatMessage(message, pkg, { color: false })}`),
    ...problems.filter(concernsEsm).map((problem) => `are the types wrong: ${JSON.stringify(problem)}`),
  ];
}

/** The field `browser` puts onnxruntime-web in the place of onnxruntime-node; `imports` cannot name what may be absent. */
const SWAPPED = "USE_EXPORTS_OR_IMPORTS_BROWSER";

/**
 * Packages are ES modules only. Node 20.19 loads them from `require`, too, which the linter still counts as wrong, as it does
 * resolution that does not know `exports`. The native runtime has no types of its own: nobody imports it by name.
 */
function concernsEsm(problem: Problem): boolean {
  if ("entrypoint" in problem && problem.entrypoint === "./native") return false;
  return !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind));
}

const messages: Record<string, string[]> = {};
for (const path of process.argv.slice(2)) messages[path] = await lintTarball(path);
console.log(JSON.stringify(messages));
