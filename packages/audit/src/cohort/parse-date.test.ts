import { describe, expect, test } from "@jest/globals";
import { parseDate } from "./parse-date.js";

const HOUR = 60 * 60 * 1000;

/** First and last day that a text can mean, without the time zones' margin. */
function daysOf(text: string): string[] | null {
  const range = parseDate(text);
  if (range === null) return null;
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  return [day(range.earliest + 14 * HOUR), day(range.latest - 14 * HOUR - 1)];
}

describe("parseDate", () => {
  test.each([
    ["January 22, 2020", "2020-01-22", "2020-01-22"],
    ["Feb 21, 2020", "2020-02-21", "2020-02-21"],
    ["sept 3, 2020", null, null],
    ["SEP. 3 2020", "2020-09-03", "2020-09-03"],
    ["March 2003", "2003-03-01", "2003-03-31"],
    ["2011", "2011-01-01", "2011-12-31"],
    ["2020-03-01", "2020-03-01", "2020-03-01"],
    ["3/3/2020", "2020-03-03", "2020-03-03"],
    ["03/16/20", "2020-03-16", "2020-03-16"],
    ["16/03/2020", "2020-03-16", "2020-03-16"],
    ["2/3/2020", "2020-02-03", "2020-03-02"],
    ["5/5/98", "1998-05-05", "1998-05-05"],
    ["2/29/2020", "2020-02-29", "2020-02-29"],
    [" 2011 ", "2011-01-01", "2011-12-31"],
  ])("%s", (text, first, last) => {
    expect(daysOf(text)).toEqual(first === null ? null : [first, last]);
  });

  test.each([
    "January 12",
    "",
    "unknown",
    "2/30/2021",
    "31/31/2020",
    "2020-13-01",
    "Smarch 4, 2020",
    "day 5",
    "20200301",
    "2020-03",
  ])("%p is no date", (text) => {
    expect(parseDate(text)).toBeNull();
  });
});
