// For the packages of this repository only; not part of the public interface.

export { pathProblem } from "./files/check-files.js";
export { DOWNLOAD, type DownloadResult } from "./options.js";
