// Shows the passkey parts where the browser knows passkeys, and says in words when one did not work.
// The ceremony itself is done by the sign-in library's own script.

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-needs-js]")) part.hidden = false;
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const said of document.querySelectorAll("[data-passkey-error]")) said.hidden = false;
});
