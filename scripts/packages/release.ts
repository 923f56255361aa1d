// Publishes what was versioned. Usage: pnpm release
import { publishPackages } from "./publish-packages.js";

process.stdout.write(await publishPackages(process.cwd()));
