/** A file name that would run as code in a page that did not escape it. */
export const HOSTILE_NAME = `x"><script>alert('1')&|*.png`;
