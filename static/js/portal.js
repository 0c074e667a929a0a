// Makes the portal quicker and kinder; every page works without it. No eval, no inline handlers (strict CSP).
"use strict";

(() => {
  const say = (sentence) => {
    const region = document.getElementById("messages");
    if (!region || !sentence) return;
    const line = document.createElement("p");
    line.className = "message error";
    line.textContent = sentence;
    region.replaceChildren(line);
    line.scrollIntoView({ block: "nearest" });
  };
  const text = (name) => document.body.dataset[`text${name}`];

  // --- What went wrong under htmx is told in a sentence; what was typed stays where it is.
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (event.detail.elt.matches?.("form[data-autosave]")) return; // it tries again, see below
    if (xhr.status === 403) say(xhr.responseText.includes('id="csrf"') ? text("Expired") : text("Refused"));
    else if (xhr.status === 404 || xhr.status === 410) say(text("Gone"));
    else say(text("Failed"));
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (!event.detail.elt?.matches?.("form[data-autosave]")) say(text("Offline"));
    });
  }

  // --- After a swap: to the first error, or to what the new piece asks focus for.
  document.addEventListener("htmx:afterSettle", (event) => {
    const piece = event.detail.elt;
    const summary = piece.matches?.(".errors") ? piece : piece.querySelector?.(".errors");
    (summary ?? piece.querySelector?.("[data-focus]"))?.focus();
  });
  document.querySelector(".errors, [data-focus]")?.focus();
  // A fragment in the address of a form is for who has no script: going to it takes focus away from what is above.
  for (const form of document.querySelectorAll("form[action*='#']")) form.action = form.getAttribute("action").split("#")[0];

  // --- What somebody types is kept as a draft while typing: <form data-autosave hx-post=…>. When that fails the text
  // stays, the page says why, and it tries again by itself; after signing in elsewhere too, with a new form token.
  const afterSaving = new Map();
  const beingSaved = new WeakMap();
  const RETRY = 8000;
  const trouble = (form, sentence, link) => {
    const line = form.querySelector(".draft-state p");
    if (!line) return say(sentence);
    line.className = "problem";
    line.textContent = sentence;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.target = "_blank";
      anchor.rel = "noopener";
      anchor.textContent = text("Signin");
      line.append(" ", anchor);
    }
  };
  const reason = (xhr) => new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-why]")?.textContent;
  const renewToken = async () => {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok || new URL(answer.url).pathname !== location.pathname) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.body.setAttribute("hx-headers", fresh.body.getAttribute("hx-headers"));
    const token = fresh.querySelector("input[name='csrfmiddlewaretoken']")?.value;
    if (token) for (const field of document.querySelectorAll("input[name='csrfmiddlewaretoken']")) field.value = token;
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form[data-autosave]")) return;
    delete form.dataset.saving;
    const { xhr } = event.detail;
    if (event.detail.successful) opened.set(form, beingSaved.get(form));
    const submitter = afterSaving.get(form);
    afterSaving.delete(form);
    if (xhr.status) delete form.dataset.unreachable;
    else form.dataset.unreachable = "1";
    if (submitter !== undefined && xhr.status) {
      form.requestSubmit(submitter);
      return;
    }
    if (event.detail.successful || xhr.status === 422) return;
    if (xhr.status === 404 || xhr.status === 410) return trouble(form, text("Gone"));
    const expired = xhr.status === 403 && xhr.responseText.includes('id="csrf"');
    if (xhr.status === 403 && !expired) trouble(form, reason(xhr) ?? text("Refused")); // chosen otherwise in a tab beside it
    else if (xhr.status === 401 || expired) trouble(form, text("Session"), document.body.dataset.signin);
    else trouble(form, xhr.status ? text("Failed") : text("Offline"));
    setTimeout(async () => {
      if (expired || xhr.status === 401) await renewToken().catch(() => {});
      if (document.contains(form)) htmx.trigger(form, "change");
    }, RETRY);
  });

  // --- One press is one change: a second press while the first is under way does nothing.
  const busy = new Set();
  const release = () => {
    for (const button of busy) button.removeAttribute("aria-disabled");
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    busy.clear();
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return; // htmx has taken it
    if (form.dataset.saving) {
      // A draft is on its way: send only what comes after it, or one would collide with oneself.
      event.preventDefault();
      afterSaving.set(form, event.submitter);
      return;
    }
    if (form.matches("[data-autosave]") && (form.dataset.unreachable || !navigator.onLine)) {
      // Sent now, the page would make way for the browser's own, and take what was typed along: ask with a draft first.
      event.preventDefault();
      afterSaving.set(form, event.submitter);
      htmx.trigger(form, "change");
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button) {
      button.setAttribute("aria-disabled", "true"); // not `disabled`: its value has to be sent
      busy.add(button);
    }
    setTimeout(release, 15000); // an answer that is a file leaves the page standing
  });
  window.addEventListener("pageshow", release); // also when the back button brings the page out of memory
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form") || event.detail.requestConfig.verb !== "post") return;
    if (form.matches("[data-autosave]")) {
      if (form.dataset.sent) event.preventDefault(); // the whole form is under way
      else {
        form.dataset.saving = "1";
        beingSaved.set(form, state(form));
      }
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.dataset && !event.detail.elt.matches("[data-autosave]")) delete event.detail.elt.dataset.sent;
  });

  // --- What was typed is not left behind by accident: <form data-guard>.
  // What rides along (the version, what a field held) changes with every save of a draft and was typed by nobody.
  const typed = ([name, value]) => typeof value === "string" && name !== "version" && !name.startsWith("initial-");
  const state = (form) => new URLSearchParams([...new FormData(form)].filter(typed)).toString();
  const opened = new WeakMap();
  const watch = (root) => {
    for (const form of root.querySelectorAll?.("form[data-guard]") ?? []) {
      // A form that came back with errors holds unsaved text from the start.
      if (!opened.has(form)) opened.set(form, form.querySelector("[aria-invalid='true'], .errors") ? "" : state(form));
    }
  };
  watch(document);
  document.addEventListener("htmx:load", (event) => watch(event.detail.elt.parentElement ?? document));
  window.addEventListener("beforeunload", (event) => {
    const left = [...document.querySelectorAll("form[data-guard]")].some(
      (form) => !form.dataset.sent && opened.has(form) && opened.get(form) !== state(form),
    );
    if (left) event.preventDefault();
  });

  // --- Menus close with Escape or a press elsewhere; focus goes back to where they were opened.
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // --- A choice in a filter shows its results at once: <form data-autosubmit>; the button stays for who wants it.
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-autosubmit]");
    if (form && event.target.matches("select, input[type='checkbox'], input[type='radio']")) form.requestSubmit();
  });
})();
