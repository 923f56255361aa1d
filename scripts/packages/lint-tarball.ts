import { readFile } from "node:fs/promises";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/**
 * What publint and "are the types wrong" say of a tarball: whether every entry point is found, in the format that it claims, with the
 * types of that format, by each way in which Node, TypeScript and bundlers look for it.
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
      : analysis.problems.map((problem) => `are the types wrong: ${JSON.stringify(problem)}`)),
  ];
}
