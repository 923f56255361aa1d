// The loader of onnxruntime-web's WebAssembly is an ES module with top-level await, which Jest cannot run in its own
// context: Node's own `require` loads the package.
module.exports = requireOutside("onnxruntime-web");
