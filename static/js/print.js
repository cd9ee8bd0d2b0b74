"use strict";
// The print button, which shows only where it can work, and the day on paper for a page opened earlier.

for (const button of document.querySelectorAll(".print-button")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

window.addEventListener("beforeprint", () => {
  const now = new Date();
  const iso = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(now);
  const written = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "zh-CN", {
    dateStyle: "long",
    timeZone: "Asia/Shanghai",
  });
  for (const day of document.querySelectorAll(".printed-on")) {
    if (day.dateTime !== iso) {
      day.dateTime = iso;
      day.textContent = written.format(now);
    }
  }
});
