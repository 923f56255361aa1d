import type { Exception } from "./apply-exceptions.js";

/** Every file that breaks a rule, and why. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: "computed-import",
    file: "packages/training/src/engine/tfjs-backends.ts",
    reason: "Loads whichever optional peer is installed; the names are in a list of the same file.",
  },
  {
    rule: "computed-import",
    file: "packages/training/src/engine/tfjs-backends.test.ts",
    reason: "Stands in for that loader, and hands on what it does not replace.",
  },
  {
    rule: "computed-import",
    file: "scripts/docs/examples/run-in-process.ts",
    reason: "Runs the examples of docstrings and guides, which it is given as programs.",
  },
  {
    rule: "unimported-peer",
    file: "packages/onnx/package.json",
    subject: "@tensorflow/tfjs-core",
    reason:
      "The peer @tensorflow/tfjs-layers needs it as its own peer; a user who installs one needs the other.",
  },
];
