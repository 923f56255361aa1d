export { CovidxrError, isCovidxrError } from "./errors/covidxr-error.js";
export {
  DivergenceError,
  DownloadError,
  type DownloadFault,
  EmptySelectionError,
  FileError,
  type FileFault,
  ImageError,
  type ImageFault,
  InterruptedError,
  InvalidArgumentError,
  type Leak,
  LeakageError,
  type LeakKind,
  MetadataError,
  type MetadataFault,
  UnsupportedLayerError,
  WeightsError,
  type WeightsFault,
} from "./errors/errors.js";
export { throwIfInterrupted } from "./errors/interruption.js";
export { formatDuration } from "./format/format-duration.js";
export { createRng, type Rng, type RngKey } from "./random/rng.js";
