/** @type {import('jest').Config} */
const config = {
  testEnvironment: "<rootDir>/testing/jest-environment.cjs",
  roots: ["<rootDir>/packages", "<rootDir>/examples", "<rootDir>/testing"],
  testMatch: process.env.COVIDXR_STUDY_TESTS ? ["**/src/**/*.study.ts"] : ["**/*.test.ts"],
  modulePathIgnorePatterns: ["/dist/"],
  transform: {
    "^.+\\.[cm]?[jt]s$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // h5wasm is published as an ES module only; it is transformed like our own sources.
  transformIgnorePatterns: ["/node_modules/(?!(\\.pnpm/[^/]*/node_modules/)?h5wasm/)"],
  moduleNameMapper: {
    "^h5wasm/node$": "<rootDir>/packages/model/node_modules/h5wasm/dist/node/hdf5_hl.js",
    "^onnxruntime-web$": "<rootDir>/testing/onnxruntime-web.cjs",
    "^@covidxr/core/files$": "<rootDir>/packages/core/src/files/index.ts",
    "^@covidxr/testing$": "<rootDir>/testing/index.ts",
    "^@covidxr/([^/]+)$": "<rootDir>/packages/$1/src/index.ts",
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  testTimeout: 60_000,
  maxWorkers: 2,
};

export default config;
