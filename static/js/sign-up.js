/* Solves the challenge in a worker while the form is filled in; a form sent earlier waits for the solution. */
for (const place of document.querySelectorAll(".proof-of-work")) {
  const { challenge, worker: address, working, done, failed } = place.dataset;
  const [field, status] = [place.querySelector("input"), place.querySelector("[role=status]")];
  const form = place.closest("form");
  const worker = new Worker(address);
  let isWanted = false;

  status.textContent = working;
  form.addEventListener("submit", (event) => {
    if (field.value) return;
    event.preventDefault();
    isWanted = true;
  });

  worker.addEventListener("message", ({ data: solution }) => {
    worker.terminate();
    if (!solution || solution.error) {
      status.textContent = failed;
      return;
    }
    field.value = btoa(JSON.stringify({ challenge: JSON.parse(challenge), solution }));
    status.textContent = done;
    if (isWanted) form.requestSubmit();
  });
  worker.addEventListener("error", () => { status.textContent = failed; });
  worker.postMessage({ type: "work", challenge: JSON.parse(challenge), counterStart: 0, counterStep: 1 });
}
