// Leave this page: cover everything at once, end the sign-in, then go somewhere harmless.
// Without JavaScript the same button is a plain link (public pages) or a form that ends the sign-in (staff).

const PRESSES = 3;
const WITHIN_MS = 5000;
const way = document.querySelector("[data-leave]");

function cover() {
  // The cover comes first: nothing that follows may be waited for while words can still be read.
  document.documentElement.classList.add("is-leaving");
  const sheet = document.createElement("div");
  sheet.className = "leave-cover";
  document.body.append(sheet);
  document.title = "\u00a0";
  for (const icon of document.querySelectorAll("link[rel~=icon]")) icon.remove();
}

function endSignIn() {
  const token = way.querySelector("[name=csrfmiddlewaretoken]");
  if (!way.dataset.leavePost || !token) return;
  const body = new FormData();
  body.append("csrfmiddlewaretoken", token.value);
  navigator.sendBeacon(way.dataset.leavePost, body);
}

function forget() {
  // htmx notes the address of the page in the session store; we have no use for it and leave no trace.
  try {
    sessionStorage.clear();
  } catch {
    // A browser that refuses the store keeps nothing anyway.
  }
}

function leave() {
  cover();
  forget();
  endSignIn();
  for (const form of document.forms) form.reset();
  window.location.replace(way.dataset.leave);
}

function listenForShift() {
  const said = document.querySelector("[data-leave-said]");
  let presses = [];
  document.addEventListener("keydown", (event) => {
    // Shift alone, three times. Escape is left free: it already means other things to many people.
    if (event.key !== "Shift" || event.repeat) {
      if (event.key !== "Shift") presses = [];
      return;
    }
    const now = Date.now();
    presses = [...presses.filter((at) => now - at < WITHIN_MS), now];
    const left = PRESSES - presses.length;
    if (said) said.textContent = left > 0 ? `Shift ${presses.length}/${PRESSES}` : "";
    if (left <= 0) leave();
  });
}

if (way) {
  const press = way.matches("form") ? "submit" : "click";
  way.addEventListener(press, (event) => {
    event.preventDefault();
    leave();
  });
  listenForShift();
  // The Back button may bring a kept copy of the page: it stays covered until the server answers anew.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.documentElement.classList.contains("is-leaving")) window.location.reload();
  });
}
window.addEventListener("load", forget);
window.addEventListener("pagehide", forget);
document.documentElement.dataset.leaveReady = "yes";
