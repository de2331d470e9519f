// Lighthouse on sign-in, inbox, detail and dashboard, as a phone on a slow network and as a desktop, with an empty cache.
//
//   npm install --prefix /tmp/lighthouse lighthouse@12 puppeteer-core && cp tests/e2e/lighthouse.mjs /tmp/lighthouse
//   tongshi demo & node /tmp/lighthouse/lighthouse.mjs http://127.0.0.1:8080
//
// CHROME_PATH names the browser (/usr/bin/chromium). Measure while nothing else runs: the times are those of the processor, too.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import lighthouse, { desktopConfig } from "lighthouse";

const base = process.argv[2] ?? "http://127.0.0.1:8080";
const [account, password] = ["limin", "tongshi-demo"];

const browser = await puppeteer.launch({
  executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  userDataDir: mkdtempSync(join(tmpdir(), "lighthouse-")),
  args: [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--ignore-certificate-errors", "--lang=zh-CN",
  ],
});
const port = Number(new URL(browser.wsEndpoint()).port);
const page = await browser.newPage();

/** Measures a page and prints a line; what fails stands below it. Cookies stay, the cache does not. */
async function measure(name, url, form) {
  const devtools = await page.createCDPSession();
  await devtools.send("Network.clearBrowserCache");
  await devtools.detach();
  const flags = { port, output: "json", logLevel: "error", disableStorageReset: true };
  const { lhr } = await lighthouse(url, flags, form === "desktop" ? desktopConfig : undefined, page);
  const score = (category) => Math.round(lhr.categories[category].score * 100);
  const value = (audit) => lhr.audits[audit].numericValue ?? NaN;
  const scores = ["performance", "accessibility", "best-practices", "seo"].map((name) => `${name} ${score(name)}`);
  const times = { FCP: "first-contentful-paint", LCP: "largest-contentful-paint", TBT: "total-blocking-time" };
  console.log(
    name.padEnd(10), form.padEnd(8), scores.join("  "), "",
    Object.entries(times).map(([short, audit]) => `${short} ${Math.round(value(audit))} ms`).join("  "),
    ` CLS ${value("cumulative-layout-shift").toFixed(3)}  ${Math.round(value("total-byte-weight") / 1024)} KB`,
    ` ${lhr.audits["network-requests"].details.items.length} requests`,
  );
  for (const category of ["accessibility", "best-practices", "seo"]) {
    for (const { id, weight } of lhr.categories[category].auditRefs) {
      const { score, title } = lhr.audits[id];
      if (weight > 0 && score !== null && score < 1) console.log(`    ${category}: ${title}`);
    }
  }
}

const forms = ["mobile", "desktop"];
for (const form of forms) await measure("sign-in", `${base}/`, form);

await page.goto(base, { waitUntil: "networkidle2" });
await page.type("input[autocomplete=username]", account);
await page.type("input[type=password]", password);
await Promise.all([page.waitForSelector("nav"), page.keyboard.press("Enter")]);
await page.goto(`${base}/approvals`, { waitUntil: "networkidle2" });
const line = await page.waitForSelector("a[href*=approval_]");
const detail = (await line.evaluate((link) => link.href)).split("#")[0];
for (const form of forms) {
  await measure("inbox", `${base}/approvals`, form);
  await measure("detail", detail, form);
  await measure("dashboard", `${base}/`, form);
}
await browser.close();
