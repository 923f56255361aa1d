import { EmptySelectionError, InvalidArgumentError } from "@covidxr/core";
import type { LabelledRecord } from "../records/group-findings.js";
import type { RandomState } from "../splits/random-state.js";
import type { CohortRow } from "./cohort-row.js";
import { countLabels } from "./count-labels.js";
import { normalRow, radiographRow } from "./to-cohort-row.js";

/**
 * Evens the classes out as the study did: as many normals as negatives are short are drawn at random **with
 * replacement**, so one file can come twice. The study did not seed its draw; its outcome is in `chestxrays.csv`
 * ({@link cohortFromList}), and this function makes a new one.
 *
 * @param labelled Radiographs with their classes, at least as many positive as negative.
 * @param normals File names to draw from ({@link listImages}); their order is part of the result.
 * @param random Source of the draw; it is advanced.
 * @returns The radiographs in their order, then the normals in the order of their draw.
 * @throws {InvalidArgumentError} when there are more negatives than positives.
 * @throws {EmptySelectionError} when normals are needed and there are none.
 */
export function balance(
  labelled: readonly LabelledRecord[],
  normals: readonly string[],
  random: RandomState,
): CohortRow[] {
  const { positive, negative } = countLabels(labelled);
  const short = positive - negative;
  if (short < 0) {
    throw new InvalidArgumentError({
      parameter: "labelled",
      value: { positive, negative },
      message:
        `expected at least as many positive as negative records, got ${positive} and ${negative}; ` +
        "only normals can be added",
    });
  }
  if (short > 0 && normals.length === 0) {
    throw new EmptySelectionError({
      selection: "normals",
      message: `expected images to draw ${short} from, got none; check the folder of the normals`,
    });
  }
  const drawn = short === 0 ? [] : random.choice(normals.length, short);
  return [...labelled.map(radiographRow), ...drawn.map((index) => normalRow(normals[index]!))];
}
