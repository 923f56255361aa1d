import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { programCommand } from "./program-command.js";

/** Cases that are printed under a finding; `audit.txt` has all of them. */
const PRINTED_ITEMS = 12;

export function createCommand(): Command {
  return programCommand(
    {
      name: "audit",
      kind: "audit",
      description:
        "Looks for what a reviewer would find in a cohort: patients and images in more than one split, attributes that\n" +
        "predict the label without the disease, missing and impossible values. Trains no model.\n" +
        "Without --study or --download it audits synthetic radiographs.",
      examples: [
        ["covidxr audit --study DIR", "the study, as published"],
        [
          "covidxr audit --study DIR --split patient --strict",
          "fails if any patient or image is in two splits",
        ],
        ["covidxr audit --study DIR --weights imagenet", "with probes that see through VGG19"],
      ],
    },
    async (run, { strict }) => {
      const { auditStudy } = await import("../study/audit-study.js");
      await auditStudy(run, { items: PRINTED_ITEMS, strict: strict === true });
      return JSON.parse(await readFile(run.folder.file("audit.json"), "utf8"));
    },
  ).option("--strict", "exit with 1 if splits share patients or images, after everything is written");
}
