// A little work against floods: find a number whose hash begins with enough zero bits. The page works without it;
// reports without the work go through a narrower lane.

const form = document.querySelector("form[data-work]");
const PATIENCE_MS = 30000;
const STEP = 256;

function zeros(hash) {
  let count = 0;
  for (const byte of hash) {
    if (byte === 0) {
      count += 8;
      continue;
    }
    return count + Math.clz32(byte) - 24;
  }
  return count;
}

async function solve(work, bits) {
  const encoder = new TextEncoder();
  const until = Date.now() + PATIENCE_MS;
  for (let first = 0; Date.now() < until; first += STEP) {
    const tries = Array.from({ length: STEP }, (_, n) => String(first + n));
    const hashes = await Promise.all(
      tries.map((nonce) => crypto.subtle.digest("SHA-256", encoder.encode(`${work}:${nonce}`))),
    );
    const found = hashes.findIndex((hash) => zeros(new Uint8Array(hash)) >= bits);
    if (found >= 0) return tries[found];
  }
  return "";
}

function begin() {
  const [work, , bits] = form.dataset.work.split(".");
  const said = document.querySelector("[data-work-said]");
  let isReady = false;
  let waiting = null;
  form.addEventListener("submit", (event) => {
    const sends = event.submitter?.value === "send";
    if (isReady || !sends) return;
    event.preventDefault();
    waiting = event.submitter;
    said.textContent = said.dataset.busy;
  });
  solve(work, Number(bits))
    .catch(() => "")
    .then((nonce) => {
      form.elements.nonce.value = nonce;
      isReady = true;
      document.documentElement.dataset.workDone = nonce ? "yes" : "no";
      if (waiting) form.requestSubmit(waiting);
    });
}

// Without a secure context there is no crypto.subtle: the report then goes the slower way, as without JavaScript.
if (form && form.dataset.work && globalThis.crypto?.subtle) begin();
