/* Names for the search fields that Select2 draws: it leaves them without the label of the field they stand for. */
"use strict";

function nameSearchFields() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const drawn = select.nextElementSibling;
    const label = document.querySelector(`label[for="${select.id}"]`);
    if (!drawn || !label || !drawn.classList.contains("select2-container")) continue;
    const name = label.textContent.trim().replace(/[:：]$/, "");
    for (const part of drawn.querySelectorAll("[role=combobox], [role=textbox], input")) {
      if (part.getAttribute("aria-label") !== name) part.setAttribute("aria-label", name);
    }
    for (const list of drawn.querySelectorAll("ul.select2-selection__rendered:not([role])")) {
      list.setAttribute("role", "presentation");
    }
  }
}

new MutationObserver(nameSearchFields).observe(document.body, { childList: true, subtree: true });
nameSearchFields();
