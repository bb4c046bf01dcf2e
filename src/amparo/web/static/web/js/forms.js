// What makes forms kinder: focus on the error summary, characters left, one press sends once.

function focusSummary(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    (target.closest(".field") || target).scrollIntoView();
    target.focus({ preventScroll: true });
  });
}

function countCharacters(box) {
  const said = document.getElementById(`${box.id}_count`);
  if (!said) return;
  const max = Number(box.dataset.count);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  let spoken;
  const show = () => {
    // Counted as the server counts: characters, with a line break as one.
    const left = max - [...box.value.replace(/\r\n?/g, "\n")].length;
    const text = left >= 0
      ? said.dataset.countText.replace("{left}", number.format(left))
      : said.dataset.overText.replace("{over}", number.format(-left));
    said.textContent = text;
    said.classList.toggle("is-over", left < 0);
    clearTimeout(spoken);
    // Read out only after a pause, or a screen reader would speak at every key.
    spoken = setTimeout(() => said.setAttribute("aria-live", "polite"), 1000);
    said.removeAttribute("aria-live");
  };
  box.addEventListener("input", show);
  show();
}

function sendOnce(form) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) {
      event.preventDefault();
      return;
    }
    isSent = true;
    const button = event.submitter || form.querySelector("[type=submit]");
    // aria-disabled, not disabled: a disabled button loses its name and value from the post.
    if (button) button.setAttribute("aria-disabled", "true");
  });
  // Coming back by the Back button must not leave a dead form.
  window.addEventListener("pageshow", () => {
    isSent = false;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  });
}

function printOnPress(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

export function prepare(root) {
  focusSummary(root);
  root.querySelectorAll("textarea[data-count]").forEach(countCharacters);
  root.querySelectorAll("form[data-once]").forEach(sendOnce);
  root.querySelectorAll("[data-print]").forEach(printOnPress);
}

prepare(document);
document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
