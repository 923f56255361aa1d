import { packageBuild } from "../../tsup.base.js";

// tsup takes optional dependencies into the bundle by itself.
export default {
  ...packageBuild(["src/index.ts", "src/files.ts", "src/internal.ts"]),
  external: ["onnxruntime-node"],
};
