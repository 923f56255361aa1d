/** The study's input and batch. */
export const HEIGHT = 320;
export const WIDTH = 382;
export const BATCH = 64;
/** Images of the extraction's benchmark. */
export const IMAGES = 8;
/** Rounds that count, behind one that warms caches. */
export const ROUNDS = 5;
