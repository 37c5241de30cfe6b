// The map by keyboard: a cross in its middle, arrows that move the map under it, Enter that chooses what lies there.
// A key does what a click on that spot does, whoever draws what stands there.
(function () {
  "use strict";
  if (window.districtKeys) { return; }
  window.districtKeys = true;
  // What Enter takes lies within the cross's ring; see district.css.
  const STEP_PX = 40, REACH_PX = 22;
  const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Enter", " ", "+", "-", "="];

  function add(box, name) {
    return L.DomUtil.create("div", "district-" + name, box);
  }

  function keys(map, texts) {
    const box = map.getContainer(), cross = add(box, "cross"), hint = add(box, "hint"), news = add(box, "news");
    let shown = false, pressed = false, waiting = 0;
    cross.setAttribute("aria-hidden", "true");
    hint.textContent = texts.keys;
    hint.id = "district-hint";
    box.setAttribute("aria-describedby", hint.id);
    news.setAttribute("role", "status");
    news.setAttribute("aria-live", "polite");
    // Leaflet moves by 80 pixels: too far to hit a village.
    map.keyboard._setPanDelta(STEP_PX);
    // Leaflet's focus scrolls a map that is partly out of sight into it, between press and release: the click is lost.
    map.keyboard.disable();
    map.keyboard._onMouseDown = () => box.focus({ preventScroll: true });
    map.keyboard.enable();

    function show(now) {
      shown = now;
      box.classList.toggle("by-keyboard", now);
    }

    function send(type) {
      const around = box.getBoundingClientRect(), x = around.left + around.width / 2, y = around.top + around.height / 2;
      const under = document.elementFromPoint(x, y) || box;
      under.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, detail: 1 }));
    }

    // What a mark's tip says, in one line for the ear.
    function said(tip) {
      return Array.from(tip.querySelectorAll("div"), (row) => row.children.length ? "" : row.textContent).filter(Boolean).join(", ");
    }

    // Said anew also where it was said before.
    function announce(text) {
      clearTimeout(waiting);
      news.textContent = "";
      waiting = setTimeout(() => { news.textContent = text; }, 120);
    }

    // Arrows cannot put the cross on a mark to the pixel: where nothing lies right under it, the nearest mark in its ring is
    // taken. A tool that works on one sort of marks takes the nearest of these, whatever lies under the cross.
    function choose() {
      const d = map.district, before = districtMap.chosen();
      if (!d.wanted) { send("click"); }
      if (districtMap.chosen() !== before) { return; }
      const near = districtMap.nearest(map, d.wanted, REACH_PX);
      if (near) { near.take(); }
      hint.textContent = near ? texts.keys : texts.nothing;
      announce(near ? said(near.tip()) : texts.nothing);
    }

    // What lies under the cross says what it would say under a mouse, to the eye and to the ear.
    function tell() {
      if (!shown) { return; }
      send("mousemove");
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const tip = box.querySelector(".leaflet-tooltip"), at = map.getCenter().wrap();
        news.textContent = (tip && said(tip)) || at.lat.toFixed(4) + ", " + at.lng.toFixed(4);
      }, 120);
    }

    box.addEventListener("focus", () => { if (!pressed && box.matches(":focus-visible")) { show(true); } });
    box.addEventListener("blur", () => show(false));
    // A tap sends the events of a mouse when the finger is gone, and among them the one that brings the focus.
    ["pointerdown", "mousedown"].forEach((start) => box.addEventListener(start, () => { pressed = true; show(false); }, true));
    ["pointerup", "pointercancel", "mouseup"].forEach((end) => window.addEventListener(end, () => { pressed = false; }, true));
    box.addEventListener("keydown", (event) => {
      if (event.target !== box || !KEYS.includes(event.key)) { return; }
      show(true);
      hint.textContent = texts.keys;
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose();
      }
    });
    map.on("moveend", tell);
  }

  const districtMap = window.districtMap, setup = districtMap.setup;
  districtMap.setup = function (map, base) {
    setup(map, base);
    keys(map, base.texts);
  };
})();
