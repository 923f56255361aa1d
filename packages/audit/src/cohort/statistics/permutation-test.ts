import { createRng, type Rng } from "@covidxr/core";
import { groupBy } from "@covidxr/core/internal";
import { type ClassCounts, labelEntropy, mutualInformation, xLog2x } from "./mutual-information.js";

const { max } = Math;

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
  /** Mean over the draws of each one's share of its own entropy; NaN where the share is. */
  readonly shareByChance: number;
  /** (1 + draws with at least as much) / (1 + draws), in bits or as a share, the larger one; NaN where the share is. */
  readonly pValue: number;
}

/**
 * Tests whether an attribute and the class are independent, by dealing the classes out anew.
 *
 * Images of one patient are not independent, but patients are: where attribute and class have nothing to do with each
 * other, any patient could have had the class of any other. So the class of a patient whose images are all of one class
 * goes as a whole to any other such patient, whatever their numbers of images; that positive patients have more images
 * hides nothing. The classes of a patient who has images of both move as a block, among such patients with as many images
 * (whole-block exchangeability: Winkler et al., "Multi-level block permutation", NeuroImage 123:253–268, 2015). One of
 * both classes whose number of images no other has keeps them, which makes the test careful rather than wrong.
 *
 * Draws differ in how many images are positive, and so in the entropy of the class. Where the number of images goes with
 * the class, information in bits is too often large by chance in some cohorts, and its share of the entropy in others (few
 * patients with many images; values that are drawn image by image). A draw must be as rare by both: the larger of the two
 * p-values counts. They are one and the same where all draws have as many positive images.
 *
 * Draw i has its own stream of (seed, purpose, i), so that more draws repeat the first ones.
 */
export function permutationTest(data: PermutationData): PermutationTest {
  const { values, labels, seed, purpose, draws = PERMUTATIONS } = data;
  const images = values.length;
  const codes = values.reduce((most, code) => max(most, code + 1), 0);
  const counts = Array.from({ length: codes }, () => ({ negative: 0, positive: 0 }));
  for (const [image, code] of values.entries())
    counts[code]![labels[image] === 1 ? "positive" : "negative"]++;
  const sums = {
    negative: labels.filter((label) => label === 0).length,
    positive: labels.filter((label) => label === 1).length,
  };
  const table = { counts, mutualInformation: mutualInformation(counts) };
  if (sums.negative === 0 || sums.positive === 0) {
    return { ...table, share: Number.NaN, shareByChance: Number.NaN, pValue: Number.NaN };
  }
  // Nothing can be told from one value, however classes are dealt.
  if (new Set(values).size === 1) return { ...table, share: 0, shareByChance: 0, pValue: 1 };

  const totals = Uint32Array.from(counts, ({ negative, positive }) => negative + positive);
  const logarithms = Float64Array.from({ length: images + 1 }, (_, count) => xLog2x(count));
  const whole = logarithms[images]!;
  const given = totals.reduce((sum, total) => sum + logarithms[total]!, 0);
  const positives = Uint32Array.from(counts, ({ positive }) => positive);
  /** Information of the table whose positive images are `positives`, in bits of all images together. */
  const measure = (): { information: number; entropy: number } => {
    let cells = 0;
    let positive = 0;
    for (let code = 0; code < codes; code++) {
      const count = positives[code]!;
      cells += logarithms[count]! + logarithms[totals[code]! - count]!;
      positive += count;
    }
    const entropy = whole - logarithms[positive]! - logarithms[images - positive]!;
    const information = cells - given + entropy;
    return { information: max(0, information), entropy };
  };
  const observed = measure().information;
  const share = observed / (labelEntropy(sums) * images);
  const tolerance = ROUNDING * whole;
  const patients = gatherPatients(data);
  let atLeastBits = 0;
  let atLeastShare = 0;
  let chance = 0;
  for (let draw = 0; draw < draws; draw++) {
    const rng = createRng(seed, { purpose, index: draw });
    positives.fill(0);
    dealClasses(patients, rng, positives);
    const { information, entropy } = measure();
    if (information >= observed - tolerance) atLeastBits++;
    if (information >= share * entropy - tolerance) atLeastShare++;
    chance += information / entropy;
  }
  return {
    ...table,
    share,
    shareByChance: chance / draws,
    pValue: (1 + max(atLeastBits, atLeastShare)) / (1 + draws),
  };
}

/** Patients whose classes are dealt among each other. */
interface Stratum {
  /** Values of their images, one patient behind the other. */
  readonly values: Uint32Array;
  /** Where the images of each patient begin, and behind the last one where they end. */
  readonly starts: Uint32Array;
  /** What a patient hands on: one class for all images, or one for each. */
  readonly dealt: Uint8Array;
  /** Classes that each patient hands on. */
  readonly each: number;
  /** Room for an order of the patients. */
  readonly order: Uint32Array;
}

/** Patients of one class, then those of both by their number of images. */
function gatherPatients({ values, labels, patients }: PermutationData): Stratum[] {
  const blocks = [...groupBy([...values.keys()], (image) => patients[image]!).values()];
  // 0 for those of one class, who all are dealt together.
  const strata = groupBy(blocks, (block) =>
    block.every((image) => labels[image] === labels[block[0]!]) ? 0 : block.length,
  );
  return Array.from(strata, ([size, members]) => {
    const starts = new Uint32Array(members.length + 1);
    for (const [place, block] of members.entries()) starts[place + 1] = starts[place]! + block.length;
    return {
      values: Uint32Array.from(members.flat(), (image) => values[image]!),
      starts,
      dealt: Uint8Array.from(
        size === 0 ? members.map((block) => block[0]!) : members.flat(),
        (image) => labels[image]!,
      ),
      each: max(1, size),
      order: new Uint32Array(members.length),
    };
  });
}

/** Deals the classes out anew and adds the positive images of each value to `positives`. */
function dealClasses(strata: readonly Stratum[], rng: Rng, positives: Uint32Array): void {
  for (const { values, starts, dealt, each, order } of strata) {
    for (let patient = 0; patient < order.length; patient++) order[patient] = patient;
    for (let patient = order.length - 1; patient >= 0; patient--) {
      // Fisher–Yates, with what it has drawn counted at once.
      const drawn = patient === 0 ? 0 : rng.integer(patient + 1);
      const from = order[drawn]! * each;
      order[drawn] = order[patient]!;
      const start = starts[patient]!;
      const end = starts[patient + 1]!;
      for (let image = start; image < end; image++) {
        positives[values[image]!]! += dealt[each === 1 ? from : from + image - start]!;
      }
    }
  }
}
