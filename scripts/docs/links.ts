import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/**
 * Links of Markdown files that lead nowhere in the repository, as `file:line: link: reason`: files and folders that are
 * not there, and headings that a file does not have. Addresses elsewhere are left alone.
 *
 * @param files Paths from `root`.
 */
export function checkMarkdownLinks(root: string, files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const lines = withoutCode(readFileSync(join(root, file), "utf8")).split("\n");
    return lines.flatMap((text, i) =>
      linksOf(text).flatMap((link) => {
        const reason = markdownLinkError(link, join(root, file));
        return reason === undefined ? [] : [`${file}:${i + 1}: ${link}: ${reason}`];
      }),
    );
  });
}

/** Anchors of a file's headings, as the usual host of repositories makes them. */
export function headingAnchors(text: string): Set<string> {
  const counts = new Map<string, number>();
  const anchors = new Set<string>();
  for (const line of withoutBlocks(text).split("\n")) {
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
    const anchor = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return anchors;
}

function markdownLinkError(link: string, file: string): string | undefined {
  if (/^[a-z]+:/i.test(link)) return undefined;
  if (link.startsWith("/")) return "expected a path relative to the file";
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? file : join(dirname(file), decodeURI(path));
  if (!existsSync(target)) return "no such file";
  if (anchor === undefined) return undefined;
  const page = statSync(target).isDirectory() ? join(target, "README.md") : target;
  if (!page.endsWith(".md") || !existsSync(page)) return "expected a Markdown file before #";
  return headingAnchors(readFileSync(page, "utf8")).has(anchor) ? undefined : "no such heading";
}

function linksOf(text: string): string[] {
  const inline = [...text.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)].map(([, link = ""]) => link);
  const html = [...text.matchAll(/<[a-z][^>]*?\s(?:href|src)="([^"]*)"/gi)].map(([, link = ""]) => link);
  return [...inline, ...html];
}

/** Fenced blocks become blank lines, so that numbers of lines stay. */
function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ""));
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replace(/`[^`\n]*`(?!\]\()/g, "");
}

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
    [...new Set(siteLinksOf(text))].flatMap((link) => {
      const reason = siteLinkError(link, file, { folder: resolve(folder), anchors });
      return reason === undefined ? [] : [`${relative(folder, file)}: ${link}: ${reason}`];
    }),
  );
}

interface Site {
  readonly folder: string;
  readonly anchors: ReadonlyMap<string, ReadonlySet<string>>;
}

function siteLinkError(link: string, file: string, { folder, anchors }: Site): string | undefined {
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
function siteLinksOf(text: string): string[] {
  return [...text.matchAll(/<[a-z][^>]*?\s(href|src|srcset)="([^"]*)"/gi)].flatMap(([, name, value = ""]) => {
    const links =
      name === "srcset" ? value.split(",").map((part) => part.trim().split(/\s/)[0] ?? "") : [value];
    return links.map((link) => link.replaceAll("&amp;", "&").replaceAll("&quot;", '"'));
  });
}

function anchorsOf(text: string): Set<string> {
  return new Set([...text.matchAll(/<[a-z][^>]*?\s(?:id|name)="([^"]*)"/gi)].map(([, id = ""]) => id));
}
