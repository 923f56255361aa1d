import { join, resolve } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { isAddress } from "@covidxr/core/internal";
import { byData, filled, GROUPS, oneOf, setting, type ValuesOf, yes } from "./setting.js";

/** A path as meant from where the user stands; an address may hold a password, and paths are recorded. */
export const path = filled
  .refine((text) => !isAddress(text))
  .transform((text) => resolve(text))
  .describe("a path, not an address");

/**
 * Folder of the runs: `COVIDXR_RUNS`, or `runs` where the user stands.
 *
 * @throws {InvalidArgumentError} on an address.
 */
export function runsFolder(): string {
  const folder = process.env.COVIDXR_RUNS || "runs";
  if (!isAddress(folder)) return folder;
  throw new InvalidArgumentError({
    parameter: "COVIDXR_RUNS",
    value: "an address",
    message: "expected a path, got an address; name a folder",
  });
}

/** Where things are on this machine, and what else a run writes. Recorded; changes no metric. */
export const PLACE = {
  study: setting({
    schema: path.optional(),
    flag: "--study <dir>",
    group: GROUPS.data,
    help: "folder that holds covid-chestxray-dataset/, chest_xray/ and chestxrays.csv",
    default: undefined,
    defaultText: "synthetic radiographs; with --download, study in the cache folder of the platform",
  }),
  weights: setting({
    schema: filled
      .refine((text) => !isAddress(text))
      .transform((text) => (text === "imagenet" || text === "random" ? text : resolve(text)))
      .describe("a file, imagenet or random"),
    flag: "--weights <file>",
    group: GROUPS.data,
    help: "weights of VGG19: a Keras .h5 file, imagenet (from the cache folder of the platform) or random",
    ...byData("imagenet", "random"),
  }),
  download: setting({
    schema: yes,
    flag: "--download",
    group: GROUPS.download,
    help: "first fetch what is missing of the study (138 MB) and of the ImageNet weights (80 MB)",
    default: false,
  }),
  manifest: setting({
    schema: path.optional(),
    flag: "--manifest <file>",
    group: GROUPS.download,
    help: "fetch the files of this CSV into --study instead of the study's own",
    default: undefined,
    defaultText: "the study's",
    needs: { flag: "--download", met: ({ download }) => download === true },
    check: ({ manifest, study }) =>
      manifest !== undefined && study === undefined
        ? "expected --study DIR with this setting, as other files do not belong among the study's; name a folder"
        : undefined,
  }),
  probes: setting({
    schema: oneOf(["backbone", "pixels", "none"]),
    flag: "--probes <name>",
    group: GROUPS.evaluation,
    help: "feature extractor for the shortcut probes: backbone (frozen layers of VGG19), pixels (a small image) or none",
    default: ({ values }) => (values.weights === "random" ? "pixels" : "backbone"),
    defaultText: "backbone; pixels with random weights",
    check: ({ probes, weights }) =>
      probes === "backbone" && weights === "random"
        ? "expected VGG19 weights with backbone, got none; name a file with --weights, or choose pixels"
        : undefined,
  }),
  masks: setting({
    schema: path.optional(),
    flag: "--masks <dir>",
    group: GROUPS.evaluation,
    help: "lung masks for the probe with covered lungs: PNG files named like the images",
    default: undefined,
    defaultText: "two ellipses",
    needs: { flag: "--probes backbone or pixels", met: ({ probes }) => probes !== "none" },
  }),
  cache: setting({
    schema: path,
    flag: "--cache <dir>",
    group: GROUPS.output,
    help: "keeps pixels and features for later runs; safe to delete",
    default: () => resolve(join(runsFolder(), "cache")),
    defaultText: "runs/cache",
  }),
  organize: setting({
    schema: yes,
    flag: "--organize",
    group: GROUPS.output,
    help: "also write the study's folders train/, test/ and predict/",
    default: false,
  }),
};

/** How the network is used. Never recorded: an address can hold a password. */
export const NETWORK = {
  offline: setting({
    schema: yes,
    flag: "--offline",
    group: GROUPS.download,
    help: "never open a socket; with a download, check that everything is there",
    default: false,
  }),
  proxy: setting({
    schema: filled.optional(),
    flag: "--proxy <url>",
    group: GROUPS.download,
    help: "proxy for every request",
    default: undefined,
    defaultText: "HTTPS_PROXY and the like",
    needs: { flag: "--download", met: ({ download }) => download === true },
  }),
  replace: setting({
    schema: yes,
    flag: "--replace",
    group: GROUPS.download,
    help: "replace files that differ from the published ones",
    default: false,
    needs: { flag: "--download", met: ({ download }) => download === true },
  }),
};

/** Values of what says where things are. */
export type Place = ValuesOf<typeof PLACE>;
/** Values of what says how the network is used. */
export type Network = ValuesOf<typeof NETWORK>;
