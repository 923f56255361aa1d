const { mkdtempSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

/** Before all tests: one folder for everything temporary. Workers and programs inherit it. */
module.exports = () => {
  const folder = mkdtempSync(join(tmpdir(), "covidxr-tests-"));
  // Windows reads the last two.
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
};
