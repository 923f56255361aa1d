/** A dot of a dot plot, in pixels; y counts from the middle of its band. */
export interface PlacedDot<T> {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly isApart: boolean;
  /** The one item that it shows, or the items of its bin. */
  readonly members: readonly T[];
}

export interface StackSettings<T> {
  of(item: T): number;
  /** Items that are drawn apart never share a dot with others. */
  isApart(item: T): boolean;
  pixel(value: number): number;
  /** No column holds values of both sides: up to it and above it. */
  readonly threshold: number;
  /** Height of the band in pixels. */
  readonly room: number;
}

const RADII = [6, 5, 4, 3.5, 3];
/** Beyond this many dots in a chart's band, single ones cannot be distinguished. */
const SINGLE_DOTS = 400;
const LARGEST_BIN = 14;
/** Where even the smallest do not fit, they overlap, up to this distance. */
const CLOSEST = 1;

/** Dots in columns, stacked to both sides of the middle: the largest that fit, else one dot for each bin. */
export function stackDots<T>(
  items: readonly T[],
  settings: StackSettings<T>,
): { readonly dots: PlacedDot<T>[]; readonly binned: boolean } {
  if (items.length <= SINGLE_DOTS) {
    for (const radius of RADII) {
      const columns = columnsOf(items, 2 * radius, settings);
      const highest = Math.max(0, ...columns.map((column) => column.members.length));
      if (highest * 2 * radius <= settings.room) {
        return {
          dots: columns.flatMap((column) => stack(column, radius, 2 * radius, settings)),
          binned: false,
        };
      }
    }
    const radius = RADII.at(-1)!;
    const columns = columnsOf(items, 2 * radius, settings);
    const pitch = settings.room / Math.max(...columns.map((column) => column.members.length));
    if (pitch >= CLOSEST) {
      return { dots: columns.flatMap((column) => stack(column, radius, pitch, settings)), binned: false };
    }
  }
  const columns = columnsOf(items, 12, settings);
  const bins = columns.flatMap(({ members }) =>
    [false, true]
      .map((isApart) => ({ isApart, members: members.filter((item) => settings.isApart(item) === isApart) }))
      .filter((bin) => bin.members.length > 0),
  );
  const largest = Math.max(1, ...bins.map((bin) => bin.members.length));
  const dots = bins.map((bin) => ({
    ...bin,
    x: settings.pixel(bin.members.reduce((sum, item) => sum + settings.of(item), 0) / bin.members.length),
    y: bin.isApart ? settings.room / 2 - 8 : -6,
    radius: Math.max(2, LARGEST_BIN * Math.sqrt(bin.members.length / largest)),
  }));
  return { dots, binned: items.length > 0 };
}

interface Column<T> {
  readonly x: number;
  readonly members: readonly T[];
}

/** Columns of one width that begin at the threshold on both sides. */
function columnsOf<T>(items: readonly T[], width: number, settings: StackSettings<T>): Column<T>[] {
  const origin = settings.pixel(settings.threshold);
  const columns = new Map<number, T[]>();
  const sorted = [...items].sort((a, b) => settings.of(a) - settings.of(b));
  for (const item of sorted) {
    const distance = (settings.pixel(settings.of(item)) - origin) / width;
    const index = settings.of(item) > settings.threshold ? Math.floor(distance) : Math.ceil(distance) - 1;
    const members = columns.get(index);
    if (members) members.push(item);
    else columns.set(index, [item]);
  }
  return [...columns].map(([index, members]) => ({ x: origin + (index + 0.5) * width, members }));
}

/** Those drawn apart are together at the lower end of their column. */
function stack<T>(
  { x, members }: Column<T>,
  radius: number,
  pitch: number,
  { isApart }: StackSettings<T>,
): PlacedDot<T>[] {
  const ordered = [...members.filter((item) => !isApart(item)), ...members.filter((item) => isApart(item))];
  return ordered.map((item, i) => ({
    x,
    y: (i - (ordered.length - 1) / 2) * pitch,
    radius,
    isApart: isApart(item),
    members: [item],
  }));
}
