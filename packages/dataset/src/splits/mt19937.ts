// Parameters of MT19937 (Matsumoto & Nishimura 1998, table II; mt19937ar.c of 2002 for the seeding).
const STATE_WORDS = 624;
const MIDDLE_WORD = 397;
const MATRIX_A = 0x9908b0df;
const UPPER_BIT = 0x80000000;
const LOWER_BITS = 0x7fffffff;
const SEED_MULTIPLIER = 1812433253;

/** The Mersenne Twister MT19937, seeded by one 32-bit word (`init_genrand`). */
export class Mt19937 {
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
