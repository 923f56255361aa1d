/** An element of a parsed SVG document. */
export interface SvgElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly SvgElement[];
  /** All text in it, entities resolved. */
  readonly text: string;
}

interface OpenElement {
  name: string;
  attributes: Map<string, string>;
  children: SvgElement[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const TOKEN = /<\?xml [^<>]*\?>|<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/**
 * Parses what charts may consist of (elements, quoted attributes, text, the five entities and numeric ones) as strictly
 * as XML 1.0 wants, where a browser or linkedom would repair or ignore errors.
 */
export function readSvg(source: string): SvgElement {
  if (FORBIDDEN.test(source)) throw new Error("a character that XML does not allow");
  const root: OpenElement = { name: "#document", attributes: new Map(), children: [], text: "" };
  const open: OpenElement[] = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const from = TOKEN.lastIndex;
    const token = TOKEN.exec(source);
    if (token === null) throw new Error(`not XML: ${source.slice(from, from + 60)}`);
    const [, closing, name, attributes, selfClosing, text] = token;
    const current = open.at(-1)!;
    if (text !== undefined) {
      const resolved = resolve(text);
      if (current === root && resolved.trim() !== "") throw new Error("text outside the document");
      for (const element of open) element.text += resolved;
    } else if (name !== undefined && closing === "/") {
      if (current.name !== name) throw new Error(`</${name}> where </${current.name}> is due`);
      open.pop();
    } else if (name !== undefined) {
      const element = { name, attributes: parseAttributes(attributes!), children: [], text: "" };
      current.children.push(element);
      if (selfClosing !== "/") open.push(element);
    }
  }
  if (open.length > 1) throw new Error(`<${open.at(-1)!.name}> is not closed`);
  const [svg, ...others] = root.children;
  if (svg?.name !== "svg" || others.length > 0) throw new Error("expected one <svg>");
  return svg;
}

/** The element and all below it, in document order. */
export function allElements(element: SvgElement): SvgElement[] {
  return [element, ...element.children.flatMap(allElements)];
}

/** Text of each `<text>`, without its tooltip, which is its last child. */
export function textsOf(svg: SvgElement): string[] {
  return allElements(svg)
    .filter((element) => element.name === "text")
    .map(({ text, children }) => {
      const tooltip = children.find((child) => child.name === "title");
      return text.slice(0, text.length - (tooltip?.text.length ?? 0));
    });
}

/** Text of the native tooltips: each `<title>` but the document's own. */
export function tooltipsOf(svg: SvgElement): string[] {
  return allElements(svg)
    .filter((element) => element.name === "title" && !svg.children.includes(element))
    .map((element) => element.text);
}

/** Marks of one kind that carry a tooltip which begins so. */
export function marksWith(svg: SvgElement, beginning: string): SvgElement[] {
  return allElements(svg).filter((element) =>
    element.children.some((child) => child.name === "title" && child.text.startsWith(beginning)),
  );
}

/** Pixels of an axis, found from two of its tick labels alone. */
export function axisScale(svg: SvgElement, axis: "x" | "y", low: string, high: string) {
  const anchor = axis === "y" ? "end" : undefined;
  const group = allElements(svg).find(
    (element) =>
      element.attributes.get("font-variant") === "tabular-nums" &&
      element.attributes.get("text-anchor") === anchor,
  );
  const pixel = (label: string) => {
    const tick = group?.children.find((element) => element.text === label);
    if (tick === undefined) throw new Error(`no tick ${label} on ${axis}`);
    return translation(tick)[axis === "x" ? 0 : 1];
  };
  const [from, to] = [pixel(low), pixel(high)];
  return (value: number) => from + ((value - Number(low)) / (Number(high) - Number(low))) * (to - from);
}

/** An attribute of an element, or of the nearest one around it that has it. */
export function inherited(svg: SvgElement, element: SvgElement, name: string): string | undefined {
  const around = allElements(svg).filter((candidate) => allElements(candidate).includes(element));
  return around.findLast((candidate) => candidate.attributes.has(name))?.attributes.get(name);
}

/** Where a dot of any shape has its centre. */
export function centre(dot: SvgElement): [number, number] {
  if (dot.name !== "circle") return translation(dot);
  return [Number(dot.attributes.get("cx")), Number(dot.attributes.get("cy"))];
}

/** The x and y of a `translate(x,y)`. */
export function translation(element: SvgElement): [number, number] {
  const [, x, y] = /translate\(([^,]+),([^)]+)\)/.exec(element.attributes.get("transform") ?? "") ?? [];
  return [Number(x), Number(y)];
}

function parseAttributes(source: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, value] of source.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (attributes.has(name!)) throw new Error(`attribute ${name} twice`);
    attributes.set(name!, resolve(value!));
  }
  return attributes;
}

function resolve(text: string): string {
  return text.replace(/&([^;&]*;?)/g, (entity, body: string) => {
    const name = body.slice(0, -1);
    if (!body.endsWith(";")) throw new Error(`a bare & before ${body.slice(0, 20)}`);
    if (/^#\d+$/.test(name)) return String.fromCodePoint(Number(name.slice(1)));
    const character = ENTITIES[name];
    if (character === undefined) throw new Error(`unknown entity ${entity}`);
    return character;
  });
}
