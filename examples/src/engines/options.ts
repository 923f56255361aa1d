import type { EngineName } from "@covidxr/training";
import { Command, InvalidArgumentError, Option } from "commander";

/** What `engines` is asked. */
export interface EnginesOptions {
  readonly engine: EngineName;
  /** Timed steps on each engine. */
  readonly steps: number;
}

/** Reads the command line; a bad flag ends the program with one line. */
export function readEnginesOptions(argv: readonly string[]): EnginesOptions {
  const count = (value: string): number => {
    const number = Number(value);
    if (Number.isSafeInteger(number) && number >= 1) return number;
    throw new InvalidArgumentError("expected a whole number of 1 or more");
  };
  return new Command("engines")
    .description("Prints what can compute here, what would be chosen and why, and how fast each trains.")
    .addOption(
      new Option("--engine <name>", "engine that is asked for")
        .choices(["auto", "onnx", "tfjs"])
        .default("auto"),
    )
    .option("--steps <n>", "timed steps on each engine; their median is printed", count, 5)
    .helpOption("--help", "show this help")
    .allowExcessArguments(false)
    .parse(argv, { from: "user" })
    .opts<EnginesOptions>();
}
