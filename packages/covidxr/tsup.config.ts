import { packageBuild } from "../../tsup.base.js";

export default packageBuild(["src/index.ts", "src/study.ts", "src/cli.ts"]);
