// Prints the faults of the tarballs that are named, as JSON: path to messages. Usage: node --import tsx lint-tarballs.ts TARBALL…
// A program of its own, since both linters are ES modules only, which tests cannot load.
import { lintTarball } from "./lint-tarball.js";

const faults: Record<string, string[]> = {};
for (const path of process.argv.slice(2)) faults[path] = await lintTarball(path);
console.log(JSON.stringify(faults));
