/** A text that was meant as an address, without query and what may be a user name and password, for error messages. */
export function hideCredentials(text: string): string {
  // In this order: a password may hold a question mark.
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/|\/\/)?.*@/is, "$1").replace(/[?#].*$/s, "");
}
