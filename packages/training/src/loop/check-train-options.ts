import { InvalidArgumentError } from "@covidxr/core";
import { checkOptions, describeValue, type OptionKinds } from "@covidxr/core/internal";
import type { TrainOptions } from "./train-options.js";

/**
 * Checks what `train` is given, but for ranges and what only a model can tell.
 *
 * @param kinds Of fewer options, where some are given elsewhere. @defaultValue all
 */
export function checkTrainOptions<Options extends Partial<TrainOptions>>(
  options: Options,
  kinds: OptionKinds<Options>,
): void {
  checkOptions(options, kinds);
  const { optimizer, schedule, engine, checkpoint } = options;
  requireMethods(
    "optimizer",
    optimizer,
    ["update", "state", "restore"],
    "an optimiser such as adam() or sgd({ learningRate: 0.001 })",
  );
  if (schedule !== undefined) {
    requireMethods("schedule", schedule, ["factor"], "a schedule such as cosineSchedule()");
  }
  if (engine !== undefined) {
    requireMethods("engine", engine, ["gradients", "outputs"], "an engine that createEngine made");
  }
  if (checkpoint !== undefined) {
    checkOptions(checkpoint, { folder: "string", key: "string", resume: "boolean" }, "checkpoint");
  }
}

function requireMethods(
  parameter: string,
  value: unknown,
  methods: readonly string[],
  expected: string,
): void {
  const own = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (methods.every((name) => typeof own[name] === "function")) return;
  throw new InvalidArgumentError({
    parameter,
    value,
    message: `expected ${expected}, got ${describeValue(value)}; call the function that makes it`,
  });
}
