export { expectNewTensors } from "./expect-new-tensors.js";
