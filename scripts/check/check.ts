// Holds the repository to the rules of CONTRIBUTING.md that a program can see. Usage: pnpm check
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkRepository } from "./check-repository.js";
import { EXCEPTIONS } from "./exceptions/exceptions.js";
import { formatFault } from "./repository/fault.js";
import { openRepository } from "./repository/open-repository.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const repository = openRepository(root);
const faults = checkRepository(repository, EXCEPTIONS);
for (const fault of faults) console.error(formatFault(fault));
const count =
  faults.length === 0 ? "no fault" : `${faults.length} ${faults.length === 1 ? "fault" : "faults"}`;
console.log(`Checked the rules on ${repository.files.length} files: ${count}.`);
process.exitCode = faults.length === 0 ? 0 : 1;
