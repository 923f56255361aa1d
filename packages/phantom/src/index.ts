export { drawRadiograph } from "./draw/draw-radiograph.js";
export { isSyntheticStudy, writePhantomStudy } from "./study/write-phantom-study.js";
