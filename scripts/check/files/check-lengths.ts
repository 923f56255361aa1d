import type { Fault } from "../repository/fault.js";
import type { Repository } from "../repository/repository.js";

/** Lines of the longest file that is still read in one go. */
const MOST_LINES = 400;
const SOURCE = /\.([cm]?[jt]s|[jt]sx|py|R)$/;

/** Finds source files of more than 400 lines, those of tests and fixtures included. */
export function checkLengths(repository: Repository): Fault[] {
  return repository.files
    .filter((file) => SOURCE.test(file))
    .flatMap((file): Fault[] => {
      const lines = repository.read(file).replace(/\n$/, "").split("\n").length;
      if (lines <= MOST_LINES) return [];
      const message = `expected ${MOST_LINES} lines at most, got ${lines}; divide the file by topic`;
      return [{ rule: "file-length", file, message }];
    });
}
