import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

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
        const reason = faultOf(link, join(root, file));
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

function faultOf(link: string, file: string): string | undefined {
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
