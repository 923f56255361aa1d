import { createRng } from "@covidxr/core";
import { groupBy } from "../group-by.js";
import { type ClassCounts, labelEntropy, mutualInformation, xLog2x } from "./mutual-information.js";

/** Draws of a permutation test; the least p-value is then 1/2001. */
export const PERMUTATIONS = 2000;

/** Sums of logarithms that differ by less than this part are of equal tables. */
const ROUNDING = 1e-12;

/** Images whose value, class and patient are known. */
export interface PermutationData {
  /** Code of each image's value, an integer from 0. */
  readonly values: readonly number[];
  /** Class of each image. */
  readonly labels: readonly (0 | 1)[];
  /** Name of each image's patient. */
  readonly patients: readonly string[];
  /** Decides every draw. */
  readonly seed: number;
  /** Keeps the draws of different tests apart. */
  readonly purpose: string;
  /** Number of draws. @defaultValue {@link PERMUTATIONS} */
  readonly draws?: number;
}

/** How values and classes go together. */
export interface PermutationTest {
  /** Counts by code of the value. */
  readonly counts: readonly ClassCounts[];
  /** Bits; NaN without an image. */
  readonly mutualInformation: number;
  /** Over the entropy of the class, from 0 to 1; NaN where there is one class only. */
  readonly share: number;
  /** Mean of the share over the draws; NaN where the share is. */
  readonly shareByChance: number;
  /** (1 + draws with at least as much) / (1 + draws); NaN where the share is. */
  readonly pValue: number;
}

/**
 * Tests whether an attribute and the class are independent, by dealing the classes out anew.
 *
 * Images of one patient are not independent. Their classes move together, as a block, and only among patients with as
 * many images (whole-block exchangeability: Winkler et al., "Multi-level block permutation", NeuroImage 123:253–268,
 * 2015). A patient whose number of images no other has keeps its classes, which makes the test careful rather than wrong.
 *
 * Draw i has its own stream of (seed, purpose, i), so that more draws repeat the first ones.
 */
export function permutationTest(data: PermutationData): PermutationTest {
  const { values, labels, patients, seed, purpose, draws = PERMUTATIONS } = data;
  const codes = values.reduce((most, code) => Math.max(most, code + 1), 0);
  const counts = Array.from({ length: codes }, () => ({ negative: 0, positive: 0 }));
  for (const [image, code] of values.entries())
    counts[code]![labels[image] === 1 ? "positive" : "negative"]++;
  const bits = mutualInformation(counts);
  const sums = {
    negative: labels.filter((label) => label === 0).length,
    positive: labels.filter((label) => label === 1).length,
  };
  if (sums.negative === 0 || sums.positive === 0) {
    const undefinedShare = Number.NaN;
    return {
      counts,
      mutualInformation: bits,
      share: undefinedShare,
      shareByChance: undefinedShare,
      pValue: undefinedShare,
    };
  }

  // The margins are the same in every draw, so the cells alone tell how much information it has.
  const totals = Uint32Array.from(counts, ({ negative, positive }) => negative + positive);
  const logarithms = Float64Array.from({ length: values.length + 1 }, (_, count) => xLog2x(count));
  const positives = new Uint32Array(codes);
  const cells = (): number => {
    let sum = 0;
    for (let code = 0; code < codes; code++) {
      const positive = positives[code]!;
      sum += logarithms[positive]! + logarithms[totals[code]! - positive]!;
    }
    return sum;
  };
  const given = totals.reduce((sum, total) => sum + logarithms[total]!, 0);
  const entropy = labelEntropy(sums) * values.length;
  const margins = logarithms[values.length]! - logarithms[sums.negative]! - logarithms[sums.positive]!;
  const shareOf = (cellSum: number): number => Math.max(0, cellSum - given + margins) / entropy;

  for (const [code, { positive }] of counts.entries()) positives[code] = positive;
  const observed = cells();
  const limit = observed - ROUNDING * logarithms[values.length]!;
  const strata = blocksBySize(values, labels, patients);
  let atLeast = 0;
  let chance = 0;
  for (let draw = 0; draw < draws; draw++) {
    const rng = createRng(seed, { purpose, index: draw });
    positives.fill(0);
    for (const { size, blocks, blockValues, blockLabels, order } of strata) {
      for (let block = 0; block < blocks; block++) order[block] = block;
      for (let block = blocks - 1; block >= 0; block--) {
        // Fisher–Yates, with what it has drawn counted at once.
        const drawn = block === 0 ? 0 : rng.integer(block + 1);
        const from = order[drawn]! * size;
        order[drawn] = order[block]!;
        const to = block * size;
        for (let k = 0; k < size; k++) positives[blockValues[to + k]!]! += blockLabels[from + k]!;
      }
    }
    const sum = cells();
    if (sum >= limit) atLeast++;
    chance += shareOf(sum);
  }
  return {
    counts,
    mutualInformation: bits,
    share: shareOf(observed),
    shareByChance: chance / draws,
    pValue: (1 + atLeast) / (1 + draws),
  };
}

/** Values and classes of the patients with `size` images, one patient behind the other. */
interface Stratum {
  readonly size: number;
  readonly blocks: number;
  readonly blockValues: Uint32Array;
  readonly blockLabels: Uint8Array;
  /** Room for an order of the blocks. */
  readonly order: Uint32Array;
}

function blocksBySize(
  values: readonly number[],
  labels: readonly number[],
  patients: readonly string[],
): Stratum[] {
  const blocks = [...groupBy([...values.keys()], (image) => patients[image]!).values()];
  return Array.from(
    groupBy(blocks, ({ length }) => length),
    ([size, members]) => ({
      size,
      blocks: members.length,
      blockValues: Uint32Array.from(members.flat(), (image) => values[image]!),
      blockLabels: Uint8Array.from(members.flat(), (image) => labels[image]!),
      order: new Uint32Array(members.length),
    }),
  );
}
