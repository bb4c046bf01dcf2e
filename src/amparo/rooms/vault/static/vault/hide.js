// A name or a place that is left on a screen goes away by itself: back to the file, which shows none.
// Anything the person does starts the time again. Without JavaScript the page keeps its "Hide" link.

class AmparoHide extends HTMLElement {
  #timer = 0;
  #events = ["keydown", "pointerdown", "scroll"];

  connectedCallback() {
    for (const name of this.#events) document.addEventListener(name, this.#again, { passive: true });
    // Coming back with the browser's button must not bring the page back from memory.
    window.addEventListener("pagehide", this.#cover);
    this.#again();
  }

  disconnectedCallback() {
    for (const name of this.#events) document.removeEventListener(name, this.#again);
    window.removeEventListener("pagehide", this.#cover);
    clearTimeout(this.#timer);
  }

  #again = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#hide, Number(this.getAttribute("after")) * 1000);
  };

  #cover = () => this.replaceChildren();

  #hide = () => {
    this.#cover();
    window.location.replace(this.getAttribute("to"));
  };
}

customElements.define("amparo-hide", AmparoHide);
