// Only for the packages of this repository; not part of the public interface.
export { pathProblem } from "./files/check-files.js";
export { checkFreeSpace } from "./files/disk.js";
