/** Published as ES modules only; they are transformed like our own sources. */
const ES_MODULES = [
  "h5wasm",
  "@observablehq/plot",
  "d3(-[a-z-]+)?",
  "internmap",
  "delaunator",
  "robust-predicates",
  "isoformat",
  // Of linkedom.
  "css-(select|what)",
  "dom(handler|utils|elementtype|-serializer)",
  "entities",
  "boolbase",
  "nth-check",
  "cssomnom",
];

function compile(parser) {
  const transform = { react: { runtime: "automatic", importSource: "preact" } };
  return { jsc: { target: "es2022", parser, transform }, module: { type: "commonjs" } };
}

/** @type {import('jest').Config} */
const config = {
  testEnvironment: "<rootDir>/testing/jest-environment.cjs",
  globalSetup: "<rootDir>/testing/make-temporary-folder.cjs",
  globalTeardown: "<rootDir>/testing/remove-temporary-folder.cjs",
  roots: ["<rootDir>/packages", "<rootDir>/examples", "<rootDir>/testing", "<rootDir>/scripts"],
  testMatch: process.env.COVIDXR_STUDY_TESTS ? ["**/{src,testing}/**/*.study.ts"] : ["**/*.test.ts"],
  modulePathIgnorePatterns: ["/dist/"],
  transform: {
    "^.+\\.[cm]?[jt]s$": ["@swc/jest", compile({ syntax: "typescript" })],
    "^.+\\.tsx$": ["@swc/jest", compile({ syntax: "typescript", tsx: true })],
  },
  transformIgnorePatterns: [`/node_modules/(?!(\\.pnpm/[^/]*/node_modules/)?(${ES_MODULES.join("|")})/)`],
  moduleNameMapper: {
    "^h5wasm/node$": "<rootDir>/packages/model/node_modules/h5wasm/dist/node/hdf5_hl.js",
    "^onnxruntime-web$": "<rootDir>/testing/onnxruntime-web.cjs",
    "^@covidxr/testing/browser$": "<rootDir>/testing/browser/index.ts",
    "^@covidxr/testing/server$": "<rootDir>/testing/server/index.ts",
    "^@covidxr/testing/bundle$": "<rootDir>/testing/bundle.ts",
    "^@covidxr/testing/refusals$": "<rootDir>/testing/refusals.ts",
    "^@covidxr/testing$": "<rootDir>/testing/index.ts",
    "^@covidxr/([^/]+)$": "<rootDir>/packages/$1/src/index.ts",
    "^@covidxr/([^/]+)/([^/]+)$": "<rootDir>/packages/$1/src/$2.ts",
    "^covidxr$": "<rootDir>/packages/covidxr/src/index.ts",
    "^covidxr/([^/]+)$": "<rootDir>/packages/covidxr/src/$1.ts",
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  // Jest runs tests in a vm context, where looking up a global is slow. Modules get these as arguments instead.
  sandboxInjectedGlobals: [
    "Math",
    "Number",
    "Array",
    "Object",
    "Map",
    "Set",
    "Infinity",
    "Uint8Array",
    "Uint8ClampedArray",
    "Int32Array",
    "Uint32Array",
    "Float32Array",
    "Float64Array",
  ],
  // Guards against hangs alone: some tests run whole programs several times, on machines of any speed.
  testTimeout: 900_000,
  maxWorkers: 3,
};

export default config;
