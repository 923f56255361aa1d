import { serialization } from "@tensorflow/tfjs-core";
import type { layers } from "@tensorflow/tfjs-layers";
import { build } from "./building.js";
import { different, isRecord, reasonOf, shown } from "./faults.js";

/** The description of a layer or network: its class, its settings and, within a network, the layers before it. */
export interface LayerConfig {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly name?: unknown;
  readonly inboundNodes?: unknown;
}

/** How TensorFlow.js makes a layer of its settings, or a network with `fast`: all weights zero. */
type FromConfig = (Class: unknown, config: object, customObjects: object, fast: boolean) => layers.Layer;

/** Keys that hold names of layers: these are kept as they are. */
const NODE_KEYS = new Set(["inboundNodes", "inputLayers", "outputLayers"]);

/**
 * A description with the spelling of Keras and of files (`batch_input_shape`, `"channels_last"`) in the spelling of
 * TensorFlow.js' layers, as TensorFlow.js itself turns it.
 */
export function camelCased(value: unknown, key = ""): unknown {
  if (typeof value === "string") return key === "name" ? value : camelCase(value);
  if (Array.isArray(value)) {
    return value.map((item, i) =>
      NODE_KEYS.has(key) && i === 0 && typeof item === "string"
        ? item
        : camelCased(item, key === "name" ? "" : key),
    );
  }
  if (!isRecord(value)) return value;
  // Keras writes some numbers as { "type": "ndarray", "value": 6 }.
  if (value.type === "ndarray" && typeof value.value === "number") return value.value;
  const { class_name, config } = value;
  if ((class_name === "L1" || class_name === "L2") && isRecord(config)) {
    return { className: "L1L2", config: { l1: 0, l2: 0, ...config } };
  }
  return Object.fromEntries(
    Object.entries(value).map(([own, item]) => {
      const name = camelCase(own);
      return [
        name,
        camelCased(item, own === "name" || NODE_KEYS.has(name) ? name : NODE_KEYS.has(key) ? key : ""),
      ];
    }),
  );
}

function camelCase(text: string): string {
  if (text.length <= 1) return text;
  return text.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}

/** The class of a description by its name. @throws {FileError} `"different"` when TensorFlow.js does not know it. */
export function classOf(className: string, path: string): (config: object, fast: boolean) => layers.Layer {
  const { classNameMap } = serialization.SerializationMap.getMap();
  const entry = Object.hasOwn(classNameMap, className) ? classNameMap[className] : undefined;
  if (entry === undefined) {
    throw different(
      path,
      `one with a layer of class ${shown(className)}, which TensorFlow.js does not have`,
      "register it with serialization.registerClass of @tensorflow/tfjs-core first, or build the model without it",
    );
  }
  const [Class, fromConfig] = entry as unknown as [unknown, FromConfig];
  // TensorFlow.js writes to what it is given, and knows arrays of its own context alone.
  return (config, fast) => fromConfig(Class, JSON.parse(JSON.stringify(config)), {}, fast);
}

/**
 * Settings that Keras writes and TensorFlow.js does not have, with the value at which both compute alike. Others change
 * what the layer computes.
 */
const NEUTRAL: Readonly<Record<string, readonly unknown[]>> = {
  ragged: [false],
  sparse: [false],
  groups: [1],
  keepdims: [false],
  negativeSlope: [0],
  threshold: [0],
  synchronized: [false],
  dtype: ["float32", { className: "Policy", config: { name: "float32" } }],
  timeMajor: [false],
  zeroOutputForMask: [false],
};

/** Kinds of values that TensorFlow.js has. Spelt as {@link camelCased} leaves them. */
const VALUE_KINDS = new Set(["float32", "int32", "bool", "complex64", "string"]);

const REMEDY =
  "if the file was converted, build the model without it and convert that; otherwise the file is damaged, copy it again";

/**
 * Checks that TensorFlow.js takes over every setting of a layer: it ignores those that it does not know.
 *
 * @param values Number of values that all saved weights have together.
 * @throws {FileError} `"different"`, naming the layer and the setting.
 */
export function checkSettings({ className, config }: LayerConfig, values: number, path: string): void {
  const make = classOf(className, path);
  let taken: unknown;
  try {
    // A network within the layer has weights at once.
    const { result: layer, dispose } = build(values, () => make(config, true));
    dispose();
    if (!("inboundNodes" in layer)) throw new Error("it is no layer");
    // Some layers take a setting and do not give it back.
    taken = { ...layer, ...layer.getConfig() };
  } catch (cause) {
    // The reasons for an unknown name fill the lines that follow.
    const problem = reasonOf(cause).replace(/\. This may be .*/, "");
    throw different(
      path,
      `one whose layer ${shown(config.name)} (${className}) cannot be made (${problem})`,
      REMEDY,
      cause,
    );
  }
  const { dtype = null } = config;
  const isKind = dtype === null || (typeof dtype === "string" && VALUE_KINDS.has(dtype));
  if (!isKind && (className === "InputLayer" || !isNeutral("dtype", dtype))) {
    throw different(
      path,
      `one whose layer ${shown(config.name)} (${className}) has dtype of ${shown(dtype)}`,
      REMEDY,
    );
  }
  if (config.stateful === true) {
    throw different(
      path,
      `one whose layer ${shown(config.name)} (${className}) is stateful, so that an image's result depends on the images before it`,
      "build it with stateful: false",
    );
  }
  const setting = firstLost(config, taken, "");
  if (setting === undefined) return;
  throw different(
    path,
    `one whose layer ${shown(config.name)} (${className}) has ${setting}, which TensorFlow.js would ignore`,
    REMEDY,
  );
}

/** The first setting, with its value, that `taken` lacks or has otherwise; undefined when there is none. */
function firstLost(given: unknown, taken: unknown, key: string): string | undefined {
  if (isRecord(given)) {
    if (!isRecord(taken)) return isNeutral(key, given) ? undefined : settingText(key, given);
    for (const [own, value] of Object.entries(given)) {
      // Once the weights are loaded, how they were drawn is history.
      if (/initializer$/i.test(own)) continue;
      // A part of a layer is given a name of its own.
      if (own === "name" && key !== "") continue;
      const lost = firstLost(value, taken[own], own);
      if (lost !== undefined) return lost;
    }
    return undefined;
  }
  const isKept = given === null || areEqual(given, taken) || (taken === undefined && isNeutral(key, given));
  return isKept ? undefined : settingText(key, given);
}

/** A key is as untrusted as its value. */
const settingText = (key: string, value: unknown): string => `${shown(key).slice(1, -1)} of ${shown(value)}`;

const isNeutral = (key: string, value: unknown): boolean =>
  NEUTRAL[key]?.some((neutral) => areEqual(neutral, value)) ?? false;

const areEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
