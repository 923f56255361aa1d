import { checkArguments, checkInteger, checkOptions } from "@covidxr/core/internal";

// Parameters of MT19937 (Matsumoto & Nishimura 1998, table II; mt19937ar.c of 2002 for the seeding).
const STATE_WORDS = 624;
const MIDDLE_WORD = 397;
const MATRIX_A = 0x9908b0df;
const UPPER_BIT = 0x80000000;
const LOWER_BITS = 0x7fffffff;
const SEED_MULTIPLIER = 1812433253;

/** The Mersenne Twister MT19937, seeded by one 32-bit word (`init_genrand`). */
class Mt19937 {
  readonly #state = new Uint32Array(STATE_WORDS);
  #next = STATE_WORDS;

  /** @param seed Unsigned 32-bit integer. */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < STATE_WORDS; i++) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(SEED_MULTIPLIER, previous ^ (previous >>> 30)) + i;
    }
  }

  /** Next unsigned 32-bit word. */
  uint32(): number {
    if (this.#next === STATE_WORDS) this.#twist();
    let word = this.#state[this.#next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < STATE_WORDS; i++) {
      const joined = (state[i]! & UPPER_BIT) | (state[(i + 1) % STATE_WORDS]! & LOWER_BITS);
      const matrix = joined & 1 ? MATRIX_A : 0;
      state[i] = state[(i + MIDDLE_WORD) % STATE_WORDS]! ^ (joined >>> 1) ^ matrix;
    }
    this.#next = 0;
  }
}

const TWO_32 = 2 ** 32;

/**
 * NumPy's legacy `numpy.random.RandomState(seed)`: MT19937 and the draws whose streams NumPy has frozen (NEP 19).
 * The same calls in the same order give the same numbers as NumPy, bit for bit; `standardNormal` can differ in the
 * last bit where the platform's logarithm does.
 *
 * It exists to reproduce studies made with NumPy or scikit-learn. New work is better served by `createRng` of
 * `@covidxr/core`, whose numbers do not depend on the order of calls.
 */
export class RandomState {
  readonly #generator: Mt19937;
  /** Second value of the last polar pair, until it is asked for. */
  #spareNormal: number | undefined;

  /**
   * @param seed Integer from 0 to 2^32 - 1.
   * @throws {InvalidArgumentError} on another seed.
   */
  constructor(seed: number) {
    checkInteger("seed", seed, { min: 0, max: TWO_32 - 1 });
    this.#generator = new Mt19937(seed);
  }

  /** Uniform in [0, 1), 53 random bits. */
  randomSample(): number;
  /** `size` such numbers. */
  randomSample(size: number): number[];
  randomSample(size?: number): number | number[] {
    return size === undefined ? this.#uniform() : repeat(size, () => this.#uniform());
  }

  /**
   * Uniform integer in [low, high), by masked rejection.
   *
   * @throws {InvalidArgumentError} unless both are safe integers and 0 < high - low <= 2^32.
   */
  randint(low: number, high: number): number;
  /** `size` such numbers. */
  randint(low: number, high: number, size: number): number[];
  randint(low: number, high: number, size?: number): number | number[] {
    checkInteger("low", low);
    checkInteger("high", high, { min: low + 1, max: Math.min(low + TWO_32, Number.MAX_SAFE_INTEGER) });
    const draw = (): number => low + this.#interval(high - low - 1);
    return size === undefined ? draw() : repeat(size, draw);
  }

  /**
   * Draws `size` numbers from 0 … `population` - 1, each as likely as any other.
   *
   * @param options.replace Whether a number may come twice. @defaultValue true
   * @throws {InvalidArgumentError} on an empty population, or one smaller than `size` without replacement.
   */
  choice(population: number, size: number, options: { readonly replace?: boolean } = {}): number[] {
    checkOptions(options, { replace: "boolean?" });
    checkInteger("population", population, { min: 1, max: TWO_32 - 1 });
    checkInteger("size", size, { min: 0, max: options.replace === false ? population : TWO_32 - 1 });
    return options.replace === false
      ? this.permutation(population).slice(0, size)
      : this.randint(0, population, size);
  }

  /** Random order of 0 … `length` - 1. */
  permutation(length: number): number[];
  /** Copy of `values` in random order. */
  permutation<T>(values: readonly T[]): T[];
  permutation<T>(lengthOrValues: number | readonly T[]): number[] | T[] {
    if (typeof lengthOrValues !== "number") {
      checkArguments({ values: lengthOrValues }, { values: "array" });
      const copy = [...lengthOrValues];
      this.shuffle(copy);
      return copy;
    }
    checkInteger("length", lengthOrValues, { min: 0, max: TWO_32 - 1 });
    const order = Array.from({ length: lengthOrValues }, (_, i) => i);
    this.shuffle(order);
    return order;
  }

  /** Puts `values` into random order, in place (Fisher–Yates from the end). */
  shuffle<T>(values: T[]): void {
    checkArguments({ values }, { values: "array" });
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.#interval(i);
      const kept = values[i]!;
      values[i] = values[j]!;
      values[j] = kept;
    }
  }

  /** Normal with mean 0 and standard deviation 1 (Marsaglia's polar method, two values a round, one kept back). */
  standardNormal(): number;
  /** `size` such numbers. */
  standardNormal(size: number): number[];
  standardNormal(size?: number): number | number[] {
    return size === undefined ? this.#normal() : repeat(size, () => this.#normal());
  }

  #uniform(): number {
    const high = this.#generator.uint32() >>> 5;
    const low = this.#generator.uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Uniform integer in [0, maximum]: words masked to the smallest 2^k - 1 >= maximum, too large ones thrown away. */
  #interval(maximum: number): number {
    if (maximum === 0) return 0; // NumPy draws nothing here
    const mask = 0xffffffff >>> Math.clz32(maximum);
    for (;;) {
      const value = (this.#generator.uint32() & mask) >>> 0;
      if (value <= maximum) return value;
    }
  }

  #normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.#uniform() - 1;
      const y = 2 * this.#uniform() - 1;
      const radius = x * x + y * y;
      if (radius >= 1 || radius === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(radius)) / radius);
      this.#spareNormal = factor * x;
      return factor * y;
    }
  }
}

function repeat(size: number, draw: () => number): number[] {
  checkInteger("size", size, { min: 0, max: TWO_32 - 1 });
  return Array.from({ length: size }, draw);
}
