import {
  engine,
  getKernel,
  registerKernel,
  type Tensor,
  tensor4d,
  tidy,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import { conv2dBackpropFilter } from "./conv2d-backprop-filter.js";
import { maxPoolGrad } from "./max-pool-grad.js";

/**
 * Registers the kernels that training needs and TensorFlow.js' WebAssembly backend lacks or, as of 4.22, gets wrong.
 * A kernel that the backend has and that works is left alone, so calling it again does nothing. The backend has to be
 * the current one.
 */
export function registerWasmKernels(): void {
  if (getKernel(conv2dBackpropFilter.kernelName, "wasm") === undefined) registerKernel(conv2dBackpropFilter);
  if (isMaxPoolGradRight()) return;
  unregisterKernel(maxPoolGrad.kernelName, "wasm");
  registerKernel(maxPoolGrad);
}

/** Whether the gradient of a negative maximum reaches it. */
function isMaxPoolGradRight(): boolean {
  let gradient: ArrayLike<number> = [];
  tidy(() => {
    const input = tensor4d([-2, -1], [1, 1, 2, 1]);
    const output = tensor4d([-1], [1, 1, 1, 1]);
    const dy = tensor4d([1], [1, 1, 1, 1]);
    const attrs = { filterSize: [1, 2], strides: [1, 2], pad: "valid" };
    const dx = engine().runKernel(maxPoolGrad.kernelName, { dy, input, output }, attrs) as Tensor;
    gradient = dx.dataSync();
  });
  return gradient[0] === 0 && gradient[1] === 1;
}
