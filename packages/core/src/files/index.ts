export { type CacheLookup, type ContentCache, cacheKey, openContentCache } from "./content-cache.js";
export { writeFileAtomic } from "./write-file-atomic.js";
