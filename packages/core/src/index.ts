export {
  CovidxrError,
  DivergenceError,
  DownloadError,
  EmptySelectionError,
  FileError,
  ImageError,
  InterruptedError,
  InvalidArgumentError,
  isCovidxrError,
  type Leak,
  LeakageError,
  MetadataError,
  UnsupportedLayerError,
  WeightsError,
} from "./errors.js";
export { createRng, type Rng } from "./random.js";
