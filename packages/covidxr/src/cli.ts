#!/usr/bin/env node
import { hidePasswords } from "@covidxr/core/internal";
import { Command } from "commander";
import { version } from "../package.json";
import { endWithOutput, execute, NOTICE } from "./commands/command.js";

/** A command of the program, loaded when it is called. */
interface Entry {
  readonly group: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly createCommand: () => Command }>;
}

const STUDY = "Study:";
const RUNS = "Finished runs:";
const SETUP = "Setup:";

/** All commands; a new one is a file in `commands` and a line here. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  reproduce: {
    group: STUDY,
    summary: "reproduce the study, from raw files to a report",
    load: () => import("./commands/reproduce.js"),
  },
  "cross-validate": {
    group: STUDY,
    summary: "train and test it fold by fold, by patient and by row",
    load: () => import("./commands/cross-validate.js"),
  },
  audit: {
    group: STUDY,
    summary: "look for leaks, copies and shortcuts, without training",
    load: () => import("./commands/audit.js"),
  },
  report: {
    group: RUNS,
    summary: "write the report of a run again",
    load: () => import("./commands/report.js"),
  },
  verify: {
    group: RUNS,
    summary: "verify a run that you were handed",
    load: () => import("./commands/verify.js"),
  },
  compare: {
    group: RUNS,
    summary: "compare two runs on the same images",
    load: () => import("./commands/compare.js"),
  },
  download: {
    group: SETUP,
    summary: "fetch and verify the study and the weights",
    load: () => import("./commands/download.js"),
  },
  engines: {
    group: SETUP,
    summary: "show what can compute here, and how fast",
    load: () => import("./commands/engines.js"),
  },
};

const AFTER = `
Examples:
  covidxr reproduce              a demonstration on synthetic radiographs
  covidxr reproduce --download   the study itself, fetched once (218 MB)
  covidxr COMMAND --help         the flags of a command

Exit status:
  0              success
  1              an error that one line explains; with audit --strict also leakage, of verify a difference
  2              a command line that cannot be run
  129, 130, 143  stopped in order by SIGHUP, SIGINT (Ctrl-C), SIGTERM; a second one stops at once

Environment:
  COVIDXR_CACHE  folder of downloads and weights (default: the platform's cache folder)
  COVIDXR_RUNS   folder of runs (default: runs)

${NOTICE}`;

function rootCommand(): Command {
  const root = new Command("covidxr")
    .description(
      "Reproduce a chest-radiograph study, audit its cohort, and report what its metrics are worth.",
    )
    .usage("COMMAND [options]")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .configureOutput({
      outputError: (text, write) => write(hidePasswords(text).replace(/^error: /, "Error: ")),
    })
    .addHelpText("after", AFTER);
  for (const [name, { group, summary }] of Object.entries(COMMANDS)) {
    root.addCommand(new Command(name).summary(summary).description(summary).helpGroup(group).usage(""));
  }
  return root.helpCommand(false);
}

endWithOutput();

const [name = "--help", ...rest] = process.argv.slice(2);
const asked = name === "help" && rest[0] !== undefined ? rest[0] : name;
const entry = Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined;
if (entry === undefined) await execute(rootCommand(), [name, ...rest]);
else await execute((await entry.load()).createCommand(), asked === name ? rest : ["--help"]);
