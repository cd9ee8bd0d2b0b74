/* Saves a section as it is typed. Words that could not be sent wait in this browser; without this script the form is
   posted as a whole and loses nothing either. The server decides about every answer. */

const WAIT_MS = 1200;
const RETRY_MS = 10000;
const PRESENCE_MS = 12000;

const form = document.querySelector("#answers");
const words = document.querySelector("#workspace-words").dataset;
const status = document.querySelector("#save-status");
const place = `unsent:${form.dataset.keep}:${form.dataset.section}`;
const answers = new Map([...form.querySelectorAll("[data-answer]")].map((each) => [each.dataset.answer, each]));
const saved = new Map(); // field → what the server has, as typed
const bases = new Map(); // field → version its words began with, where it is not that of the page
const questions = new Set();
let seen = Number(form.elements.seen.value);
let timer = 0;
let running = null;
let hasEnded = false;

const told = (text, part) => text.replace("{0}", part);

// ------------------------------------------------------------ reading and writing one answer
function controls(box) {
  return [...box.querySelectorAll("input, select, textarea")].filter((each) => each.name.startsWith("answer-"));
}

function rowsOf(box) {
  return [...box.querySelectorAll(".rows > .table-row")];
}

function column(control, id) {
  return control.name.slice(`answer-${id}-`.length).replace(/^\d+-/, "");
}

function read(id) {
  const box = answers.get(id);
  if (box.dataset.type === "yes_no") return box.querySelector("input:checked")?.value ?? "";
  if (box.dataset.type !== "table") return controls(box)[0].value;
  const rows = rowsOf(box).map((row) => Object.fromEntries(controls(row).map((each) => [column(each, id), each.value])));
  return rows.filter((row) => Object.values(row).some((text) => text.trim()));
}

function write(id, value) {
  const box = answers.get(id);
  if (box.dataset.type === "yes_no") {
    for (const each of controls(box)) each.checked = each.value === value;
  } else if (box.dataset.type === "table") {
    writeRows(box, id, value);
  } else {
    controls(box)[0].value = value;
  }
  showYuan(box);
}

function writeRows(box, id, rows) {
  for (const row of rowsOf(box)) row.remove();
  for (const values of [...rows, {}]) {
    const row = addRow(box, id);
    if (!row) return;
    for (const each of controls(row)) each.value = values[column(each, id)] ?? "";
  }
}

const text = (value) => JSON.stringify(value);
const isDirty = (id) => text(read(id)) !== saved.get(id);
const waiting = () => [...answers.keys()].filter((id) => isDirty(id) && !questions.has(id));

// ------------------------------------------------------------ words kept in this browser
function keep() {
  const unsent = [...answers.keys()].filter(isDirty);
  try {
    if (!unsent.length) return localStorage.removeItem(place);
    const kept = { at: new Date().toISOString(), answers: {}, bases: {} };
    for (const id of unsent) [kept.answers[id], kept.bases[id]] = [read(id), bases.get(id) ?? seen];
    localStorage.setItem(place, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing: the words are still on the page.
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return null;
  }
}

function forget() {
  try {
    localStorage.removeItem(place);
  } catch {
    // Nothing was kept.
  }
}

function offerKept() {
  const found = kept();
  const unsent = Object.entries(found?.answers ?? {}).filter(([id, value]) => answers.has(id) && text(value) !== saved.get(id));
  if (!unsent.length) return forget();
  const banner = document.createElement("div");
  banner.className = "alert alert-warning kept";
  banner.setAttribute("role", "alert");
  const line = document.createElement("p");
  line.textContent = told(words.kept, new Date(found.at).toLocaleString(document.documentElement.lang));
  const actions = document.createElement("div");
  actions.className = "actions";
  actions.append(
    button(words.send, () => {
      for (const [id, value] of unsent) {
        bases.set(id, Math.min(found.bases?.[id] ?? 0, seen));
        write(id, value);
      }
      banner.remove();
      save();
    }),
    button(words.discard, () => {
      forget();
      banner.remove();
    }),
  );
  const box = document.createElement("div");
  box.append(line, actions);
  banner.append(document.createElement("span"), box);
  form.prepend(banner);
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

// ------------------------------------------------------------ saving
function say(sentence, isTrouble = false, link = null) {
  status.replaceChildren(sentence, ...(link ? [" ", link] : []));
  status.classList.toggle("is-trouble", isTrouble);
}

function sayEnded() {
  hasEnded = true;
  const link = document.createElement("a");
  link.href = form.dataset.signIn;
  link.textContent = words.signIn;
  say(words.ended, true, link);
}

function later(wait = WAIT_MS) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

/** One request at a time; whoever calls meanwhile waits for the next. True when nothing is left to send. */
async function save() {
  clearTimeout(timer);
  while (running) await running;
  running = sendAll().finally(() => { running = null; });
  return running;
}

async function sendAll() {
  for (const ids of byBase(waiting())) {
    if (!(await send(ids))) return false;
  }
  keep();
  return waiting().length === 0 && questions.size === 0;
}

/** Answers that were begun at the same version go together. */
function byBase(ids) {
  const groups = new Map();
  for (const id of ids) {
    const base = bases.get(id) ?? seen;
    groups.set(base, [...(groups.get(base) ?? []), id]);
  }
  return [...groups.values()];
}

async function send(ids) {
  const base = ids.length ? bases.get(ids[0]) ?? seen : seen;
  const sent = Object.fromEntries(ids.map((id) => [id, read(id)]));
  if (ids.length) say(words.saving);
  const answer = await post(form.dataset.save, JSON.stringify({ seen: base, answers: sent }), "application/json");
  if (answer === null) return false;
  if (answer.message) {
    say(answer.message, true);
    return false;
  }
  take(answer, sent);
  return true;
}

async function post(address, body, type) {
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, Accept: "application/json" };
  if (type) headers["Content-Type"] = type;
  let response;
  try {
    response = await fetch(address, { method: "POST", headers, body, credentials: "same-origin" });
  } catch {
    say(words.offline, true);
    later(RETRY_MS);
    return null;
  }
  const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  if (response.status === 401 || response.redirected || (response.status === 403 && !isJson)) {
    sayEnded();
    return null;
  }
  if (!isJson) {
    say(words.offline, true);
    later(RETRY_MS);
    return null;
  }
  return response.json();
}

function take(answer, sent) {
  showOthers(answer);
  for (const [id, html] of Object.entries(answer.opened)) unlock(id, html);
  for (const [id, facts] of Object.entries(answer.saved)) {
    saved.set(id, text(sent[id]));
    bases.delete(id);
    form.elements[`was-${id}`].value = facts.was;
    showProblems(id, []);
  }
  for (const id of Object.keys(sent)) if (answer.problems[id]) showProblems(id, answer.problems[id]);
  for (const [id, facts] of Object.entries(answer.questions)) ask(id, facts, answer.version);
  document.querySelector("#missing-place").innerHTML = answer.missing_html;
  keep();
  const isTrouble = Object.keys(answer.problems).length > 0;
  if (Object.keys(sent).length) say(isTrouble ? words.refused : told(words.saved, answer.saved_at), isTrouble);
}

function showProblems(id, problems) {
  const box = answers.get(id);
  const note = box.querySelector(".errorlist");
  note.textContent = problems.join(" ");
  note.hidden = !problems.length;
  for (const each of controls(box)) {
    if (problems.length) each.setAttribute("aria-invalid", "true");
    else each.removeAttribute("aria-invalid");
  }
  const describes = box.matches("fieldset") ? box : controls(box)[0];
  const others = (describes.getAttribute("aria-describedby") ?? "").split(" ").filter((name) => name && name !== note.id);
  describes.setAttribute("aria-describedby", [...others, ...(problems.length ? [note.id] : [])].join(" "));
}

// ------------------------------------------------------------ somebody else's words
/** The page shows what it says it has seen; a field being typed in keeps the version its words began with. */
function showOthers(answer) {
  for (const id of answers.keys()) {
    if (isDirty(id) && !bases.has(id)) bases.set(id, seen);
  }
  for (const [id, facts] of Object.entries(answer.others)) {
    if (!answers.has(id) || isDirty(id)) continue;
    write(id, facts.value);
    saved.set(id, text(read(id)));
    bases.delete(id);
    form.elements[`was-${id}`].value = facts.was;
    note(id, words.updated);
  }
  seen = answer.version;
  form.elements.seen.value = seen;
}

function note(id, sentence) {
  const box = answers.get(id);
  const line = box.querySelector(".changed-by-other") ?? document.createElement("p");
  line.className = "changed-by-other";
  line.setAttribute("role", "status");
  line.textContent = sentence;
  box.querySelector(".question").before(line);
}

function ask(id, facts, version) {
  const place_ = answers.get(id).querySelector(".question");
  questions.add(id);
  place_.hidden = false;
  const sides = document.createElement("div");
  sides.className = "question-sides";
  const settle = () => {
    questions.delete(id);
    place_.hidden = true;
    place_.replaceChildren();
  };
  sides.append(
    side(words.theirs, facts.stored_shown, words.keepTheirs, () => {
      settle();
      write(id, facts.stored);
      saved.set(id, text(read(id)));
      bases.delete(id);
      form.elements[`was-${id}`].value = facts.was;
      keep();
      say("");
    }),
    side(words.mine, facts.sent_shown, words.takeMine, () => {
      settle();
      bases.set(id, version);
      save();
    }),
  );
  const line = document.createElement("p");
  line.textContent = words.asked;
  place_.replaceChildren(line, sides);
}

function side(title, shown, label, act) {
  const box = document.createElement("div");
  const heading = document.createElement("strong");
  heading.textContent = title;
  const quote = document.createElement("blockquote");
  quote.textContent = shown;
  box.append(heading, quote, button(label, act));
  return box;
}

// ------------------------------------------------------------ rows of tables
function addRow(box, id) {
  const rows = rowsOf(box);
  if (rows.length >= Number(box.dataset.most)) {
    say(words.full);
    return null;
  }
  const number = 1 + Math.max(-1, ...rows.map((row) => Number(row.dataset.number)));
  const row = document.createElement("div");
  row.className = "table-row";
  row.setAttribute("role", "group");
  row.append(box.querySelector("template").content.cloneNode(true));
  for (const name of ["name", "id", "for"]) {
    for (const each of row.querySelectorAll(`[${name}]`)) {
      for (const prefix of [`answer-${id}-`, `field-${id}-`]) {
        const value = each.getAttribute(name);
        if (value.startsWith(`${prefix}0-`)) each.setAttribute(name, prefix + number + value.slice(prefix.length + 1));
      }
    }
  }
  box.querySelector(".rows").append(row);
  prepareRow(box, row, number);
  return row;
}

function prepareRow(box, row, number) {
  row.dataset.number = number;
  const remove = button(words.removeRow, () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next ? controls(next)[0] : box.querySelector(".row-add")).focus();
    nameRows(box);
    later();
    keep();
  });
  remove.classList.add("row-remove", "btn-plain");
  row.append(remove);
  nameRows(box);
}

function nameRows(box) {
  rowsOf(box).forEach((row, number) => {
    row.setAttribute("aria-label", told(words.row, number + 1));
    row.querySelector(".row-remove")?.setAttribute("aria-label", `${words.removeRow}: ${told(words.row, number + 1)}`);
  });
}

function prepareTable(box, id) {
  rowsOf(box).forEach((row, number) => prepareRow(box, row, number));
  const blank = rowsOf(box).filter((row) => controls(row).every((each) => !each.value.trim()));
  for (const row of blank.slice(1)) row.remove();
  nameRows(box);
  const add = button(words.addRow, () => {
    const row = addRow(box, id);
    if (row) controls(row)[0].focus();
  });
  add.classList.add("row-add");
  box.querySelector(".rows").after(add);
}

// ------------------------------------------------------------ 万元 with yuan beneath
function yuan(typed) {
  const plain = typed.normalize("NFKC").trim();
  const match = /^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*?)0*)?$/.exec(plain);
  if (!match || (match[3] ?? "").length > 6) return "";
  const cents = BigInt(match[2].replaceAll(",", "")) * 1000000n + BigInt((match[3] ?? "").padEnd(6, "0"));
  const whole = (cents / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return "= " + told(words.yuan, `${match[1] === "-" ? "-" : ""}${whole}.${(cents % 100n).toString().padStart(2, "0")}`);
}

function showYuan(box) {
  for (const input of box.querySelectorAll("[data-money]")) {
    const output = input.parentElement.querySelector("[data-yuan]");
    output.textContent = input.value.trim() ? yuan(input.value) : "";
  }
}

// ------------------------------------------------------------ who else is here
async function meet() {
  if (document.hidden || hasEnded) return;
  const body = new FormData();
  body.append("section", form.dataset.section);
  const answer = await post(form.dataset.here, body);
  if (!answer || answer.message) return;
  const names = answer.others.map((each) => (each.section ? `${each.name}（${each.section}）` : each.name));
  const line = names.length ? told(words.others, names.join(" · ")) : "";
  const place_ = document.querySelector("#others-here");
  if (place_.textContent !== line) place_.textContent = line;
  if (answer.version > seen && !running) await send([]);
}

// ------------------------------------------------------------ the page
function prepare(id, box) {
  if (box.dataset.type === "table") prepareTable(box, id);
  showYuan(box);
  saved.set(id, text(read(id)));
}

/** During a correction an answer can open another one, which stands on the page to be read until then. */
function unlock(id, html) {
  const closed = document.getElementById(`field-${id}`);
  if (answers.has(id) || !closed) return;
  const drawn = document.createElement("template");
  drawn.innerHTML = html;
  const box = drawn.content.querySelector("[data-answer]");
  closed.replaceWith(box);
  answers.set(id, box);
  prepare(id, box);
}

for (const [id, box] of answers) prepare(id, box);

function changed(event) {
  const box = event.target.closest?.("[data-answer]");
  if (!box || !event.target.name?.startsWith("answer-")) return;
  showYuan(box);
  box.querySelector(".changed-by-other")?.remove();
  keep();
  if (!hasEnded) later(event.type === "change" ? 200 : WAIT_MS);
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
addEventListener("online", () => { if (!hasEnded) save(); });

form.addEventListener("submit", async (event) => {
  if (form.dataset.goes) return;
  event.preventDefault();
  const go = event.submitter?.value ?? "next";
  if (!(await save())) {
    form.querySelector("[aria-invalid=true], .question:not([hidden]) button")?.focus();
    return;
  }
  const goes = document.createElement("input");
  [goes.type, goes.name, goes.value] = ["hidden", "go", go];
  form.append(goes);
  form.dataset.goes = "yes";
  form.submit();
});

offerKept();
meet();
setInterval(meet, PRESENCE_MS);
