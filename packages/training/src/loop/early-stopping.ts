import { InvalidArgumentError } from "@covidxr/core";
import { checkInteger, checkNumber, checkOptions } from "@covidxr/core/internal";

/** Metric of an epoch that can decide when training stops. */
export type MonitoredFigure = "validationLoss" | "validationAccuracy";

/** When to stop before the last epoch. */
export interface EarlyStoppingOptions {
  /**
   * Epochs in a row without improvement after which training stops, 0 or more. 0 acts as 1, as in Keras: the first such
   * epoch stops it.
   */
  readonly patience: number;
  /** Least improvement on the best value, 0 or more. @defaultValue 0 */
  readonly minimumDelta?: number;
  /** A loss is better when lower, an accuracy when higher. @defaultValue "validationLoss" */
  readonly monitor?: MonitoredFigure;
  /** Whether the model ends with the weights of the best epoch rather than of the last. @defaultValue true */
  readonly restoreBest?: boolean;
}

/** State of an {@link EarlyStopping} between epochs, as plain JSON. */
export interface EarlyStoppingState {
  /** 1-based; null before the first improvement. */
  readonly bestEpoch: number | null;
  /** The metric of that epoch; null before the first improvement. */
  readonly bestValue: number | null;
  /** Epochs since then. */
  readonly waited: number;
}

/** Monitors a metric and says when training should stop. */
export interface EarlyStopping {
  /** Its options with defaults filled in, for reports. */
  readonly description: Readonly<Required<EarlyStoppingOptions>>;
  /**
   * Takes the metric of a finished epoch.
   *
   * @param epoch 1-based.
   * @returns `"improved"` for a new best epoch, else `"waiting"`, or `"stop"` when patience is exhausted.
   * @throws {InvalidArgumentError} on NaN, the metric of a run without validation images.
   */
  observe(epoch: number, value: number): "improved" | "waiting" | "stop";
  /** What has been observed so far, for a checkpoint. */
  state(): EarlyStoppingState;
  /** Restores a state that {@link EarlyStopping.state} gave. */
  restore(state: EarlyStoppingState): void;
}

/**
 * Stops training when a metric no longer improves, by the rule of Keras' `EarlyStopping`: a value is better when
 * `value + minimumDelta < best` (for accuracy `value - minimumDelta > best`), and training stops with the epoch that is
 * the `patience`-th in a row that is not, though never with the first epoch. An infinite loss is no improvement.
 *
 * @throws {InvalidArgumentError} on a setting out of range.
 */
export function earlyStopping(options: EarlyStoppingOptions): EarlyStopping {
  checkOptions(
    options,
    {
      patience: "number",
      minimumDelta: "number?",
      monitor: ["validationLoss", "validationAccuracy", undefined],
      restoreBest: "boolean?",
    },
    "earlyStopping",
  );
  const { patience, minimumDelta = 0, monitor = "validationLoss", restoreBest = true } = options;
  checkInteger("patience", patience, { min: 0 });
  checkNumber("minimumDelta", minimumDelta, { min: 0 });
  const lowerIsBetter = monitor === "validationLoss";
  let state: EarlyStoppingState = { bestEpoch: null, bestValue: null, waited: 0 };
  const isBetter = (value: number): boolean =>
    lowerIsBetter
      ? value + minimumDelta < (state.bestValue ?? Number.POSITIVE_INFINITY)
      : value - minimumDelta > (state.bestValue ?? Number.NEGATIVE_INFINITY);
  return {
    description: { patience, minimumDelta, monitor, restoreBest },
    observe(epoch, value) {
      if (Number.isNaN(value)) {
        throw new InvalidArgumentError({
          parameter: monitor,
          value,
          message: "expected a number, got NaN; early stopping needs validation images",
        });
      }
      if (isBetter(value)) {
        state = { bestEpoch: epoch, bestValue: value, waited: 0 };
        return "improved";
      }
      state = { ...state, waited: state.waited + 1 };
      return state.waited >= patience && epoch > 1 ? "stop" : "waiting";
    },
    state: () => state,
    restore({ bestEpoch, bestValue, waited }) {
      state = { bestEpoch, bestValue, waited };
    },
  };
}
