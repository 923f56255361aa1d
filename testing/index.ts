export { expectNewTensors } from "./expect-new-tensors.js";
export {
  type ReferenceStep,
  randomizeWeights,
  randomTensor,
  referenceStep,
  relativeError,
} from "./tensorflow-reference.js";
export { useCpuBackend } from "./use-cpu-backend.js";
