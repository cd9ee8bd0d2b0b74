/* The total and the band that is reached, as one types; the server counts for itself. Leaving with changes is asked. */
const form = document.getElementById("score-sheet");
const total = form.querySelector("[data-total]");
const inputs = [...form.querySelectorAll("[data-most]")];
let isChanged = false;

form.addEventListener("input", () => {
  isChanged = true;
  show();
});
form.addEventListener("submit", () => (isChanged = false));
addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});
show();

/* Hundredths, so that nothing is lost to binary fractions; null for what is no number of points. */
function hundredths(input) {
  const found = /^(\d{1,4})(?:\.(\d{1,2}))?$/.exec(input.value.trim());
  if (!found) return null;
  const points = Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
  return points <= Number(input.dataset.most) * 100 ? points : null;
}

function show() {
  let sum = 0;
  for (const input of inputs) {
    const points = hundredths(input);
    sum += points ?? 0;
    const bands = [...input.closest(".score-item").querySelectorAll(".band")];
    const reached = points === null ? undefined : bands.find((band) => points >= Number(band.dataset.least) * 100);
    for (const band of bands) band.classList.toggle("is-reached", band === reached);
  }
  total.value = `${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, "0")}`;
}
