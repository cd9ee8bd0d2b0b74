/* Shortcuts of the desk: rows, search, the queue. Silent while somebody types; the dialog lists them and turns them off. */
"use strict";

(() => {
  const dialog = document.getElementById("desk-keys");
  if (!dialog || !dialog.showModal) return;
  const open = document.getElementById("desk-keys-open");
  const isOn = document.getElementById("desk-keys-on");
  const said = document.getElementById("desk-keys-said");
  const STORED = "desk-keys";
  let waitsForPlace = false;

  const remembered = () => {
    try {
      return localStorage.getItem(STORED) !== "off";
    } catch {
      return true;
    }
  };
  const remember = () => {
    try {
      localStorage.setItem(STORED, isOn.checked ? "on" : "off");
    } catch {
      /* then it holds for this page alone */
    }
  };

  const isTyping = (element) =>
    element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button])");

  const rows = () =>
    [...document.querySelectorAll("#result_list tbody tr, tr[data-row]")].filter((row) => row.querySelector("a[href]"));

  function step(by) {
    const all = rows();
    if (!all.length) return false;
    const here = all.findIndex((row) => row.contains(document.activeElement));
    const there = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
    const link = all[there].querySelector("th a[href], td a[href]");
    link.focus();
    link.scrollIntoView({ block: "nearest" });
    said.textContent = dialog.dataset.row.replace("{row}", there + 1).replace("{rows}", all.length);
    return true;
  }

  function search() {
    const field = document.getElementById("searchbar") || document.getElementById("desk-find");
    if (!field) return false;
    field.focus();
    field.select();
    return true;
  }

  function go(address) {
    if (!address) return false;
    location.assign(address);
    return true;
  }

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    "/": search,
    "?": () => {
      dialog.showModal();
      return true;
    },
    g: () => {
      waitsForPlace = true;
      return true;
    },
  };
  const PLACES = { q: () => go(dialog.dataset.queue), h: () => go(dialog.dataset.home) };

  document.addEventListener("keydown", (event) => {
    if (!isOn.checked || dialog.open || event.defaultPrevented) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isTyping(event.target)) return;
    const known = waitsForPlace ? PLACES : KEYS;
    if (event.key !== "Shift") waitsForPlace = false;
    const act = Object.hasOwn(known, event.key) ? known[event.key] : null;
    if (act && act()) event.preventDefault();
  });

  isOn.checked = remembered();
  isOn.addEventListener("change", remember);
  open.hidden = false;
  open.addEventListener("click", () => dialog.showModal());
})();
