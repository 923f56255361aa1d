export { type CacheLookup, type ContentCache, cacheKey, openContentCache } from "./files/content-cache.js";
export { writeFileAtomic } from "./files/write-file-atomic.js";
