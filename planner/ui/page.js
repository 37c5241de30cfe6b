// What Streamlit leaves to nobody: the language of the page, its own English words, and news for those who listen.
// Called on every run of the app; the page stays the same, so the observer is made once.
window.plannerPage = window.plannerPage || (function () {
  "use strict";
  const NAMES = ["aria-label", "title", "placeholder"];
  // Only where Streamlit itself writes: what stands in data is never touched.
  const PLACES = "[data-testid=stTooltipContent], [data-testid=stTooltipErrorContent], [data-testid=stDataFrameColumnMenu], "
    + "[data-testid=stMainMenuPopover], [data-testid=stMainMenuList], [role=menu], [data-testid=stDataFrameColumnVisibilityMenu], "
    + "[data-testid=InputInstructions], [data-testid=stSelectboxVirtualDropdownEmpty], [data-testid=stMultiSelectDropdownEmpty], "
    + "a[href='#stMain'], [role=listbox], [data-testid=stDialog], [data-testid=stStatusWidget]";
  // What a page finds: sentences, single numbers, what is put into words for the ear, what is being waited for.
  // Small print is left out: how long a study has been at work stands there, and would be told twice a second.
  const NEWS = "[data-announce], [class*='st-key-announce'], "
    + "[data-testid=stMain] [data-testid=stMarkdown]:not(:has([data-testid=stCaptionContainer])), "
    + "[data-testid=stMain] [data-testid=stMetric], [data-testid=stMain] [data-testid=stSpinner]";
  const LONGEST = 900;
  let words = {}, starts = [], glyphs = {}, box = null, waiting = 0, arriving = 0, answered = "";
  let before = new Set();

  function translated(text) {
    const known = words[text];
    if (known) { return known; }
    const start = starts.find(([english]) => text.startsWith(english));
    return start ? start[1] + text.slice(start[0].length) : null;
  }

  function name(element) {
    for (const attribute of NAMES) {
      const text = element.getAttribute(attribute), other = text ? translated(text) : null;
      if (other && other !== text) { element.setAttribute(attribute, other); }
    }
  }

  // A sign says nothing to a reading voice.
  function spell(button) {
    const sign = glyphs[button.textContent.trim()];
    if (sign && button.getAttribute("aria-label") !== sign) { button.setAttribute("aria-label", sign); }
  }

  function write(place) {
    const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const other = translated(walk.currentNode.data.trim());
      if (other && other !== walk.currentNode.data) { walk.currentNode.data = other; }
    }
  }

  function look(root) {
    if (root.nodeType === Node.TEXT_NODE) { root = root.parentElement; }
    if (!root || root.nodeType !== Node.ELEMENT_NODE) { return; }
    name(root);
    root.querySelectorAll("[aria-label], [title], [placeholder]").forEach(name);
    root.querySelectorAll("button").forEach(spell);
    const inside = root.closest(PLACES);
    if (inside) { write(root); } else { root.querySelectorAll(PLACES).forEach(write); }
  }

  // A live region has to be there before what it tells; what is new on the page is told in it a moment after it has come.
  function tell() {
    waiting = 0;
    const now = new Set(), news = [];
    document.querySelectorAll(NEWS).forEach((element) => {
      const text = element.innerText.replace(/\s+/g, " ").trim();
      if (text && !before.has(text) && !now.has(text)) { news.push(text); }
      now.add(text);
    });
    before = now;
    if (news.length) { box.textContent = news.join(" ").slice(0, LONGEST); }
  }

  // Where a page stacks what else stands side by side, the card that a click on the map asks for comes below the edge of the
  // screen: its head is brought into sight, once for each click.
  function bring() {
    arriving = 0;
    const card = document.querySelector("[data-answer]");
    if (!card || card.dataset.answer === answered) { return; }
    answered = card.dataset.answer;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    (card.querySelector("h2") || card).scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  // A button that goes out of use drops the focus, and the next Tab would begin at the top of the page: the one beside it
  // takes the focus, as Redo does of Undo when nothing is left to undo.
  function dropped(event) {
    const gone = event.target, row = gone.disabled && gone.closest("[data-testid=stHorizontalBlock]");
    if (!row) { return; }
    // What stands beside it may come into use a moment later; Streamlit has a hidden twin of each button that has a tip.
    setTimeout(() => {
      const all = Array.from(row.querySelectorAll("button")), at = all.indexOf(gone);
      const order = [...all.slice(at + 1), ...all.slice(0, at).reverse()];
      const beside = order.find((button) => !button.disabled && button.getClientRects().length);
      if (beside && document.activeElement === document.body) { beside.focus({ preventScroll: true }); }
    }, 150);
  }

  function changed(records) {
    for (const record of records) {
      if (record.type === "attributes") { name(record.target); }
      if (record.type === "characterData") { look(record.target); }
      record.addedNodes.forEach(look);
    }
    // Not put off by what changes meanwhile: a bar of progress moves all the time.
    waiting = waiting || setTimeout(tell, 600);
    arriving = arriving || setTimeout(bring, 150);
  }

  function begin() {
    box = document.createElement("div");
    box.id = "planner-news";
    box.setAttribute("role", "status");
    box.setAttribute("aria-live", "polite");
    document.body.appendChild(box);
    document.addEventListener("focusout", dropped);
    new MutationObserver(changed).observe(document.body, {
      subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: NAMES,
    });
  }

  // Streamlit says that every page is in English; what reads aloud would read Russian by English rules.
  return function (told) {
    document.documentElement.lang = told.language;
    words = told.words;
    starts = Object.entries(told.starts);
    glyphs = told.glyphs;
    if (!box) { begin(); }
    look(document.body);
  };
})();
