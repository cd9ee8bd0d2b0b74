/* After signing out: whatever pages this device kept for use without a network are gone. */
const line = document.getElementById("forgotten");

try {
  const names = window.caches ? await caches.keys() : [];
  await Promise.all(names.map((name) => caches.delete(name)));
  const workers = navigator.serviceWorker ? await navigator.serviceWorker.getRegistrations() : [];
  await Promise.all(workers.map((worker) => worker.unregister()));
  line.hidden = false;
} catch {
  document.getElementById("not-forgotten").hidden = false;
}
