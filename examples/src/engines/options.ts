import type { EngineName } from "@covidxr/training";
import { Command, Option } from "commander";
import { whole } from "../run/options/values.js";

/** What `engines` is asked. */
export interface EnginesOptions {
  readonly engine: EngineName;
  /** Timed steps on each engine. */
  readonly steps: number;
}

/** Reads the command line; a bad flag ends the program with one line. */
export function readEnginesOptions(argv: readonly string[]): EnginesOptions {
  return new Command("engines")
    .description("Prints what can compute here, what would be chosen and why, and how fast each trains.")
    .addOption(
      new Option("--engine <name>", "engine that is asked for")
        .choices(["auto", "onnx", "tfjs"])
        .default("auto"),
    )
    .option("--steps <n>", "timed steps on each engine; their median is printed", whole(1), 5)
    .helpOption("--help", "show this help")
    .allowExcessArguments(false)
    .parse(argv, { from: "user" })
    .opts<EnginesOptions>();
}
