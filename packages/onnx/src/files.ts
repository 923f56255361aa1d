// Files on disk; `.` has no Node module, for bundles of browsers.

export { loadGraph, saveGraph } from "./runtime/graph-file.js";
