import { UnsupportedLayerError } from "@covidxr/core";

/**
 * What a compiled layer does with one key of its configuration.
 *
 * - `"read"`: computes what any value says.
 * - `"ignored"`: no value of it changes what is computed from given weights, or the weights' shapes tell it.
 * - `"inference"`: no value of it changes inference; training refuses any.
 * - a list: the values that are computed; others are refused.
 */
export type SettingRule = "read" | "ignored" | "inference" | readonly unknown[];

/** By key of the configuration, in camel case. Keys that are not listed are refused, unless they are null. */
export type LayerSettings = Readonly<Record<string, SettingRule>>;

/** Settings that every layer has. */
const COMMON: LayerSettings = {
  name: "ignored",
  trainable: "ignored",
  batchInputShape: "ignored",
  dtype: ["float32"],
};

/** The graph's input. */
export const INPUT_SETTINGS: LayerSettings = { sparse: [false] };

/** Settings of layers with a kernel and a bias. Penalties and constraints are read with the weights they belong to. */
export const KERNEL_SETTINGS: LayerSettings = {
  useBias: "ignored",
  activation: "read",
  kernelInitializer: "ignored",
  biasInitializer: "ignored",
  kernelRegularizer: "ignored",
  biasRegularizer: "ignored",
  kernelConstraint: "ignored",
  biasConstraint: "ignored",
  activityRegularizer: "inference",
};

/** The only order of axes that is compiled; a layer that does not say has it. */
export const CHANNELS_LAST = ["channelsLast"] as const;

/** The layer whose configuration is read. */
interface Configured {
  readonly layer: string;
  readonly layerClass: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * The settings of a layer that decide what it computes.
 *
 * @param training Whether it is compiled for training.
 * @throws {UnsupportedLayerError} on a setting that the compiler does not know, or on a value that it does not compute.
 */
export function readSettings(
  { layer, layerClass, config }: Configured,
  settings: LayerSettings,
  training: boolean,
): Readonly<Record<string, unknown>> {
  const rules: LayerSettings = { ...COMMON, ...settings };
  const read: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (value === null || value === undefined) continue;
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === "read") read[key] = value;
    if (rule === "read" || rule === "ignored" || (rule === "inference" && !training)) continue;
    if (Array.isArray(rule) && rule.includes(value)) {
      read[key] = value;
      continue;
    }
    throw new UnsupportedLayerError({
      layer,
      layerClass,
      supported: Array.isArray(rule)
        ? rule.map((accepted) => `${key} ${JSON.stringify(accepted)}`)
        : [`layers without ${key}`],
      message: `has ${key} ${JSON.stringify(value)}, which ${
        rule === "inference" ? "cannot be trained" : "is not supported"
      }`,
    });
  }
  return read;
}
