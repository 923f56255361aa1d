import { packageBuild } from "../../tsup.base.js";

export default packageBuild(["src/index.ts", "src/files.ts", "src/files-internal.ts", "src/internal.ts"]);
