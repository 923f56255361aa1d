import { resolve } from "node:path";
import type { Command } from "commander";
import { NETWORK, type Network, PLACE } from "../settings/place.js";
import { addFlags } from "../settings/read-settings.js";
import { checkTogether, fillDefaults } from "../settings/setting.js";
import { usage } from "../settings/usage-error.js";
import { addJson, newCommand, printJson, stopOnSignal } from "./command.js";

/** Flags that `--download` of other commands enables are always in force here. */
const { study, manifest } = PLACE;
const DECLARED = {
  study: { ...study, help: "folder to fill", defaultText: "study in the cache folder of the platform" },
  manifest,
  ...NETWORK,
};

export function createCommand(): Command {
  const command = newCommand({
    name: "download",
    description:
      "Fetches the study's radiographs, tables and ImageNet weights from where they are published, and verifies every byte.\n" +
      "Files that are present are not fetched again; interrupted downloads resume. The licences are printed first.",
    examples: [
      ["covidxr download", "the study and VGG19's weights, into the cache folder"],
      ["covidxr download --study DIR --no-weights", "the study alone, into DIR"],
      ["covidxr download --offline", "verifies that everything is there"],
    ],
  });
  addJson(addFlags(command, DECLARED).option("--no-weights", "do not fetch the weights"));
  return command.action(async ({ json, weights, ...flags }: Flags) => {
    const own = await usage(() => {
      checkTogether(DECLARED, new Set(Object.keys(flags)), { ...flags, download: true });
      return fillDefaults(DECLARED, flags, { synthetic: false });
    });
    const [{ downloadInputs }, { fetchedStudyFolder }, { consolePrinter }, { showStage }] = await Promise.all(
      [
        import("../study/download-inputs.js"),
        import("../study/open-study.js"),
        import("../run/printer.js"),
        import("../run/progress.js"),
      ],
    );
    const say = consolePrinter(json ? process.stderr : process.stdout);
    const result = await downloadInputs(
      {
        network: own as Network,
        say,
        signal: stopOnSignal(),
        stage: (_, label, unit, work) => showStage(label, unit, say.display, work),
      },
      {
        study: own.study ?? resolve(fetchedStudyFolder()),
        weights: weights === false ? "none" : "imagenet",
        manifest: own.manifest,
      },
    );
    if (json) printJson(result);
  });
}

interface Flags {
  readonly json?: boolean;
  readonly weights?: boolean;
  readonly [name: string]: unknown;
}
