import { createRng, type Rng } from "@covidxr/core";
import { checkInteger, checkOptions, groupBy } from "@covidxr/core/internal";
import { BINARY, checkLabels, checkLength, checkSameLength } from "../checks.js";

/** Codes count from 0 and each takes a place in a table, so that an identifier is none. */
const MOST_VALUES = 2 ** 20;

const { log2, max } = Math;

/** Sums of logarithms that differ by less than this share belong to equal tables. */
const ROUNDING = 1e-12;

/** Samples of one value by class. */
export interface ValueCounts {
  readonly negative: number;
  readonly positive: number;
}

/** How {@link permutationTest} draws. */
export interface PermutationTestOptions {
  /** Group of each sample, such as its patient; the classes of a group move together. @defaultValue every sample alone */
  readonly groups?: ArrayLike<string | number>;
  /** Decides every draw. Safe integer, 0 or more. */
  readonly seed: number;
  /** Separates the random streams of different tests. @defaultValue "permutation test" */
  readonly purpose?: string;
  /** Number of draws D, 1 or more; the smallest p-value is 1 / (1 + D). @defaultValue 2000 */
  readonly resamples?: number;
}

/** Association of values and classes, and whether chance explains it. */
export interface PermutationTest {
  /** Samples by value code, from 0 to the highest code. */
  readonly counts: readonly ValueCounts[];
  /** Bits; NaN without a sample. */
  readonly mutualInformation: number;
  /** Mutual information over the entropy of the class, from 0 to 1; NaN with a single class. */
  readonly share: number;
  /** Mean over the draws of each one's share of its own entropy; NaN where `share` is. */
  readonly shareByChance: number;
  /** (1 + draws with at least as much) / (1 + draws), in bits or as a share, whichever is larger; NaN where `share` is. */
  readonly pValue: number;
}

/**
 * Mutual information of an attribute and a binary class, in bits: by how much knowing the value lowers the entropy of the
 * class (Shannon 1948). From 0 to the entropy of the class, at most 1; NaN without a sample.
 *
 * @param truth N classes, 0 or 1.
 * @param values N value codes, integers of 0 or more.
 * @throws {InvalidArgumentError} on unequal lengths, a class other than 0 and 1, or a code that is no integer of 0 or more.
 */
export function mutualInformation(truth: ArrayLike<number>, values: ArrayLike<number>): number {
  return informationOf(countValues(truth, values));
}

/**
 * Tests whether an attribute and a binary class are independent, by permuting the classes.
 *
 * Samples of one group (images of one patient) are not independent, but groups are: if attribute and class are unrelated,
 * any patient could have had the class of any other. So the class of a group whose samples all have one class moves as a
 * whole to any other such group, whatever their sizes; positive patients with more images thus hide nothing. The classes
 * of a group that has both move as a block among such groups of the same size (whole-block exchangeability: Winkler et
 * al., "Multi-level block permutation", NeuroImage 123:253–268, 2015). A mixed group whose size no other has keeps its
 * classes, which makes the test conservative rather than wrong.
 *
 * Draws differ in how many samples are positive, and so in the entropy of the class. Where the group size depends on the
 * class, information in bits is too often large by chance in some cohorts, and its share of the entropy in others (few
 * patients with many images; values that vary within patients). A draw must be as rare by both: the larger of the two
 * p-values counts. The two are equal where all draws have the same number of positive samples.
 *
 * Draw i has its own stream of (seed, purpose, i), so that more draws repeat the first ones.
 *
 * @param truth N classes, 0 or 1.
 * @param values N value codes, integers of 0 or more.
 * @throws {InvalidArgumentError} on unequal lengths, a class other than 0 and 1, a code that is no integer of 0 or more, or
 *   `resamples` below 1.
 */
export function permutationTest(
  truth: ArrayLike<number>,
  values: ArrayLike<number>,
  options: PermutationTestOptions,
): PermutationTest {
  checkOptions(options, {
    groups: "array?",
    seed: "number",
    purpose: "string?",
    resamples: "number?",
  });
  const { groups, seed, purpose = "permutation test", resamples = 2000 } = options;
  checkInteger("resamples", resamples, { min: 1 });
  checkSameLength(truth, values, "values");
  if (groups !== undefined) checkLength(groups, "groups", truth.length);
  const counts = countValues(truth, values);
  const codes = counts.length;
  const samples = truth.length;
  const sums = {
    negative: counts.reduce((sum, { negative }) => sum + negative, 0),
    positive: counts.reduce((sum, { positive }) => sum + positive, 0),
  };
  const table = { counts, mutualInformation: informationOf(counts) };
  if (sums.negative === 0 || sums.positive === 0) {
    return { ...table, share: Number.NaN, shareByChance: Number.NaN, pValue: Number.NaN };
  }
  // A single value says nothing about the class in any permutation.
  if (counts.filter(({ negative, positive }) => negative + positive > 0).length === 1) {
    return { ...table, share: 0, shareByChance: 0, pValue: 1 };
  }

  const totals = Uint32Array.from(counts, ({ negative, positive }) => negative + positive);
  const logarithms = Float64Array.from({ length: samples + 1 }, (_, count) => xLog2x(count));
  const whole = logarithms[samples]!;
  const given = totals.reduce((sum, total) => sum + logarithms[total]!, 0);
  const positives = Uint32Array.from(counts, ({ positive }) => positive);
  /** Information of the table whose positive samples are `positives`, in bits of all samples together. */
  const measure = (): { information: number; entropy: number } => {
    let cells = 0;
    let positive = 0;
    for (let code = 0; code < codes; code++) {
      const count = positives[code]!;
      cells += logarithms[count]! + logarithms[totals[code]! - count]!;
      positive += count;
    }
    const entropy = whole - logarithms[positive]! - logarithms[samples - positive]!;
    const information = cells - given + entropy;
    return { information: max(0, information), entropy };
  };
  const observed = measure().information;
  const share = observed / (entropyOf(sums) * samples);
  const tolerance = ROUNDING * whole;
  const strata = gatherStrata(truth, values, groups);
  let atLeastBits = 0;
  let atLeastShare = 0;
  let chance = 0;
  for (let draw = 0; draw < resamples; draw++) {
    const rng = createRng(seed, { purpose, index: draw });
    positives.fill(0);
    permuteClasses(strata, rng, positives);
    const { information, entropy } = measure();
    if (information >= observed - tolerance) atLeastBits++;
    if (information >= share * entropy - tolerance) atLeastShare++;
    chance += information / entropy;
  }
  return {
    ...table,
    share,
    shareByChance: chance / resamples,
    pValue: (1 + max(atLeastBits, atLeastShare)) / (1 + resamples),
  };
}

/** x log₂ x, with its limit 0 at 0. */
function xLog2x(x: number): number {
  return x === 0 ? 0 : x * log2(x);
}

/** Entropy of a binary class from its counts, in bits, from 0 to 1; NaN without a count. */
export function entropyOf({ negative, positive }: ValueCounts): number {
  const total = negative + positive;
  return (xLog2x(total) - xLog2x(negative) - xLog2x(positive)) / total;
}

/** Mutual information of a table, in bits; NaN without a count. */
export function informationOf(counts: readonly ValueCounts[]): number {
  let negatives = 0;
  let positives = 0;
  let cells = 0;
  for (const { negative, positive } of counts) {
    negatives += negative;
    positives += positive;
    cells += xLog2x(negative) + xLog2x(positive) - xLog2x(negative + positive);
  }
  const total = negatives + positives;
  // Rounding can leave an independent table slightly below 0.
  return max(0, cells + xLog2x(total) - xLog2x(negatives) - xLog2x(positives)) / total;
}

function countValues(truth: ArrayLike<number>, values: ArrayLike<number>): ValueCounts[] {
  checkSameLength(truth, values, "values");
  checkLabels(truth, "truth", 2, BINARY);
  const counts: { negative: number; positive: number }[] = [];
  for (let i = 0; i < values.length; i++) {
    const code = values[i]!;
    checkInteger("values", code, { min: 0, max: MOST_VALUES });
    while (counts.length <= code) counts.push({ negative: 0, positive: 0 });
    counts[code]![truth[i] === 1 ? "positive" : "negative"]++;
  }
  return counts;
}

/** Groups whose classes are permuted among each other. */
interface Stratum {
  /** Values of their samples, group after group. */
  readonly values: Uint32Array;
  /** Where the samples of each group begin, and where those of the last one end. */
  readonly starts: Uint32Array;
  /** What a group passes on: one class for all samples, or one for each. */
  readonly dealt: Uint8Array;
  /** Classes that each group passes on. */
  readonly each: number;
  /** Room for an order of the groups. */
  readonly order: Uint32Array;
}

/** Groups of a single class, then those of both classes by size. */
function gatherStrata(
  truth: ArrayLike<number>,
  values: ArrayLike<number>,
  groups: ArrayLike<string | number> | undefined,
): Stratum[] {
  const samples = Array.from(truth, (_, sample) => sample);
  const blocks = [...groupBy(samples, (sample) => groups?.[sample] ?? sample).values()];
  // 0 for groups of a single class, which are all permuted together.
  const strata = groupBy(blocks, (block) =>
    block.every((sample) => truth[sample] === truth[block[0]!]) ? 0 : block.length,
  );
  return Array.from(strata, ([size, members]) => {
    const starts = new Uint32Array(members.length + 1);
    for (const [place, block] of members.entries()) starts[place + 1] = starts[place]! + block.length;
    return {
      values: Uint32Array.from(members.flat(), (sample) => values[sample]!),
      starts,
      dealt: Uint8Array.from(
        size === 0 ? members.map((block) => block[0]!) : members.flat(),
        (sample) => truth[sample]!,
      ),
      each: max(1, size),
      order: new Uint32Array(members.length),
    };
  });
}

/** Permutes the classes and adds the positive samples of each value to `positives`. */
function permuteClasses(strata: readonly Stratum[], rng: Rng, positives: Uint32Array): void {
  for (const { values, starts, dealt, each, order } of strata) {
    for (let group = 0; group < order.length; group++) order[group] = group;
    for (let group = order.length - 1; group >= 0; group--) {
      // Fisher–Yates, counting what it has drawn at once.
      const drawn = group === 0 ? 0 : rng.integer(group + 1);
      const from = order[drawn]! * each;
      order[drawn] = order[group]!;
      const start = starts[group]!;
      const end = starts[group + 1]!;
      for (let sample = start; sample < end; sample++) {
        positives[values[sample]!]! += dealt[each === 1 ? from : from + sample - start]!;
      }
    }
  }
}
