import { withoutCredentials } from "./without-credentials.js";

/**
 * An address as it may be shown: without user name, password, query and fragment. Queries often hold signatures or
 * tokens that give access.
 */
export function publicUrl(address: string | URL): string {
  const url = withoutCredentials(address);
  url.search = "";
  return url.href;
}
