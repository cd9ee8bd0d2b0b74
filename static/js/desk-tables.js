/* Tables wider than the window scroll in a place of their own, which then has a name and can be reached by keyboard. */
"use strict";

function nameOf(place) {
  const titled = place.closest("section[aria-labelledby]");
  const heading = titled ? document.getElementById(titled.getAttribute("aria-labelledby")) : document.querySelector("h1");
  return heading ? heading.textContent.trim().replace(/\s+/g, " ") : "";
}

function openScrollers() {
  for (const place of document.querySelectorAll(".desk-scroll, #changelist .results")) {
    if (place.hasAttribute("tabindex") || place.scrollWidth <= place.clientWidth) continue;
    place.tabIndex = 0;
    place.setAttribute("role", place.closest("section[aria-labelledby]") ? "group" : "region"); // no second landmark
    place.setAttribute("aria-label", place.dataset.name || nameOf(place));
  }
}

for (const details of document.querySelectorAll("details")) details.addEventListener("toggle", openScrollers);
window.addEventListener("resize", openScrollers);
openScrollers();
