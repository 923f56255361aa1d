import { expect, test } from "@jest/globals";
import { checkAccessibility } from "./check-accessibility.js";
import { describeInBrowser } from "./describe-in-browser.js";
import { writePage } from "./internal/write-page.js";
import { openPage } from "./open-page.js";

const text = (colour: string) => `<p style="color: ${colour}; background: #fff">text</p>`;
const drawing = (attributes: string) =>
  `<svg role="img" ${attributes} width="9" height="9"><path d="M0 0h9v9z"/></svg>`;
const buttons = (margin: number) =>
  [1, 2].map((n) => `<button style="width: 9px; height: 9px; padding: 0; margin: ${margin}px">${n}</button>`);

async function check(body: string, head = "") {
  const { page } = await openPage(writePage(body, head));
  return checkAccessibility(page);
}

describeInBrowser("checkAccessibility", () => {
  // Black on #767676 is the well-known limit of 4.54 : 1, #777777 falls short of 4.5 : 1 by 0.02.
  test.each([
    ["color-contrast", text("#777"), text("#767676")],
    ["svg-img-alt", drawing(""), drawing('aria-label="A triangle"')],
    ["button-name", "<button></button>", "<button>Open</button>"],
    ["target-size", buttons(0).join(""), buttons(20).join("")],
    ["image-alt", '<img src="data:,">', '<img src="data:," alt="">'],
  ])("finds a fault of %s, and none in its clean twin", async (rule, faulty, clean) => {
    const { violations } = await check(faulty);
    expect(new Set(violations.map((finding) => finding.rule))).toEqual(new Set([rule]));
    const twin = await check(clean);
    expect(twin.violations).toEqual([]);
    expect(twin.passed).toContain(rule);
  });

  test("says where and by how much", async () => {
    const { violations } = await check(text("#777"));
    expect(violations).toEqual([
      { rule: "color-contrast", element: "p", reason: expect.stringContaining("4.47") },
    ]);
  });

  test("says where it cannot decide", async () => {
    const { violations, undecided } = await check(
      '<p style="color: #777; background: linear-gradient(#fff, #888)">text</p>',
    );
    expect(violations).toEqual([]);
    expect(undecided).toMatchObject([{ rule: "color-contrast", element: "p" }]);
  });

  test("runs under a policy that forbids every script", async () => {
    const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
    const { violations } = await check("<button></button>", policy);
    expect(violations.map((finding) => finding.rule)).toEqual(["button-name"]);
  });

  test("judges the scheme that is shown", async () => {
    const style =
      "<style>@media (prefers-color-scheme: dark) { body { background: #000 } p { color: #333 } }</style>";
    const file = writePage('<p id="text">text</p><style>h1 { color: #777; background: #000 }</style>', style);
    const rules = async (colorScheme: "light" | "dark") =>
      (await checkAccessibility((await openPage(file, { colorScheme })).page)).violations.map(
        (finding) => finding.element,
      );
    expect(await rules("light")).toEqual([]);
    expect(await rules("dark")).toEqual(["#text"]);
  });
});
