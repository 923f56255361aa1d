import type { Fault } from "../repository/fault.js";
import type { Repository } from "../repository/repository.js";
import { listTexts } from "./list-texts.js";
import { ISE_STEMS, KEPT, SPELLINGS, type Spelling, type Zone } from "./spellings.js";

/** The list itself, and tests of the rules: full of words that are spelt wrongly on purpose. */
const PLANTED = /^scripts\/check\/(spelling\/|.*\.test\.ts$)/;

/** A spelling to be found, and what stands in its place. */
interface Pattern {
  readonly pattern: RegExp;
  replacement(found: string): string;
}

/**
 * Finds words that the list of spellings writes otherwise, in prose and in names that are declared here. The words of
 * a name are looked at one by one: `colorScale` has `color`.
 */
export function checkSpelling(
  repository: Repository,
  spellings: readonly Spelling[] = SPELLINGS,
  stems: readonly string[] = ISE_STEMS,
): Fault[] {
  const kept = new RegExp(KEPT.join("|").replaceAll(".", "\\."), "g");
  const patterns = {
    prose: patternsOf("prose", spellings, stems),
    names: patternsOf("names", spellings, stems),
  };
  return repository.files
    .filter((file) => !PLANTED.test(file))
    .flatMap((file) => {
      const name = file.slice(file.lastIndexOf("/") + 1);
      const inName = misspelt(wordsOf(name), patterns.names).map(({ message }) => ({
        rule: "spelling" as const,
        file,
        message,
      }));
      const inside = listTexts(repository, file).flatMap(({ zone, text, start }) =>
        misspelt(
          zone === "names"
            ? wordsOf(text.replace(kept, ""))
            : text.replace(kept, (phrase) => " ".repeat(phrase.length)),
          patterns[zone],
        ).map(({ message, at }) => ({
          rule: "spelling" as const,
          file,
          // Words of a name stand on one line, wherever in it they are.
          line: lineAt(repository.read(file), zone === "names" ? start : start + at),
          message,
        })),
      );
      return [...inName, ...inside.sort((a, b) => a.line - b.line)];
    });
}

function misspelt(text: string, patterns: readonly Pattern[]): { message: string; at: number }[] {
  return patterns.flatMap(({ pattern, replacement }) =>
    [...text.matchAll(pattern)].map((match) => ({
      message: `expected "${replacement(match[0])}", got "${match[0]}"`,
      at: match.index,
    })),
  );
}

/** `colorScale` and `color-scale` as words. */
function wordsOf(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_-]/g, " ");
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

function patternsOf(zone: Zone, spellings: readonly Spelling[], stems: readonly string[]): Pattern[] {
  const [wrong, right] = zone === "prose" ? ["iz", "is"] : ["is", "iz"];
  const verbs = new RegExp(`\\b(${stems.join("|")})${wrong}(e|es|ed|er|ers|ing|able|ation|ations)\\b`, "gi");
  return [
    {
      pattern: verbs,
      replacement: (found) => found.replace(new RegExp(`${wrong}(?=(e|ing|a)[a-z]*$)`, "i"), right),
    },
    ...spellings
      .filter(({ zones }) => zones === undefined || zones.includes(zone))
      .flatMap(({ use, not, exact }) =>
        not.map((variant) => {
          const stem = variant.replace(/\*$/, "");
          const ending = variant.endsWith("*") ? "[a-z]*" : "";
          const separated = stem.replace(/[.]/g, "\\.").replace(/ /g, "\\s+");
          return {
            pattern: new RegExp(`(?<![\\w-])${separated}${ending}(?![\\w])`, exact ? "g" : "gi"),
            replacement: (found: string) =>
              variant.endsWith("*") ? use.replace(/\*$/, found.slice(stem.length)) : use.replace(/\*$/, ""),
          };
        }),
      ),
  ];
}
