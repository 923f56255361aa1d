import { defineConfig } from "tsup";

/** Build settings every package shares: ES modules. One TypeScript program writes all declarations (scripts/packages/build-types.ts). */
export function packageBuild(entry: string[] = ["src/index.ts"]) {
  return defineConfig({
    entry,
    format: ["esm"],
    target: "node20",
    platform: "node",
    clean: ["!**/*.d.ts"],
    // Entries of one package share their classes, so that `instanceof` holds across them.
    splitting: true,
    sourcemap: false,
  });
}
