/* The record of a visit where the network comes and goes. What is typed waits in localStorage and photographs wait in
   IndexedDB until the bureau has answered for them; both carry keys, so that what is sent again arrives once. */
const LONGEST_WAIT = 30_000;
const form = document.getElementById("visit");
const words = form.dataset;
const line = document.getElementById("save-line");
const queue = document.getElementById("photo-queue");
const question = document.getElementById("question");
const photos = document.getElementById("photos");
const caption = document.getElementById("caption");
const KEPT = `visit:${words.visit}:${words.person}`;
const FIELDS = ["visited_on", "place", "met", "findings", "is_as_applied"];

class Refused extends Error {
  constructor(told) {
    super(told.detail ?? "");
    this.told = told;
  }
}
class SignedOut extends Error {}

const held = new Map(); // photographs of a browser that keeps nothing on the device
const store = await openStore();
let run = Promise.resolve();
let isRunning = false;
let isAskedFor = false;
let lastWait = 0;
let timer = 0;

takeUp();
form.addEventListener("input", (event) => {
  if (FIELDS.includes(event.target.name)) keepTyped();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  keepTyped();
  begin();
});
photos.addEventListener("change", async () => {
  for (const file of photos.files) await keepPhoto(file);
  photos.value = "";
  begin();
});
addEventListener("online", begin);
addEventListener("beforeunload", (event) => {
  if (!store && isRunning) event.preventDefault();
});
document.getElementById("visit-sign")?.addEventListener("submit", async (event) => {
  if (event.target.dataset.isClear) return;
  event.preventDefault();
  await begin();
  if (typed() || (await waiting()).length) return say(words.signFirst, true);
  event.target.dataset.isClear = "1";
  event.target.requestSubmit();
});
form.querySelector(".by-script").hidden = false;
if (!navigator.onLine) say(words.offline);
begin();
keepPage();

/* ------------------------------------------------ what waits */
function typed() {
  try {
    return JSON.parse(localStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function keepTyped() {
  const values = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
  try {
    localStorage.setItem(KEPT, JSON.stringify({ version: Number(form.elements.version.value), values }));
    say(words.waiting);
  } catch {
    say(words.noStore, true);
  }
  soon();
}

/* What was typed before the page was left; the version it was typed over stays with it. */
function takeUp() {
  const kept = typed();
  if (!kept) return;
  form.elements.version.value = kept.version;
  for (const name of FIELDS) form.elements[name].value = kept.values[name];
}

async function keepPhoto(file) {
  const photo = {
    key: crypto.randomUUID(),
    owner: KEPT,
    name: file.name,
    caption: caption.value,
    taken_at: file.lastModified ? new Date(file.lastModified).toISOString() : "",
    blob: file,
  };
  try {
    await request(table("readwrite").put(photo));
  } catch {
    say(words.noStore, true);
    held.set(photo.key, photo);
  }
  draw(photo);
}

async function waiting() {
  const kept = store ? await request(table("readonly").getAll()) : [];
  return [...kept.filter((photo) => photo.owner === KEPT), ...held.values()];
}

async function forget(key) {
  held.delete(key);
  if (store) await request(table("readwrite").delete(key));
  queue.querySelector(`[data-key="${key}"]`)?.remove();
}

/* The page itself, as it now stands at the bureau, for opening it without a network; see visit-worker.js. */
async function keepPage() {
  if (!navigator.serviceWorker || !navigator.onLine) return;
  try {
    await navigator.serviceWorker.register(words.worker);
    const { active } = await navigator.serviceWorker.ready;
    const parts = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
    active.postMessage({ files: [...parts].map((part) => part.href ?? part.src) });
  } catch {
    /* A browser that keeps no pages: all the rest works as before. */
  }
}

function openStore() {
  return new Promise((resolve) => {
    if (!window.indexedDB) return resolve(null);
    const opening = indexedDB.open("visits", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos", { keyPath: "key" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => resolve(null);
  });
}

function table(mode) {
  return store.transaction("photos", mode).objectStore("photos");
}

function request(asked) {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/* ------------------------------------------------ sending */
function soon(wait = 1_500) {
  clearTimeout(timer);
  timer = setTimeout(begin, wait);
}

/* One at a time; who asks meanwhile waits for the run after it. */
function begin() {
  clearTimeout(timer);
  if (isAskedFor) return run;
  isAskedFor = true;
  run = run.then(sendAll);
  return run;
}

async function sendAll() {
  isAskedFor = false;
  isRunning = true;
  try {
    for (const photo of await waiting()) draw(photo);
    await sendTyped();
    await sendPhotos();
    lastWait = 0;
  } catch (error) {
    if (error instanceof SignedOut) askToGoOn();
    else if (error instanceof Refused) say(error.message, true);
    else {
      say(words.waiting, true);
      lastWait = Math.min(Math.max(2 * lastWait, 2_000), LONGEST_WAIT);
      soon(lastWait);
    }
  } finally {
    isRunning = false;
  }
}

async function sendTyped() {
  const kept = typed();
  if (!kept || !question.hidden) return;
  say(words.sending);
  const body = new URLSearchParams({ ...kept.values, version: kept.version });
  try {
    const told = await ask(location.pathname, body);
    arrive(kept, told.version);
  } catch (error) {
    if (error instanceof Refused && error.told.code === "conflict") return askWhich(kept, error.told.stored);
    throw error;
  }
}

/* Whatever was typed while it was on its way waits for the next time, over the version just made. */
function arrive(sent, version) {
  form.elements.version.value = version;
  const now = typed();
  if (JSON.stringify(now?.values) === JSON.stringify(sent.values)) {
    localStorage.removeItem(KEPT);
    say(words.kept);
    keepPage();
  } else if (now) {
    localStorage.setItem(KEPT, JSON.stringify({ ...now, version }));
    soon();
  }
}

async function sendPhotos() {
  for (const photo of await waiting()) {
    if (queue.querySelector(`[data-key="${photo.key}"] .is-bad`)) continue;
    const body = new FormData();
    for (const name of ["key", "caption", "taken_at"]) body.append(name, photo[name]);
    body.append("photo", photo.blob, photo.name);
    try {
      const told = await ask(words.photos, body);
      await forget(photo.key);
      show(told);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      draw(photo, error.message);
    }
  }
}

async function ask(href, body) {
  for (let isRenewed = false; ; isRenewed = true) {
    const token = form.elements.csrfmiddlewaretoken.value;
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const answer = await fetch(href, { method: "POST", body, headers, redirect: "manual", credentials: "same-origin" });
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new SignedOut();
    if (answer.status === 403 && !isRenewed && (await renew())) continue;
    if (answer.status >= 500) throw new Error(answer.statusText);
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok) return told;
    if (answer.status === 403 || answer.status === 404) throw new SignedOut();
    throw new Refused(told);
  }
}

/* Who signs in again gets another token against forgery. */
async function renew() {
  const answer = await fetch(location.pathname, { redirect: "manual", credentials: "same-origin" });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#visit [name=csrfmiddlewaretoken]");
  if (!fresh) return false;
  form.elements.csrfmiddlewaretoken.value = fresh.value;
  return true;
}

/* ------------------------------------------------ what is seen */
function say(text, isTrouble = false) {
  line.textContent = text;
  line.classList.toggle("is-trouble", isTrouble);
}

function askToGoOn() {
  say(words.signedOut, true);
  const again = button(words.again, () => begin());
  line.append(" ", again);
}

function askWhich(kept, stored) {
  question.replaceChildren();
  for (const name of FIELDS) {
    if (stored[name] === kept.values[name]) continue;
    const label = document.createElement("strong");
    label.textContent = form.querySelector(`label[for=${form.elements[name].id}]`).textContent.trim();
    const theirs = document.createElement("blockquote");
    theirs.textContent = stored[name] || "—";
    question.append(label, theirs);
  }
  const mine = button(words.mine, () => choose(() => (form.elements.version.value = stored.version)));
  const theirs = button(words.theirs, () =>
    choose(() => {
      for (const name of FIELDS) form.elements[name].value = stored[name];
      form.elements.version.value = stored.version;
    }),
  );
  question.append(mine, " ", theirs);
  question.hidden = false;
  say("");
}

function choose(change) {
  question.hidden = true;
  change();
  keepTyped();
  begin();
}

function draw(photo, trouble = "") {
  const known = queue.querySelector(`[data-key="${photo.key}"]`);
  if (known && !trouble) return;
  known?.remove();
  const row = document.createElement("li");
  row.dataset.key = photo.key;
  const name = document.createElement("span");
  name.textContent = trouble ? `${photo.name}: ${trouble}` : photo.name;
  name.classList.toggle("is-bad", Boolean(trouble));
  row.append(name, button(words.remove, () => forget(photo.key)));
  queue.append(row);
}

function show(told) {
  const list = document.getElementById("visit-photos");
  if (list.querySelector(`[data-key="${told.key}"]`)) return;
  const picture = Object.assign(document.createElement("img"), { src: told.href, alt: told.caption });
  const figure = document.createElement("figure");
  const link = Object.assign(document.createElement("a"), { href: told.href });
  link.append(picture);
  const caption = document.createElement("figcaption");
  caption.textContent = told.caption;
  figure.append(link, caption);
  const row = document.createElement("li");
  row.dataset.key = told.key;
  row.append(figure);
  list.append(row);
}

function button(text, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-small" });
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
