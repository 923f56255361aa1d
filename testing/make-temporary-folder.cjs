const { chmodSync, mkdtempSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

/** Before all tests: one folder for everything temporary. Workers and programs inherit it. */
module.exports = () => {
  const folder = mkdtempSync(join(tmpdir(), "covidxr-tests-"));
  // Some programs run as another user.
  chmodSync(folder, 0o755);
  // Windows reads the last two.
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  // Downloads and keys; tests at full size need the weights that are there.
  if (!process.env.COVIDXR_STUDY_TESTS) process.env.COVIDXR_CACHE ??= join(folder, "platform-cache");
};
