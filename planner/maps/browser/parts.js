// The parts of a map that are too large for a message: fetched by address, kept while the page is open. An address names
// what it holds by a digest, so what was fetched once never has to be asked for again. A part that is written into the
// page itself, as in a map that opens from a file, is taken as it is.
(function (D) {
  "use strict";
  const KEPT = 40, TRIES_MS = [200, 600, 1500, 4000];
  const held = new Map();

  async function fetched(address) {
    // The browser's own store answers without asking the server, however long ago it was told.
    const answer = await fetch(address, { cache: "force-cache", credentials: "same-origin" });
    if (!answer.ok) { throw new Error(String(answer.status)); }
    const plain = answer.body.pipeThrough(new DecompressionStream("gzip"));
    return new Response(plain).json();
  }

  // Between two runs of the page the server may let go of a part for a moment: it is asked again.
  async function insisted(address) {
    for (const wait of TRIES_MS) {
      try { return await fetched(address); } catch (fault) { await new Promise((go) => setTimeout(go, wait)); }
    }
    return fetched(address);
  }

  function oneOf(part, then, failed) {
    if (typeof part !== "string") { then(part); return; }
    const known = held.get(part);
    if (known && known.waiting) { known.waiting.push([then, failed]); return; }
    if (known) {
      held.delete(part);
      held.set(part, known);
      then(known.value);
      return;
    }
    const made = { waiting: [[then, failed]] };
    held.set(part, made);
    insisted(part).then((value) => {
      const waiting = made.waiting;
      made.value = value;
      made.waiting = null;
      for (const old of [...held.keys()].slice(0, Math.max(0, held.size - KEPT))) {
        if (!held.get(old).waiting) { held.delete(old); }
      }
      waiting.forEach(([call]) => call(value));
    }, () => {
      held.delete(part);
      made.waiting.forEach(([, call]) => call());
    });
  }

  // Calls `then` with all parts laid into one object over `data`: at once where they are at hand, else when they are.
  D.whole = function (data, parts, then, failed) {
    const found = new Array(parts.length);
    let left = parts.length;
    const done = () => then(Object.assign({}, data, ...found));
    if (!left) { done(); return; }
    parts.forEach((part, i) => oneOf(part, (value) => {
      found[i] = value;
      if (--left === 0) { done(); }
    }, failed));
  };

  // What of the parts is known by address; empty where anything is written into the page.
  D.nameOf = (parts) => (parts.length && parts.every((part) => typeof part === "string") ? parts.join(" ") : "");
})(window.districtMap = window.districtMap || {});
