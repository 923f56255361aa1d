import { readFile } from "node:fs/promises";
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/**
 * What publint and "are the types wrong" say of a tarball: whether Node, TypeScript and bundlers find every entry point
 * and its types. Packages are ES modules only: Node 20.19 loads them from `require` too, which the second linter counts as
 * wrong, as it does resolution without `exports`.
 *
 * @returns Their messages, one line each, suggestions too; none when both are content.
 */
export async function lintTarball(path: string): Promise<string[]> {
  const content = new Uint8Array(await readFile(path));
  const { messages, pkg } = await publint({ pack: { tarball: content.buffer }, strict: true });
  const analysis = await checkPackage(createPackageFromTarballData(content));
  return [
    ...messages.map(
      (message) => `publint: ${message.code}: ${formatMessage(message, pkg, { color: false })}`,
    ),
    ...(analysis.types === false
      ? ["are the types wrong: no types"]
      : analysis.problems
          .filter(concernsEsm)
          .map((problem) => `are the types wrong: ${JSON.stringify(problem)}`)),
  ];
}

/** Whether a problem is met by users of ES modules, by `node16` or by a bundler's resolution. */
function concernsEsm(problem: Problem): boolean {
  return !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind));
}
