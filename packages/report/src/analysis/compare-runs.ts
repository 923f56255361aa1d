import { InvalidArgumentError } from "@covidxr/core";
import { checkOptions } from "@covidxr/core/internal";
import { bootstrap, brierScore, delongTest, type Interval, logLoss, mcnemarTest } from "@covidxr/metrics";
import { integrityText } from "../content/integrity.js";
import { checkRun, type ImageSet, type RunData, type ScoredImage } from "../run/read-run.js";

/** A metric of two runs on the same images. */
export interface ComparedMetric {
  readonly name: string;
  readonly a: number;
  readonly b: number;
  /** `a` minus `b`. */
  readonly difference: number;
  readonly interval: Interval;
  /** Paired test of the difference; null where the interval is all there is. */
  readonly test: { readonly name: string; readonly pValue: number } | null;
}

/** Two runs on the images that both held out. */
export interface RunComparison {
  /** Names of the sets that were compared. */
  readonly sets: readonly [a: string, b: string];
  /** Thresholds above which each run calls an image positive. */
  readonly thresholds: readonly [a: number, b: number];
  readonly images: number;
  readonly patients: number;
  /** Images that only one run held out; they are left out. */
  readonly onlyInA: number;
  readonly onlyInB: number;
  /** Images that only one run classifies correctly. */
  readonly discordant: { readonly onlyA: number; readonly onlyB: number };
  readonly metrics: readonly ComparedMetric[];
  /** What must be known of each run's files: that nobody verified them, or which ones were edited; null where all is well. */
  readonly integrity: readonly [a: string | null, b: string | null];
}

interface Pair {
  readonly a: ScoredImage;
  readonly b: ScoredImage;
}

/**
 * Compares two runs on the images that both held out, image by image: exact McNemar tests of accuracy, sensitivity and
 * specificity, DeLong's paired test of the area under the ROC curve, and intervals of every difference (DeLong's for
 * the area; for the others a bootstrap that draws patients; NaN where every draw gives the same). Metrics are at each run's own threshold. Of a run of
 * folds the first grouping and seed count.
 *
 * @throws {InvalidArgumentError} when the runs share no held-out image, or call one image by two labels.
 */
export function compareRuns(
  a: RunData,
  b: RunData,
  options: {
    /** Decides the bootstrap's draws. */
    readonly seed: number;
  },
): RunComparison {
  checkRun("a", a);
  checkRun("b", b);
  checkOptions(options, { seed: "number" });
  const { seed } = options;
  const [setA, setB] = [heldOutImages(a), heldOutImages(b)];
  const inB = new Map(setB.images.map((image) => [image.path, image]));
  const pairs: Pair[] = setA.images.flatMap((image) => {
    const other = inB.get(image.path);
    return other ? [{ a: image, b: other }] : [];
  });
  if (pairs.length === 0) {
    throw new InvalidArgumentError({
      parameter: "b",
      value: b.folder,
      message: `expected a run that held out images of ${a.folder}, got none of them; compare runs of one study`,
    });
  }
  for (const pair of pairs) {
    if (pair.a.label === pair.b.label) continue;
    throw new InvalidArgumentError({
      parameter: "b",
      value: pair.b.label,
      message: `expected the label ${pair.a.label} of ${pair.a.path}, got ${pair.b.label}; compare runs of one study`,
    });
  }
  const all = mcnemarOf(pairs);
  return {
    sets: [setA.name, setB.name],
    thresholds: [a.threshold, b.threshold],
    images: pairs.length,
    patients: new Set(pairs.map((pair) => pair.a.patient)).size,
    onlyInA: setA.images.length - pairs.length,
    onlyInB: setB.images.length - pairs.length,
    discordant: { onlyA: all.onlyA, onlyB: all.onlyB },
    metrics: [
      shareOf("Accuracy", pairs, seed),
      shareOf("Sensitivity", ofClass(pairs, 1), seed),
      shareOf("Specificity", ofClass(pairs, 0), seed),
      areaOf(pairs),
      scoreOf("Brier score", brierScore, pairs, seed),
      scoreOf("Log loss", logLoss, pairs, seed),
    ],
    integrity: [integrityText(a), integrityText(b)],
  };
}

/** The images that a run held out, each once: a file can be in two rows of a cohort. */
function heldOutImages(run: RunData): ImageSet {
  const { name, images } = heldOutSet(run);
  return {
    name,
    images: [...new Map([...images].reverse().map((image) => [image.path, image])).values()].reverse(),
  };
}

function heldOutSet(run: RunData): ImageSet {
  if (run.kind === "holdout") return run.splits.find(({ name }) => name === run.record.heldOut)!;
  const { by, folds } = run.groupings[0]!;
  const own = folds.filter(({ seed }) => seed === folds[0]!.seed);
  return { name: `folds by ${by}`, images: own.flatMap(({ images }) => images) };
}

const ofClass = (pairs: readonly Pair[], label: number): Pair[] =>
  pairs.filter((pair) => pair.a.label === label);

const truthOf = (pairs: readonly Pair[]): number[] => pairs.map((pair) => pair.a.label);
const probabilitiesOf = (pairs: readonly Pair[], side: keyof Pair): number[] =>
  pairs.map((pair) => pair[side].probability);
const isRight = ({ label, predicted }: ScoredImage): number => (label === predicted ? 1 : 0);

function mcnemarOf(pairs: readonly Pair[]) {
  return mcnemarTest(
    truthOf(pairs),
    pairs.map((pair) => pair.a.predicted),
    pairs.map((pair) => pair.b.predicted),
  );
}

/** Proportion of images that each run classifies correctly, with McNemar's test. */
function shareOf(name: string, pairs: readonly Pair[], seed: number): ComparedMetric {
  const share = (side: keyof Pair): number =>
    pairs.reduce((sum, pair) => sum + isRight(pair[side]), 0) / pairs.length;
  const meanGain = (own: readonly Pair[]): number =>
    own.reduce((sum, pair) => sum + isRight(pair.a) - isRight(pair.b), 0) / own.length;
  const [a, b] = [share("a"), share("b")];
  return {
    name,
    a,
    b,
    difference: a - b,
    interval: drawn(meanGain, pairs, seed),
    test: { name: "McNemar", pValue: pairs.length === 0 ? Number.NaN : mcnemarOf(pairs).pValue },
  };
}

function areaOf(pairs: readonly Pair[]): ComparedMetric {
  const { aucA, aucB, difference, interval, pValue } = delongTest(
    truthOf(pairs),
    probabilitiesOf(pairs, "a"),
    probabilitiesOf(pairs, "b"),
  );
  return {
    name: "AUC",
    a: aucA,
    b: aucB,
    difference,
    interval: open(interval),
    test: { name: "DeLong", pValue },
  };
}

/** A metric of the probabilities, with the bootstrap's interval of its difference. */
function scoreOf(
  name: string,
  score: (truth: ArrayLike<number>, probabilities: ArrayLike<number>) => number,
  pairs: readonly Pair[],
  seed: number,
): ComparedMetric {
  const metric = (of: readonly Pair[], side: keyof Pair): number =>
    score(truthOf(of), probabilitiesOf(of, side));
  const gain = (own: readonly Pair[]): number => {
    return metric(own, "a") - metric(own, "b");
  };
  const [a, b] = [metric(pairs, "a"), metric(pairs, "b")];
  return { name, a, b, difference: a - b, interval: drawn(gain, pairs, seed), test: null };
}

function drawn(metric: (pairs: readonly Pair[]) => number, pairs: readonly Pair[], seed: number): Interval {
  if (pairs.length === 0) return { low: Number.NaN, high: Number.NaN, level: 0.95 };
  const groups = pairs.map((pair) => pair.a.patient);
  return open(bootstrap(truthOf(pairs), pairs, { metric: (_, own) => metric(own), seed, groups }));
}

/** An interval of no width comes from draws that are all alike, and would claim a certainty that is not there. */
function open({ low, high, level }: Interval): Interval {
  return low === high ? { low: Number.NaN, high: Number.NaN, level } : { low, high, level };
}
