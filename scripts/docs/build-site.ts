// Builds the documentation's site into site/, and looks up every link in it. Any warning is a fault. Usage:
// pnpm docs:build [FOLDER [CONTENTS.json]]
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { checkSiteLinks } from "./links.js";
import { buildSite } from "./site.js";
import { MODULES, PAGES } from "./site-contents.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const [folder = join(root, "site"), contents] = process.argv.slice(2).map((path) => resolve(path));
const { faults } = await buildSite(
  folder,
  contents === undefined
    ? { root, modules: MODULES, pages: PAGES }
    : JSON.parse(readFileSync(contents, "utf8")),
);
const all = [...faults, ...checkSiteLinks(folder)];
for (const fault of all) console.error(fault);
if (all.length > 0) process.exitCode = 1;
else console.log(`The site is in ${folder}: open index.html.`);
