export { downloadFiles } from "./download-files.js";
export { verifyFile } from "./files/digests.js";
export type {
  DownloadOptions,
  DownloadPlan,
  DownloadProgress,
  DownloadResult,
  DownloadWait,
  PublishedFile,
} from "./options.js";
