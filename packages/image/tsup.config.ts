import { defineConfig } from "tsup";
import { packageBuild } from "../../tsup.base.js";

// The CommonJS build finds the installed jimp through import.meta.url, which needs a shim there.
export default defineConfig({ ...packageBuild(), shims: true });
