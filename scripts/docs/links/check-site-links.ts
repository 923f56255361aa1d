import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/**
 * Links of a built site that lead nowhere, as `page: link: reason`: files that are not there, anchors that no element
 * has, paths from the root or outside the site. Everything is looked up in the folder; addresses elsewhere are left
 * alone.
 */
export function checkSiteLinks(folder: string): string[] {
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".html"))
    .sort();
  const texts = new Map(pages.map((page) => [join(folder, page), readFileSync(join(folder, page), "utf8")]));
  const drawings = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".svg"),
  );
  const anchors = new Map(
    [...pages, ...drawings]
      .map((file) => join(folder, file))
      .map((file) => [file, anchorsOf(texts.get(file) ?? readFileSync(file, "utf8"))]),
  );
  return [...texts].flatMap(([file, text]) =>
    [...new Set(linksOf(text))].flatMap((link) => {
      const reason = faultOf(link, file, { folder: resolve(folder), anchors });
      return reason === undefined ? [] : [`${relative(folder, file)}: ${link}: ${reason}`];
    }),
  );
}

interface Site {
  readonly folder: string;
  readonly anchors: ReadonlyMap<string, ReadonlySet<string>>;
}

function faultOf(link: string, file: string, { folder, anchors }: Site): string | undefined {
  if (/^(https?:|mailto:|data:)/.test(link)) return undefined;
  if (/^([a-z]+:|\/)/i.test(link)) return "expected an address relative to the page";
  const [address = "", anchor] = link.split("#");
  const path = decodeURIComponent(address.split("?")[0] ?? "");
  const target = path === "" ? file : join(dirname(file), path);
  if (!resolve(target).startsWith(folder)) return "leaves the site";
  if (!existsSync(target)) return "no such file";
  if (!statSync(target).isFile()) return "expected a file, got a folder";
  if (anchor === undefined || anchor === "") return undefined;
  return anchors.get(target)?.has(decodeURIComponent(anchor)) ? undefined : "no such anchor";
}

/** Tags alone: text and code of a page have their angle brackets escaped. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/<[a-z][^>]*?\s(href|src|srcset)="([^"]*)"/gi)].flatMap(([, name, value = ""]) => {
    const links =
      name === "srcset" ? value.split(",").map((part) => part.trim().split(/\s/)[0] ?? "") : [value];
    return links.map((link) => link.replaceAll("&amp;", "&").replaceAll("&quot;", '"'));
  });
}

function anchorsOf(text: string): Set<string> {
  return new Set([...text.matchAll(/<[a-z][^>]*?\s(?:id|name)="([^"]*)"/gi)].map(([, id = ""]) => id));
}
