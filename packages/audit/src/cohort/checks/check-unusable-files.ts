import { plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset/cohort";
import type { FailedImage } from "@covidxr/image/internal";
import type { Finding } from "../../findings.js";
import { nameFiles } from "../rows.js";

type ImageFailure = Extract<FailedImage["error"], { kind: "image" }>;

/**
 * Finds files that are there and take no part, because they cannot be decoded, or need a window first.
 *
 * @param failures By the rows' paths; missing files are no issue of the audit.
 * @returns Up to two issues: images of a narrow range with the window that shows all of them, and other files.
 */
export function checkUnusableFiles(rows: readonly CohortRow[], failures: readonly FailedImage[]): Finding[] {
  const nameOf = nameFiles(rows);
  const present = failures.filter(({ error }) => error.reason !== "missing");
  const isNarrow = ({ error }: FailedImage): boolean => error.reason === "narrow-range";
  const narrow = present.filter(isNarrow);
  const others = present.filter((each) => !isNarrow(each));
  const items = (found: readonly FailedImage[]) =>
    found.map(({ path, error }) => `${nameOf(path)}: ${withoutName(error)}`);
  const findings: Finding[] = [];
  if (narrow.length > 0) {
    findings.push({
      check: "images",
      severity: "issue",
      summary:
        `${plural(narrow.length, "16-bit image fills", "16-bit images fill")} little of the range and ` +
        `${narrow.length === 1 ? "takes" : "take"} no part, as eight bits would be nearly black: ` +
        `decode all images with the window ${windowText(windowOf(narrow.map(({ error }) => error)))}.`,
      items: items(narrow),
    });
  }
  if (others.length > 0) {
    findings.push({
      check: "files",
      severity: "issue",
      summary: `${plural(others.length, "file")} cannot be read and ${others.length === 1 ? "takes" : "take"} no part.`,
      items: items(others),
    });
  }
  return findings;
}

/** The widest of the windows that were proposed. */
function windowOf(errors: readonly FailedImage["error"][]): NonNullable<ImageFailure["window"]> {
  const windows = errors.flatMap((error) => ("window" in error && error.window ? [error.window] : []));
  return windows.reduce((widest, each) => (each.width > widest.width ? each : widest));
}

function windowText({ center, width }: NonNullable<ImageFailure["window"]>): string {
  return `of centre ${center} and width ${width}`;
}

/** What an error says after the name of its file. */
function withoutName(error: FailedImage["error"]): string {
  const name = "image" in error ? error.image : error.path;
  return error.message.startsWith(`${name}: `) ? error.message.slice(name.length + 2) : error.message;
}
