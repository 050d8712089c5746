// Uses the app as a person would, in a headless browser, against a running Rondo.
//
//   RONDO_URL=http://localhost:8000 npm run e2e
//
// Builds the app and serves it on http://localhost:3000 for the time of the run. CHROMIUM is the browser
// to use (/usr/bin/chromium); SCREENSHOT=FILE.png keeps a picture of the tasks page.
// Ends with 1 when something is not as it should be.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const rondoUrl = process.env.RONDO_URL ?? "http://localhost:8000";
const appUrl = "http://localhost:3000";
const env = { ...process.env, NEXT_PUBLIC_RONDO_URL: rondoUrl, NEXT_TELEMETRY_DISABLED: "1" };
const next = fileURLToPath(import.meta.resolve("next/dist/bin/next"));
const cwd = fileURLToPath(new URL("..", import.meta.url));

const email = `ada-${Date.now()}@example.com`;
const password = "correct horse battery";

/** Each step, in the order in which a person would do it. */
const steps = {
  async "a wrong password is refused, and the reason is shown"({ page }) {
    await page.goto(appUrl);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await alert(page).getByText("Invalid email or password").waitFor();
  },

  async "signs up"({ page }) {
    await page.getByRole("button", { name: "Create one" }).click();
    await page.getByLabel("Name").fill("Ada Lovelace");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByText("Nothing to do.").waitFor();
    await page.getByText("Ada Lovelace").waitFor();
  },

  async "took a token, and asked for the tasks with it and without a cookie"({ page, requests }) {
    const token = requests.find((request) => request.url() === `${rondoUrl}/api/auth/token`);
    const jwt = (await (await token.response()).json()).token;
    const list = requests.find((request) => request.url() === `${rondoUrl}/api/tasks`);
    const headers = await list.allHeaders();
    assert.equal(headers.authorization, `Bearer ${jwt}`);
    assert.equal(headers.origin, appUrl);
    assert.equal(headers.cookie, undefined);
    const claims = JSON.parse(Buffer.from(jwt.split(".")[1], "base64url"));
    assert.equal(claims.email, email);
    assert.equal(claims.exp - claims.iat, 15 * 60);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  },

  async "creates tasks and lists them, the newest first"({ page }) {
    for (const title of ["Buy milk", "Write to Charles", "Feed the cat"]) {
      await page.getByLabel("New task").fill(title);
      await page.getByRole("button", { name: "Add" }).click();
      await page.getByRole("checkbox", { name: title }).waitFor();
      assert.equal(await page.getByLabel("New task").inputValue(), "");
    }
    assert.deepEqual(await titles(page), ["Feed the cat", "Write to Charles", "Buy milk"]);
  },

  async "a task that Rondo refuses is not lost"({ page }) {
    await page.getByLabel("New task").fill("   ");
    await page.getByRole("button", { name: "Add" }).click();
    await alert(page).waitFor();
    assert.equal(await page.getByLabel("New task").inputValue(), "   ");
    await page.getByLabel("New task").fill("");
    assert.equal((await titles(page)).length, 3);
  },

  async "completes a task"({ page }) {
    await page.getByRole("checkbox", { name: "Buy milk" }).click();
    await page.getByRole("checkbox", { name: "Buy milk", checked: true }).waitFor();
  },

  async "the session and the tasks survive a reload"({ page }) {
    await page.reload();
    await page.getByRole("checkbox", { name: "Buy milk", checked: true }).waitFor();
    assert.deepEqual(await titles(page), ["Feed the cat", "Write to Charles", "Buy milk"]);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  },

  async "reopens a task and deletes another"({ page }) {
    await page.getByRole("checkbox", { name: "Buy milk" }).click();
    await page.getByRole("checkbox", { name: "Buy milk", checked: false }).waitFor();
    await page.getByRole("button", { name: "Delete Feed the cat" }).click();
    await page.getByRole("checkbox", { name: "Feed the cat" }).waitFor({ state: "detached" });
    assert.deepEqual(await titles(page), ["Write to Charles", "Buy milk"]);
  },

  async "an expired token is replaced unnoticed"({ page, requests }) {
    const before = count(requests, "/api/auth/token");
    await page.route(`${rondoUrl}/api/tasks`, refuse(401, { detail: "Token expired" }), { times: 1 });
    await page.getByLabel("New task").fill("Sleep");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByRole("checkbox", { name: "Sleep" }).waitFor();
    assert.equal(count(requests, "/api/auth/token"), before + 1);
    assert.equal(await alert(page).count(), 0);
  },

  async "limits and lost answers are shown"({ page }) {
    const route = `${rondoUrl}/api/tasks/*/complete`;
    const sleep = page.getByRole("checkbox", { name: "Sleep" });
    await page.route(route, refuse(429, { detail: "Too many" }, { "Retry-After": "90" }), { times: 1 });
    await sleep.click();
    await alert(page).getByText("Try again in 2 minutes").waitFor();
    await page.route(route, (route) => route.abort(), { times: 1 });
    await sleep.click();
    await alert(page).getByText(`No answer from ${rondoUrl}`).waitFor();
    assert.equal(await sleep.isChecked(), false);
  },

  async "signs out, and the list is gone"({ page }) {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.getByText("Buy milk").count(), 0);
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  },

  async "signs in again, and the list is back"({ page }) {
    await signIn(page);
    await page.getByRole("checkbox", { name: "Sleep" }).waitFor();
    assert.deepEqual(await titles(page), ["Sleep", "Write to Charles", "Buy milk"]);
  },

  async "a session that has ended says so"({ page, context }) {
    await context.clearCookies();
    await page.route(`${rondoUrl}/api/tasks`, refuse(401, { detail: "Token expired" }), { times: 1 });
    await page.getByLabel("New task").fill("Too late");
    await page.getByRole("button", { name: "Add" }).click();
    await alert(page).getByText("Your session has ended").waitFor();
    await page.getByRole("button", { name: "Sign in again" }).click();
    await signIn(page);
    await page.getByRole("checkbox", { name: "Sleep" }).waitFor();
  },
};

async function signIn(page) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Next.js has an alert of its own, for screen readers; ours is in `main`. */
const alert = (page) => page.getByRole("main").getByRole("alert");

const titles = (page) => page.getByRole("listitem").locator("label").allInnerTexts();

const count = (requests, path) => requests.filter((request) => request.url() === rondoUrl + path).length;

/** An answer in Rondo's place, for what would take too long to bring about. */
const refuse = (status, body, headers = {}) => (route) => {
  if (route.request().method() === "OPTIONS") return route.fallback();
  const cors = { "Access-Control-Allow-Origin": appUrl, "Access-Control-Expose-Headers": "Retry-After" };
  return route.fulfill({ status, json: body, headers: { ...cors, ...headers } });
};

async function isUp(url) {
  return fetch(url).then(() => true, () => false);
}

/** Starts the app and waits until it answers. */
async function startApp() {
  if (await isUp(appUrl)) throw new Error(`${appUrl} is in use; stop what runs there`);
  if (!(await isUp(`${rondoUrl}/health`))) throw new Error(`Rondo does not answer on ${rondoUrl}; start it first`);
  const build = spawnSync(process.execPath, [next, "build"], { cwd, env, stdio: "inherit" });
  if (build.status !== 0) throw new Error("the app does not build");
  const app = spawn(process.execPath, [next, "start", "--hostname", "localhost", "--port", "3000"], { cwd, env, stdio: "inherit" });
  for (let tries = 0; !(await isUp(appUrl)); tries++) {
    if (tries > 150 || app.exitCode !== null) {
      app.kill();
      throw new Error("the app does not start");
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return app;
}

async function startBrowser() {
  const quiet = ["disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"];
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...quiet, "no-sandbox", "disable-component-update", "disable-sync"].map((flag) => `--${flag}`),
  });
}

async function run(browser) {
  const context = await browser.newContext({ viewport: { width: 760, height: 460 }, colorScheme: "light" });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const [requests, errors] = [[], []];
  page.on("request", (request) => requests.push(request));
  page.on("pageerror", (error) => errors.push(error));
  for (const [name, step] of Object.entries(steps)) {
    await step({ page, context, requests });
    assert.deepEqual(errors, [], "errors in the page");
    console.log(`ok: ${name}`);
  }
}

const app = await startApp();
try {
  const browser = await startBrowser();
  await run(browser).finally(() => browser.close());
  console.log(`${Object.keys(steps).length} passed, 0 failed`);
} finally {
  app.kill();
  await once(app, "exit");
}
