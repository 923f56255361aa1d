export {
  DRAW_DEFAULTS,
  type DrawRadiographOptions,
  drawRadiograph,
  MINIMUM_SIDE,
  type PhantomFinding,
} from "./draw/draw-radiograph.js";
export type { Opacity } from "./draw/opacities.js";
export { isSyntheticStudy } from "./study/is-synthetic-study.js";
export type { ImageWidths, PhantomCounts } from "./study/plan-study.js";
export {
  PHANTOM_STUDY_DEFAULTS,
  type PhantomStudy,
  type PhantomStudyOptions,
  writePhantomStudy,
} from "./study/write-phantom-study.js";
