export { type DrawRadiographOptions, drawRadiograph } from "./draw/draw-radiograph.js";
export {
  isSyntheticStudy,
  type PhantomStudy,
  type PhantomStudyOptions,
  writePhantomStudy,
} from "./study/write-phantom-study.js";
