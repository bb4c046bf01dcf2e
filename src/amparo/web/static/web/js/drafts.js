// Saves what is being written as a sealed draft on the server. Nothing is ever kept on the device.
//   <form data-draft="/drafts/…/"> … <p data-draft-said data-saved="Saved" data-failed="Not saved yet"></p>

const WAIT_MS = 2000;
const SKIP = new Set(["csrfmiddlewaretoken", "key"]);

function bodyOf(form) {
  const body = new FormData();
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  if (token) body.append("csrfmiddlewaretoken", token.value);
  for (const [name, value] of new FormData(form)) {
    if (!SKIP.has(name) && typeof value === "string") body.append(name, value);
  }
  return body;
}

function keepDraft(form) {
  const said = form.querySelector("[data-draft-said]");
  let timer;
  let isSending = false;
  let isDirty = false;
  let hasFailed = false;

  const tell = (text, state) => {
    if (said) said.textContent = text || "";
    form.dataset.draftState = state;
  };

  async function save() {
    if (isSending || !isDirty) return;
    isSending = true;
    isDirty = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: bodyOf(form), credentials: "same-origin", redirect: "error",
        headers: { "X-Requested-With": "fetch" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      hasFailed = false;
      tell(said?.dataset.saved, "saved");
    } catch {
      isDirty = true;
      hasFailed = true;
      tell(said?.dataset.failed, "failed");
    }
    isSending = false;
    // Typed while sending, or the network was away: try again, more slowly after a failure.
    if (isDirty) timer = setTimeout(save, hasFailed ? 10 * WAIT_MS : WAIT_MS);
  }

  const later = () => {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, WAIT_MS);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    isDirty = false; // else leaving the page would save once more what was just sent
  });
  document.addEventListener("visibilitychange", () => {
    // A phone that is put away may never wake this page again.
    if (document.visibilityState === "hidden" && isDirty) navigator.sendBeacon(form.dataset.draft, bodyOf(form));
  });
  window.addEventListener("online", save);
}

document.querySelectorAll("form[data-draft]").forEach(keepDraft);
