export { type CacheLookup, type ContentCache, cacheKey, openContentCache } from "./files/content-cache.js";
export { checkDigestBeside, writeDigestBeside } from "./files/digest-beside.js";
export { writeFileAtomic } from "./files/write-file-atomic.js";
