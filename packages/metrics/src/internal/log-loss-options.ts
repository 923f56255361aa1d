import { InvalidArgumentError } from "@covidxr/core";

/** 1e-15 is what scikit-learn clipped to before version 1.2; later versions take the machine epsilon of the type. */
export const LOG_LOSS_DEFAULTS = { epsilon: 1e-15 } as const;

/** How far probabilities of 0 and 1 are trusted. */
export interface LogLossOptions {
  /**
   * Probabilities are kept this far from 0 and 1, so that one certain mistake does not make the loss infinite; in
   * [0, 0.5), 0 for no clipping. It decides how much such a mistake costs: 34.5 at 1e-15, 16.1 at Keras' 1e-7. Below
   * 1.1e-16, 1 − epsilon is 1 in double precision, and only the end at 0 is clipped.
   * @defaultValue {@link LOG_LOSS_DEFAULTS}.epsilon
   */
  readonly epsilon?: number;
}

/** The function that clips one probability as the options ask. */
export function clipping(options: LogLossOptions): (probability: number) => number {
  const epsilon = options.epsilon ?? LOG_LOSS_DEFAULTS.epsilon;
  if (!(epsilon >= 0 && epsilon < 0.5)) {
    throw new InvalidArgumentError({
      parameter: "epsilon",
      value: epsilon,
      message: `expected a number from 0 to below 0.5, got ${epsilon}; leave it out for ${LOG_LOSS_DEFAULTS.epsilon}`,
    });
  }
  const { max, min } = Math;
  return (probability) => min(max(probability, epsilon), 1 - epsilon);
}
