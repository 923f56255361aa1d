import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Application,
  type CommentDisplayPart,
  CommentTag,
  type Context,
  Converter,
  type DocumentReflection,
  LogLevel,
  MinimalSourceFile,
  normalizePath,
  PageEvent,
  ReflectionKind,
} from "typedoc";
import type { SiteContents } from "./site-contents.js";

const STYLE = fileURLToPath(new URL("site.css", import.meta.url));
const HOST = "https://github.com/covidxr/covidxr";

/** Types that signatures name and no entry exports are described in a module of their own inside the package's. */
const UNEXPORTED_TYPES = {
  plugin: ["typedoc-plugin-missing-exports"],
  internalModule: "types of arguments and results",
};

/** What was found while the site was built; each is a fault. */
export interface BuiltSite {
  /** Warnings and errors, one line each. The site is written even so, unless an error kept it from that. */
  readonly faults: readonly string[];
}

/**
 * Builds the site of all packages into `folder`, which is emptied: every public symbol, the packages' READMEs and the
 * guides, with links between Markdown files of the repository leading to their pages. Undocumented symbols,
 * also among the types that signatures name, and links that lead nowhere are faults.
 */
export async function buildSite(folder: string, contents: SiteContents): Promise<BuiltSite> {
  const { root, modules, pages } = contents;
  const application = await Application.bootstrapWithPlugins({
    name: "covidxr",
    ...UNEXPORTED_TYPES,
    entryPoints: modules.map(({ entry }) => join(root, entry)),
    tsconfig: join(root, "tsconfig.json"),
    // Types are checked by tsc.
    skipErrorChecking: true,
    out: folder,
    readme: join(root, "README.md"),
    projectDocuments: pages.map((page) => join(root, page)),
    sourceLinkTemplate: `${HOST}/blob/main/{path}#L{line}`,
    disableGit: true,
    basePath: root,
    customCss: STYLE,
    lang: "en",
    hideGenerator: true,
    searchInDocuments: true,
    searchInComments: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    includeHierarchySummary: false,
    sortEntryPoints: false,
    sort: ["documents-first", "kind", "alphabetical"],
    kindSortOrder: ["Document", "Module", "Function", "Class", "Variable", "Interface", "TypeAlias"],
    groupOrder: ["Documents", "Modules", "Functions", "Classes", "Variables", "Interfaces", "Type Aliases"],
    headings: { readme: false, document: false },
    markdownItLoader: (parser: MarkdownIt) => parser.core.ruler.push("code-in-headings", spellOutCode),
    navigation: { includeCategories: false, includeGroups: false, includeFolders: false },
    navigationLinks: { Repository: HOST },
    validation: { notExported: false, invalidLink: true, notDocumented: true, invalidPath: false },
    packagesRequiringDocumentation: ["covidxr", ...modules.map(({ name }) => name)],
    preservedTypeAnnotationTags: ["@throws"],
    // A property whose name and type say all needs no more.
    requiredToBeDocumented: ["Variable", "Function", "Class", "Interface", "Method", "Accessor", "TypeAlias"],
    githubPages: true,
    cacheBust: true,
    logLevel: LogLevel.Warn,
  });
  // Not what tsconfig.json includes: tests are half of it.
  const entries = modules.map(({ entry }) => join(root, entry));
  application.options.setCompilerOptions(
    entries,
    application.options.getCompilerOptions(application.logger),
    [],
  );
  const faults: string[] = [];
  application.logger.log = (message, level) => {
    if (level >= LogLevel.Warn) faults.push(message.replaceAll(`${root}/`, ""));
  };
  application.converter.on(Converter.EVENT_CREATE_DOCUMENT, nameDocument);
  application.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) =>
    placeReadmes(application, context, contents),
  );
  application.converter.on(Converter.EVENT_RESOLVE_END, (context) => {
    leaveSite(context, root);
    listErrors(context);
  });
  application.renderer.on(PageEvent.END, (page) => {
    page.contents = (page.contents ?? "")
      // Wide tables scroll by themselves, also by keyboard.
      .replaceAll("<table>", '<div class="table" tabindex="0" role="region" aria-label="Table"><table>')
      .replaceAll("</table>", "</table></div>")
      // A file, not its folder: that works without a server, too.
      .replace(/href="(\.\/|(?:\.\.\/)+)(#[^"]*)?"/g, 'href="$1index.html$2"');
  });
  const project = await application.convert();
  if (project) {
    application.validate(project);
    await application.generateOutputs(project);
  }
  return { faults };
}

/** What is used of markdown-it, typedoc's parser of Markdown. */
interface MarkdownIt {
  readonly core: { readonly ruler: { push(name: string, rule: (state: MarkdownState) => void): void } };
}

interface MarkdownState {
  readonly tokens: readonly MarkdownToken[];
  readonly Token: new (type: string, tag: string, nesting: number) => MarkdownToken;
}

interface MarkdownToken {
  readonly type: string;
  content: string;
  children: MarkdownToken[] | null;
}

/** Code in a heading counts for its anchor, as on the host of the repository; typedoc reads plain text alone. */
function spellOutCode({ tokens, Token }: MarkdownState): void {
  const create = (type: string, content: string) => Object.assign(new Token(type, "", 0), { content });
  for (const [i, { type }] of tokens.entries()) {
    const inline = tokens[i + 1];
    if (type !== "heading_open" || !inline?.children) continue;
    inline.children = inline.children.flatMap((child) =>
      child.type === "code_inline"
        ? [create("html_inline", "<code>"), create("text", child.content), create("html_inline", "</code>")]
        : [child],
    );
  }
}

/** A page is called by its first heading. The search gives guides before the types that share a word with them. */
function nameDocument(_context: Context | undefined, document: DocumentReflection): void {
  const text = document.content.map((part) => part.text).join("");
  const heading = /^# (.+)$/m.exec(text)?.[1];
  if (heading !== undefined) document.name = heading;
  document.relevanceBoost = 4;
}

/** Gives each module its name as imported and its README, and leads links to that file and its folder there. */
function placeReadmes(
  { converter }: Application,
  { project }: Context,
  { root, modules }: SiteContents,
): void {
  for (const { name, entry, readme } of modules) {
    const module = project.children?.find(
      (child) => child.sources?.some(({ fullFileName }) => fullFileName === join(root, entry)) === true,
    );
    if (module === undefined) throw new Error(`expected a module of ${entry}`);
    module.name = name;
    if (readme === undefined) continue;
    const file = join(root, readme);
    // The page has the package's name as its heading.
    const text = readFileSync(file, "utf8").replace(/^# .+\n/, "");
    module.readme = converter.parseRawComment(
      new MinimalSourceFile(text, normalizePath(file)),
      project.files,
    ).content;
    project.files.registerReflectionPath(normalizePath(file), module);
    project.files.registerReflectionPath(normalizePath(dirname(file)), module);
  }
  const guides = project.documents?.find(({ name }) => name === "Documentation");
  if (guides) project.files.registerReflectionPath(normalizePath(join(root, "docs")), guides);
}

/** Leads links to what is no page and no picture, such as a program or a folder of them, to the repository's host. */
function leaveSite({ project }: Context, root: string): void {
  const texts = [
    project.readme ?? [],
    ...(project.documents ?? []).map(({ content }) => content),
    ...(project.children ?? []).map(({ readme }) => readme ?? []),
  ];
  for (const part of texts.flat()) {
    if (part.kind !== "relative-link" || part.target === undefined) continue;
    const path = project.files.resolve(part.target, project);
    if (typeof path !== "string" || /\.(svg|png)$/.test(path)) continue;
    const view = statSync(path).isDirectory() ? "tree" : "blob";
    const address = `${HOST}/${view}/main/${relative(root, path).replaceAll("\\", "/")}`;
    Object.assign(part, {
      kind: "text",
      text: part.targetAnchor ? `${address}#${part.targetAnchor}` : address,
    });
  }
}

/** Makes one list of what a function throws, each error linked to its class, in place of a section for each. */
function listErrors({ project }: Context): void {
  const classes = new Map(
    project.getReflectionsByKind(ReflectionKind.Class).map((error) => [error.name, error]),
  );
  for (const { comment } of Object.values(project.reflections)) {
    const errors = comment?.getTags("@throws") ?? [];
    if (comment === undefined || errors.length === 0) continue;
    const content = errors.flatMap(({ typeAnnotation = "", content }): CommentDisplayPart[] => {
      const name = typeAnnotation.replace(/[{}]/g, "");
      const target = classes.get(name);
      const error: CommentDisplayPart = target
        ? { kind: "inline-tag", tag: "@link", text: name, target }
        : { kind: "text", text: name };
      const reason = content.map((part) =>
        part.kind === "text" ? { ...part, text: part.text.replace(/\s*\n\s*/g, " ") } : part,
      );
      return [{ kind: "text", text: "\n- " }, error, { kind: "text", text: " " }, ...reason];
    });
    comment.removeTags("@throws");
    comment.blockTags.push(new CommentTag("@throws", content));
  }
}
