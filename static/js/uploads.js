/* Files are sent piece by piece as soon as they are chosen, a few at once. A lost connection is waited for, and the
   file goes on from where the server says it stands; chosen again after the page was left, it goes on as well. */
const AT_ONCE = 3;
const LONGEST_WAIT = 30_000;
const KEPT = "upload:";
const waiting = [];
let running = 0;

class Refused extends Error {}
class SignedOut extends Error {}

for (const form of document.querySelectorAll("[data-upload]")) prepare(form);

addEventListener("beforeunload", (event) => {
  if (running || waiting.length) event.preventDefault();
});

function prepare(form) {
  const input = form.querySelector("input[type=file]");
  form.classList.add("by-script");
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("change", () => {
    for (const file of input.files) enqueue(form, file);
    input.value = "";
  });
}

function enqueue(form, file) {
  const line = new Line(form, file);
  if (file.size > Number(form.dataset.largest)) {
    line.refuse(form.dataset.large);
    return;
  }
  waiting.push(line);
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    const line = waiting.shift();
    running += 1;
    send(line).finally(() => {
      running -= 1;
      next();
    });
  }
}

async function send(line) {
  try {
    await begin(line);
    await parts(line);
    line.say(line.words.checking);
    const { name, notes } = await ask(line, "POST", line.href);
    line.forget();
    await refresh(line.form);
    line.arrive(name, notes);
  } catch (error) {
    if (line.isStopped) return;
    line.forget();
    line.refuse(error instanceof Refused ? error.message : line.words.failed);
  }
}

async function begin(line) {
  const kept = line.kept();
  if (kept) {
    const answer = await insist(line, () => fetch(kept, options("GET")));
    if (answer.ok) {
      line.href = kept;
      line.received = (await answer.json()).received;
      return;
    }
  }
  const { name, size } = line.file;
  const begun = await ask(line, "POST", line.form.dataset.begin, JSON.stringify({ name, size }));
  line.href = begun.href;
  line.received = begun.received;
  line.partBytes = begun.part_bytes;
  line.keep();
}

async function parts(line) {
  while (line.received < line.file.size) {
    if (line.isStopped) throw new Refused();
    const part = line.file.slice(line.received, line.received + line.partBytes);
    line.received = (await ask(line, "PUT", line.href, part, { "Upload-Offset": line.received })).received;
    line.progress();
  }
}

/* One answer as JSON; a part that had arrived before is answered with where the upload stands. */
async function ask(line, method, href, body, headers = {}) {
  const answer = await insist(line, () => fetch(href, options(method, body, { ...headers, "X-CSRFToken": line.token() })));
  const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  if (answer.ok || (answer.status === 409 && method === "PUT")) return told;
  throw new Refused(told.detail ?? line.words.failed);
}

/* Try again after lost connections and while the server is down, and after the person has signed in again. */
async function insist(line, request) {
  let isRenewed = false;
  for (let wait = 1_000; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    if (line.isStopped) throw new Refused();
    try {
      const answer = await request();
      if (answer.type === "opaqueredirect" || answer.status === 401) throw new SignedOut();
      if (answer.status === 403 && !isRenewed) {
        isRenewed = await renew(line.form);
        if (isRenewed) continue;
      }
      if (answer.status < 500 || answer.status === 507) return answer;
      line.lose();
    } catch (error) {
      if (error instanceof SignedOut) {
        await line.askToGoOn(line.words.signedOut);
        isRenewed = await renew(line.form);
        continue;
      }
      line.lose();
    }
    await pause(wait);
  }
}

function options(method, body, headers) {
  return { method, body, headers, redirect: "manual", credentials: "same-origin" };
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done, { once: true });
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
  });
}

/* The page as the server shows it now; null when it cannot be had. */
async function pageAnew() {
  const answer = await fetch(location.pathname + location.search, options("GET")).catch(() => null);
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

/* Who signs in again gets another token against forgery. */
async function renew(form) {
  const fresh = (await pageAnew())?.querySelector("[name=csrfmiddlewaretoken]");
  if (fresh) form.querySelector("[name=csrfmiddlewaretoken]").value = fresh.value;
  return Boolean(fresh);
}

/* The files of this material and its mark, and what the page says is missing. */
async function refresh(form) {
  const anew = await pageAnew();
  const material = `#${form.closest("[data-material]").id}`;
  for (const part of [`${material} [data-state]`, `${material} [data-files]`, "#missing-place", "#moves", "nav.parts"]) {
    const [old, fresh] = [document, anew].map((page) => page?.querySelector(part));
    if (fresh) old?.replaceWith(fresh);
  }
}

class Line {
  constructor(form, file) {
    Object.assign(this, { form, file, words: form.dataset, received: 0, partBytes: 1 << 20, isStopped: false });
    this.told = form.querySelector("[data-told]");
    this.row = document.createElement("li");
    this.row.className = "file-line";
    const words = document.createElement("div");
    words.className = "file-words";
    this.name = paragraph("file-name", file.name);
    this.bar = document.createElement("progress");
    Object.assign(this.bar, { max: file.size || 1, value: 0 });
    this.bar.setAttribute("aria-label", file.name);
    this.said = paragraph("note file-said", form.dataset.waiting);
    words.append(this.name, this.bar, this.said);
    this.actions = document.createElement("div");
    this.actions.className = "file-actions";
    this.actions.append(button(form.dataset.stop, file.name, () => this.stop()));
    this.row.append(words, this.actions);
    form.querySelector("[data-queue]").append(this.row);
  }

  token() {
    return this.form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  say(text) {
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  progress() {
    this.bar.value = this.received;
    this.say(this.words.sending.replace("{percent}", Math.floor((100 * this.received) / this.file.size)));
  }

  lose() {
    if (this.said.textContent !== this.words.lost) this.announce(this.words.lost);
    this.say(this.words.lost);
  }

  announce(text) {
    this.told.textContent = text;
  }

  arrive(name, notes) {
    this.announce([this.words.done.replace("{name}", name), ...notes].join(" "));
    if (!notes.length) {
      this.row.remove();
      return;
    }
    this.bar.remove();
    this.say(notes.join(" "));
    this.dismissible();
  }

  refuse(text) {
    this.bar.remove();
    this.said.dataset.bad = "";
    this.say(text);
    this.announce(`${this.file.name}: ${text}`);
    this.dismissible();
  }

  dismissible() {
    this.actions.replaceChildren(button(this.words.dismiss, this.file.name, () => this.leave()));
  }

  stop() {
    this.isStopped = true;
    const place = waiting.indexOf(this);
    if (place >= 0) waiting.splice(place, 1);
    if (this.href) fetch(this.href, options("DELETE", null, { "X-CSRFToken": this.token() })).catch(() => null);
    this.goOn?.();
    this.forget();
    this.announce(this.words.stopped.replace("{name}", this.file.name));
    this.leave();
  }

  /* The focus goes to the field, since what held it goes away. */
  leave() {
    this.row.remove();
    this.form.querySelector("input[type=file]").focus();
  }

  askToGoOn(text) {
    this.say(text);
    this.announce(text);
    return new Promise((resolve) => {
      const again = button(this.words.goOn, this.file.name, () => this.goOn());
      this.goOn = () => {
        again.remove();
        this.goOn = null;
        resolve();
      };
      this.actions.prepend(again);
    });
  }

  key() {
    const { name, size, lastModified } = this.file;
    return `${KEPT}${this.form.dataset.begin}:${name}:${size}:${lastModified}`;
  }

  kept() {
    return sessionStorage.getItem(this.key());
  }

  keep() {
    sessionStorage.setItem(this.key(), this.href);
  }

  forget() {
    sessionStorage.removeItem(this.key());
  }
}

function paragraph(className, text) {
  const made = document.createElement("p");
  made.className = className;
  made.textContent = text;
  return made;
}

function button(text, name, act) {
  const made = document.createElement("button");
  const about = document.createElement("span");
  about.className = "visually-hidden";
  about.textContent = ` ${name}`;
  Object.assign(made, { type: "button", className: "btn-small" });
  made.append(text, about);
  made.addEventListener("click", act);
  return made;
}
