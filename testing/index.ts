export { expectNewTensors } from "./expect-new-tensors.js";
export { useCpuBackend } from "./use-cpu-backend.js";
