const { createRequire } = require("node:module");
const { TestEnvironment } = require("jest-environment-node");

const requireOutside = createRequire(require.resolve("../packages/onnx/package.json"));

/**
 * Jest runs tests in a context with its own typed arrays; native addons (onnxruntime-node, sharp) check for
 * those of the main context. Sharing the main context's constructors lets both sides agree.
 */
class SharedTypedArrays extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const shared of [
      ArrayBuffer,
      SharedArrayBuffer,
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    ]) {
      this.global[shared.name] = shared;
    }
    this.global.requireOutside = requireOutside;
  }
}

module.exports = SharedTypedArrays;
