import { defineConfig } from "tsup";

/** Build settings every package shares: ES modules with their types. */
export function packageBuild(entry: string[] = ["src/index.ts"]) {
  return defineConfig({
    entry,
    format: ["esm"],
    target: "node20",
    platform: "node",
    dts: true,
    clean: true,
    // Entries of one package share their classes, so that `instanceof` holds across them.
    splitting: true,
    sourcemap: false,
  });
}
