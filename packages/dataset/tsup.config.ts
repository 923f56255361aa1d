import { packageBuild } from "../../tsup.base.js";

export default packageBuild([
  "src/index.ts",
  "src/cohort.ts",
  "src/study.ts",
  "src/internal.ts",
  "src/cohort-internal.ts",
]);
