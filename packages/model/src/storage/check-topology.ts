import { corrupt, different, isRecord, shown } from "./faults.js";
import { camelCased, checkSettings, classOf, type LayerConfig } from "./layer-config.js";

/** Classes that are networks themselves. */
const NETWORKS = new Set(["Model", "Functional", "Sequential"]);

/** TensorFlow.js goes through the layers once for each that stands in the wrong place. The deepest published have about 4,000. */
const MAX_LAYERS = 5_000;

/** Keys that are known, by place. */
const KEYS = {
  topology: new Set(["className", "config", "kerasVersion", "backend"]),
  layer: new Set(["className", "config", "name", "inboundNodes"]),
  network: new Set(["name", "trainable", "layers", "inputLayers", "outputLayers", "buildInputShape"]),
};

/**
 * Checks the topology of a `model.json` before TensorFlow.js reads it: TensorFlow.js ignores settings that it does not know,
 * and looks for ever for a layer that the graph names and does not have.
 *
 * @param values Number of values that all saved weights have together.
 * @returns The network's description in the spelling of TensorFlow.js.
 * @throws {FileError} `"corrupt"` when the graph does not hold together; `"different"` on what TensorFlow.js would not
 *   compute as described.
 */
export function checkTopology(topology: unknown, values: number, path: string): LayerConfig {
  // A whole model of Keras has its network one level deeper, beside how it was trained.
  const own = isRecord(topology) && isRecord(topology.model_config) ? topology.model_config : topology;
  if (isRecord(own) && ("module" in own || "registered_name" in own)) {
    throw different(
      path,
      "a model of Keras 3, which TensorFlow.js cannot read",
      "save it with Keras 2 (tf_keras, or TF_USE_LEGACY_KERAS=1) and convert that file",
    );
  }
  const root = camelCased(own);
  if (!isLayer(root) || !NETWORKS.has(root.className)) {
    throw corrupt(path, `its modelTopology is no network, but ${shown(own)}`);
  }
  checkKeys(root, KEYS.topology, "its topology", path);
  checkNetwork(root, values, path);
  return root;
}

function checkNetwork(network: LayerConfig, values: number, path: string): void {
  const { className, config } = network;
  classOf(className, path);
  const where = `network ${shown(config.name)}`;
  checkKeys(config, KEYS.network, where, path);
  const { trainable = true, name } = config;
  if (typeof trainable !== "boolean") throw corrupt(path, `trainable of ${where} is ${shown(trainable)}`);
  if (typeof name !== "string") throw corrupt(path, `${where} has no name`);
  const list: unknown = config.layers;
  if (!Array.isArray(list) || list.length === 0) throw corrupt(path, `${where} has no layers`);
  if (list.length > MAX_LAYERS)
    throw corrupt(path, `${where} has ${list.length} layers, more than ${MAX_LAYERS}`);
  const found = new Map<string, LayerConfig>();
  for (const layer of list) {
    if (!isLayer(layer)) throw corrupt(path, `a layer of ${where} is ${shown(layer)}`);
    checkKeys(layer, KEYS.layer, `layer ${shown(layer.config.name)}`, path);
    const own = layer.config.name;
    // A graph finds a layer by the outer name, the layer calls itself by the inner one.
    const isFound = layer.name === own || (className === "Sequential" && layer.name === undefined);
    if (typeof own !== "string" || own in {} || !isFound) {
      throw corrupt(path, `a layer of ${where} is named ${shown(layer.name)} and ${shown(own)}`);
    }
    if (found.has(own)) throw corrupt(path, `two layers of ${where} are named ${shown(own)}`);
    found.set(own, layer);
    if (NETWORKS.has(layer.className)) checkNetwork(layer, values, path);
    else {
      // Making a layer to look at its settings makes a network within it, too.
      for (const inner of networksIn(layer.config)) checkNetwork(inner, values, path);
      checkSettings(layer, values, path);
    }
  }
  if (className !== "Sequential") checkGraph(network, found, path);
}

/** Place of a tensor: the layer's name, which of its calls, which of its outputs. */
type Place = readonly [layer: string, node: number, tensor: number];

/** Checks that every layer can be called after those before it, going through the layers as TensorFlow.js does. */
function checkGraph({ config }: LayerConfig, found: ReadonlyMap<string, LayerConfig>, path: string): void {
  const where = `network ${shown(config.name)}`;
  // Calls that each layer has had; networks and inputs are called once as they are made.
  const calls = new Map<string, number>();
  let waiting: { layer: string; index: number; from: readonly Place[] }[] = [];
  for (const [name, { className, inboundNodes }] of found) {
    const made = NETWORKS.has(className) || className === "InputLayer" ? 1 : 0;
    if (!Array.isArray(inboundNodes) || made + inboundNodes.length === 0) {
      throw corrupt(path, `layer ${shown(name)} of ${where} follows no layer`);
    }
    calls.set(name, made);
    for (const [i, node] of inboundNodes.entries()) {
      const from = placesOf(node, `layer ${shown(name)} of ${where}`, found, path);
      waiting.push({ layer: name, index: made + i, from });
    }
  }
  const isThere = ([before, node]: Place): boolean => node < calls.get(before)!;
  while (waiting.length > 0) {
    const left = waiting.filter(({ layer, index, from }) => {
      if (!from.every(isThere)) return true;
      // TensorFlow.js numbers calls as they come.
      if (calls.get(layer) !== index) {
        throw different(
          path,
          `one whose layer ${shown(layer)} is called in an order that TensorFlow.js confuses`,
          "build it with a layer for each call",
        );
      }
      calls.set(layer, index + 1);
      return false;
    });
    if (left.length === waiting.length) {
      const { layer, from } = left[0]!;
      throw corrupt(
        path,
        `layer ${shown(layer)} of ${where} follows ${shown(from)}, which does not come before it`,
      );
    }
    waiting = left;
  }
  for (const ends of ["inputLayers", "outputLayers"] as const) {
    const places = placesOf(config[ends], where, found, path);
    if (new Set(places.map(String)).size < places.length) {
      throw corrupt(path, `${where} names a tensor twice among its ${ends}`);
    }
    const lost = places.find((place) => !isThere(place));
    if (lost) throw corrupt(path, `${where} refers to ${shown(lost)}, which it does not have`);
  }
}

function placesOf(
  value: unknown,
  where: string,
  found: ReadonlyMap<string, LayerConfig>,
  path: string,
): readonly Place[] {
  if (!Array.isArray(value) || value.length === 0) throw corrupt(path, `${where} refers to ${shown(value)}`);
  for (const place of value) {
    const [layer, node, tensor, settings = null, ...more] = Array.isArray(place) ? place : [];
    const isPlace =
      found.has(layer) && [node, tensor].every((index) => Number.isSafeInteger(index) && index >= 0);
    if (!isPlace || more.length > 0) {
      throw corrupt(path, `${where} refers to ${shown(place)}, which the model does not have`);
    }
    // What a layer does otherwise in training is said here; this is about predictions.
    const isPlain =
      settings === null ||
      (isRecord(settings) &&
        Object.entries(settings).every(([key, of]) => of === null || (key === "training" && of === false)));
    if (!isPlain) {
      throw different(
        path,
        `one where ${where} is called with ${shown(settings)}, which TensorFlow.js would ignore`,
        "build the model without it",
      );
    }
  }
  return value;
}

/** Networks anywhere in the settings of a layer, such as that of a wrapper. */
function networksIn(value: unknown): LayerConfig[] {
  if (isLayer(value) && NETWORKS.has(value.className)) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(networksIn) : [];
}

function isLayer(value: unknown): value is LayerConfig {
  return isRecord(value) && typeof value.className === "string" && isRecord(value.config);
}

function checkKeys(value: object, known: ReadonlySet<string>, where: string, path: string): void {
  const unknown = Object.keys(value).find((key) => !known.has(key));
  if (unknown !== undefined) throw corrupt(path, `${where} has ${shown(unknown)}, which no model has`);
}
