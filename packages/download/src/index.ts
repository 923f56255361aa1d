export { checkFreeSpace } from "./files/check-free-space.js";
export { downloadFiles } from "./files/download-files.js";
export type {
  DownloadOptions,
  DownloadPlan,
  DownloadProgress,
  DownloadResult,
  DownloadWait,
} from "./files/download-options.js";
export { pathFault } from "./files/path-fault.js";
export type { Digests, ExpectedContent, PublishedFile } from "./files/published-file.js";
export { type FileState, verifyFile } from "./files/verify-file.js";
export type { ConnectionOptions } from "./transport/connection-options.js";
export { mirrorUrl } from "./transport/mirror-url.js";
