import { readFileSync } from "node:fs";
import { join } from "node:path";

const FIXTURES = join(__dirname, "../../fixtures");

/** Certificate of the test server, as a file for `NODE_EXTRA_CA_CERTS`; nobody trusts it without. */
export const CERTIFICATE_FILE = join(FIXTURES, "loopback-certificate.pem");

/** Key and certificate of a test server for `https://127.0.0.1`. */
export function loopbackTls(): { key: string; cert: string } {
  return {
    key: readFileSync(join(FIXTURES, "loopback-key.pem"), "utf8"),
    cert: readFileSync(CERTIFICATE_FILE, "utf8"),
  };
}
