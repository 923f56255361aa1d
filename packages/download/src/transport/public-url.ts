/** An address as it may be shown: without user name, password and fragment. */
export function publicUrl(address: string | URL): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  url.hash = "";
  return url.href;
}
