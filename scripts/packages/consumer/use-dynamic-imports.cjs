// What a CommonJS program with nothing but the installed packages can do: it requires every entry point, reaches every module that
// a package loads on demand, and calls what loads them. It prints what it found as one line of JSON.
const { mkdtempSync, readdirSync, readFileSync, rmSync } = require("node:fs");
const { createServer } = require("node:http");
const { createHash } = require("node:crypto");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
require("@tensorflow/tfjs-backend-cpu");

const MODULES = join(__dirname, "node_modules");
const PACKAGES = ["covidxr", ...readdirSync(join(MODULES, "@covidxr")).map((name) => `@covidxr/${name}`)];

/** Every entry point, but for the native library of one platform. */
function requireEntryPoints() {
  const entries = PACKAGES.flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(MODULES, name, "package.json"), "utf8"));
    return Object.keys(exports)
      .filter((entry) => entry !== "./package.json" && entry !== "./native")
      .map((entry) => name + entry.slice(1));
  });
  for (const entry of entries) require(entry);
  return entries.length;
}

/**
 * Every `import("…")` in what is installed, as the package that holds it would load it. npm leaves onnxruntime-node out where its
 * install script fails; a session is opened below.
 */
async function importOnDemand() {
  const found = new Map();
  for (const name of PACKAGES) {
    const dist = join(MODULES, name, "dist");
    for (const file of readdirSync(dist).filter((each) => each.endsWith(".js"))) {
      for (const [, specifier] of readFileSync(join(dist, file), "utf8").matchAll(/\bimport\("([^"]+)"\)/g)) {
        if (specifier === "onnxruntime-node") continue;
        const isOwn = specifier.startsWith(".");
        found.set(isOwn ? new URL(specifier, pathToFileURL(join(dist, file))).href : specifier, specifier);
      }
    }
  }
  for (const target of found.keys()) await import(target);
  return [...found.values()].filter((specifier) => !specifier.startsWith(".")).sort();
}

/** Filters and number of the convolutions in each block of VGG19. */
const BLOCKS = [
  [64, 2],
  [128, 2],
  [256, 4],
  [512, 4],
  [512, 4],
];

/** VGG19 with weights from a Keras file, each second one 0.25, the others 0.5. */
async function buildFromFile(folder) {
  const { buildModel, readWeights } = require("@covidxr/model");
  const hdf5 = await import("h5wasm/node");
  await hdf5.ready;
  const path = join(folder, "vgg19.h5");
  const file = new hdf5.File(path, "w");
  const names = [];
  let channels = 3;
  for (const [block, [filters, count]] of BLOCKS.entries()) {
    for (let i = 1; i <= count; i++) {
      const name = `block${block + 1}_conv${i}`;
      names.push(name);
      const group = file.create_group(name);
      group.create_attribute("weight_names", ["kernel:0", "bias:0"]);
      const kernel = Float32Array.from({ length: 9 * channels * filters }, (_, at) =>
        at % 2 === 0 ? 0.25 : 0.5,
      );
      group.create_dataset({ name: "kernel:0", data: kernel, shape: [3, 3, channels, filters] });
      group.create_dataset({ name: "bias:0", data: new Float32Array(filters), shape: [filters] });
      channels = filters;
    }
  }
  file.create_attribute("layer_names", names);
  file.close();
  const model = await buildModel({ height: 32, width: 32, seed: 1, weights: path });
  return readWeights(model).get("block5_conv4/kernel").values.at(-1);
}

async function decodeByEach() {
  const { decodeImage, encodeImage } = require("@covidxr/image");
  const image = { width: 8, height: 8, data: new Uint8Array(8 * 8 * 3).fill(128) };
  const decoded = [];
  for (const format of ["jpeg", "png"]) {
    const bytes = await encodeImage(image, { format });
    for (const decoder of ["jimp", "sharp"]) {
      decoded.push((await decodeImage(bytes, { name: format, decoder })).data[0]);
    }
  }
  return decoded;
}

/** From a server of our own. */
async function download(folder) {
  const { downloadFiles } = require("@covidxr/download");
  const content = Buffer.from("content");
  const server = createServer((_, response) => response.end(content));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sha256 = createHash("sha256").update(content).digest("hex");
  const url = `http://127.0.0.1:${server.address().port}/a`;
  const file = { path: "a", bytes: content.length, digests: { sha256 }, urls: [url] };
  const { fetched } = await downloadFiles([file], join(folder, "downloads")).finally(() => server.close());
  return fetched;
}

/** A session, and the kinds of the errors where an optional package is not installed. */
async function openEngines() {
  const { compileInference, createSession } = require("@covidxr/onnx");
  const { createEngine } = require("@covidxr/training");
  const { layers, sequential } = require("@tensorflow/tfjs-layers");
  const output = layers.dense({ units: 1, activation: "sigmoid", inputShape: [2], name: "output" });
  const model = sequential({ layers: [output] });
  const { bytes } = compileInference(model);
  const kindOf = (promise) =>
    promise.then(
      () => "none",
      ({ kind }) => kind,
    );
  return [
    (await createSession(bytes)).runtime.split(" ")[0],
    await kindOf(createSession(bytes, { runtime: "onnxruntime-web" })),
    await kindOf(createEngine(model, { engine: "tfjs", from: "output", loss: "binaryCrossentropy" })),
  ];
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "covidxr-commonjs-"));
  try {
    const entries = requireEntryPoints();
    const onDemand = await importOnDemand();
    console.log(
      JSON.stringify({
        entries: entries > PACKAGES.length,
        onDemand,
        weight: await buildFromFile(folder),
        decoded: await decodeByEach(),
        fetched: await download(folder),
        engines: await openEngines(),
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
