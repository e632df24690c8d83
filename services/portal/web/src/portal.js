import "./fonts.css";
import "./base.css";
import "./frame.css";
import "./parts.css";
import "./print.css";
import "htmx.org";

const LIVE = "live";
const POLLS_UNTIL_CUT_OFF = 3;

// Pickers and the menu are <details>: one open at a time, closed by Escape and by leaving.
const open = () => document.querySelectorAll("details.picker[open]");
document.addEventListener("click", (event) => {
  for (const picker of open()) if (!picker.contains(event.target)) picker.open = false;
});
document.addEventListener("focusin", (event) => {
  for (const picker of open()) if (!picker.contains(event.target)) picker.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const picker of open()) {
    picker.open = false;
    picker.querySelector("summary").focus();
  }
});

// Buttons that need this script are shown once it runs, whatever is morphed into the page later.
document.documentElement.classList.add("scripted");
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-does]");
  if (!button) return;
  if (button.dataset.does === "print") window.print();
  if (button.dataset.does === "show") {
    const field = document.getElementById(button.getAttribute("aria-controls"));
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    field.focus();
  }
  if (button.dataset.does === "copy") {
    const link = new URL(button.dataset.text, location.href).href;
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(link);
      button.textContent = button.dataset.done;
    } else {
      window.prompt(button.textContent, link); // without https a page may not write to the clipboard
    }
  }
});

// Live pages ask every two seconds with the position they show; an unchanged one costs a 304.
let tag = document.querySelector("main")?.dataset.tag;
let failures = 0;
const isPoll = (ctx) => ctx.sourceElement.id === LIVE;
const cutOff = (cut) => {
  const line = document.getElementById("cut-off");
  if (line) line.hidden = !cut;
};
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (!isPoll(ctx)) return;
  if (document.hidden) {
    event.preventDefault();
    return;
  }
  ctx.request.headers["Ketnap-Live"] = "1";
  if (tag) ctx.request.headers["If-None-Match"] = tag;
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status === 401) location.reload();
  tag = ctx.response.headers.get("ETag") ?? tag;
  if (!isPoll(ctx)) return;
  failures = ctx.response.status < 500 ? 0 : failures + 1;
  cutOff(failures >= POLLS_UNTIL_CUT_OFF);
});
document.addEventListener("htmx:error", (event) => {
  if (!event.detail.ctx || !isPoll(event.detail.ctx)) return;
  failures += 1;
  cutOff(failures >= POLLS_UNTIL_CUT_OFF);
});
