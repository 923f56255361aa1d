/** A text that was meant as an address, without what may be a user name and password, for error messages. */
export function hideCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/|\/\/)?.*@/is, "$1");
}
