import { InvalidArgumentError, type Rng } from "@covidxr/core";
import { checkInteger, groupBy } from "@covidxr/core/internal";
import { checkLength } from "../checks.js";

/** One resample, or the samples as they are. Valid until the statistic returns: the arrays are used again. */
export interface Draw {
  /** Drawn sample positions, with repeats. Their number varies where groups differ in size. */
  readonly indices: Uint32Array;
  /** How often each of the `size` samples was drawn. */
  readonly counts: Uint32Array;
}

/** What is drawn: samples, whole groups of them, within strata. */
export interface ResamplingOptions {
  /** Number of samples. */
  readonly size: number;
  /**
   * Group of each sample, such as its patient. Samples of one group are alike, so they are drawn together: as many
   * groups as there are, with repeats.
   */
  readonly groups?: ArrayLike<string | number>;
  /**
   * Stratum of each sample, such as its class. Draws stay within a stratum, so that its number of samples (of
   * groups, with `groups`) stays what it is. A group must lie in one stratum.
   */
  readonly strata?: ArrayLike<number>;
}

/** Draws whole units, which are samples or groups of them. */
export interface Resampler {
  /** Units of each stratum; a single stratum without `strata`. */
  readonly strata: readonly Uint32Array[];
  /** Every sample once. */
  all(): Draw;
  /** As many units as each stratum has, with repeats. */
  draw(rng: Rng): Draw;
  /** Every sample but those of one unit. */
  without(unit: number): Draw;
}

export function createResampler(options: ResamplingOptions): Resampler {
  const { size } = options;
  checkInteger("size", size, { min: 0, max: 2 ** 32 - 1 });
  const units = options.groups === undefined ? singles(size) : gatherUnits(options.groups, size);
  const strata =
    options.strata === undefined
      ? [Uint32Array.from(units.keys())]
      : gatherStrata(options.strata, units, size);

  const longest = strata.map((members) =>
    members.reduce((most, unit) => Math.max(most, units[unit]!.length), 0),
  );
  const indices = new Uint32Array(strata.reduce((sum, members, s) => sum + members.length * longest[s]!, 0));
  const counts = new Uint32Array(size);
  const draw = (rng: Rng): Draw => {
    counts.fill(0);
    let length = 0;
    for (const members of strata) {
      const bound = members.length;
      for (let i = 0; i < bound; i++) {
        const unit = units[members[rng.integer(bound)]!]!;
        for (let k = 0; k < unit.length; k++) {
          const sample = unit[k]!;
          indices[length++] = sample;
          counts[sample]! += 1;
        }
      }
    }
    return { indices: indices.subarray(0, length), counts };
  };
  const counted = (): Draw => {
    let length = 0;
    for (let i = 0; i < size; i++) if (counts[i] === 1) indices[length++] = i;
    return { indices: indices.subarray(0, length), counts };
  };
  const all = (): Draw => {
    counts.fill(1);
    return counted();
  };
  const without = (unit: number): Draw => {
    counts.fill(1);
    for (const sample of units[unit]!) counts[sample] = 0;
    return counted();
  };
  return { strata, all, draw, without };
}

function singles(size: number): number[][] {
  return Array.from({ length: size }, (_, i) => [i]);
}

function gatherUnits(groups: ArrayLike<string | number>, size: number): number[][] {
  checkLength(groups, "groups", size);
  for (let i = 0; i < size; i++) {
    const group = groups[i]!;
    // An empty name would put every sample of unknown origin into one group.
    if (group === "" || (typeof group !== "string" && !Number.isFinite(group))) {
      throw new InvalidArgumentError({
        parameter: "groups",
        value: group,
        message: `expected a name or number for each sample, got ${JSON.stringify(group) ?? group} at position ${i}; give a sample of unknown group a group of its own`,
      });
    }
  }
  return [
    ...groupBy(
      Array.from({ length: size }, (_, i) => i),
      (i) => groups[i]!,
    ).values(),
  ];
}

function gatherStrata(strata: ArrayLike<number>, units: readonly number[][], size: number): Uint32Array[] {
  checkLength(strata, "strata", size);
  const members = new Map<number, number[]>();
  units.forEach((unit, u) => {
    const stratum = strata[unit[0]!]!;
    for (let k = 0; k < unit.length; k++) {
      const other = strata[unit[k]!]!;
      if (!Number.isFinite(other)) {
        throw new InvalidArgumentError({
          parameter: "strata",
          value: other,
          message: `expected finite numbers, got ${other} at position ${unit[k]}; pass the class of each sample`,
        });
      }
      if (other !== stratum) {
        throw new InvalidArgumentError({
          parameter: "strata",
          value: other,
          message: `expected every group within one stratum, got a group in ${stratum} and ${other} (samples ${unit[0]} and ${unit[k]}); leave strata out, or stratify by something that groups do not cross`,
        });
      }
    }
    const known = members.get(stratum);
    if (known === undefined) members.set(stratum, [u]);
    else known.push(u);
  });
  return Array.from(members.values(), (list) => Uint32Array.from(list));
}
