export { downloadFiles } from "./download-files.js";
export { verifyFile } from "./files/digests.js";
export type { DownloadOptions, DownloadProgress, PublishedFile } from "./options.js";
