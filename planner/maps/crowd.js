// A layer of very many marks that can be clicked: one canvas in place of an object for each of them.
window.DistrictCrowd = window.DistrictCrowd || (function () {
  "use strict";
  const CELL = 4, TOLERANCE = 3;

  // A mark as it looks at one size, drawn once and copied ever after.
  function sprite(look, radius, dots, paper) {
    const half = Math.ceil(radius + look.width + 1), canvas = document.createElement("canvas"), ctx = canvas.getContext("2d");
    canvas.width = canvas.height = 2 * half * dots;
    ctx.scale(dots, dots);
    ctx.translate(half, half);
    ctx.beginPath();
    if (look.shape === "diamond") {
      ctx.moveTo(0, -radius); ctx.lineTo(radius, 0); ctx.lineTo(0, radius); ctx.lineTo(-radius, 0);
      ctx.closePath();
    } else {
      ctx.arc(0, 0, radius, 0, Math.PI * 2);
    }
    ctx.globalAlpha = look.fill ? look.opacity : 1;
    ctx.fillStyle = look.fill || paper;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = look.stroke;
    ctx.lineWidth = look.width;
    ctx.setLineDash(look.dash);
    ctx.stroke();
    const arm = Math.max(radius * 0.42, 1.6);
    ctx.setLineDash([]);
    ctx.beginPath();
    if (look.glyph === "cross") {
      ctx.moveTo(-arm, -arm); ctx.lineTo(arm, arm); ctx.moveTo(arm, -arm); ctx.lineTo(-arm, arm);
    } else if (look.glyph === "bar") {
      ctx.moveTo(-arm, 0); ctx.lineTo(arm, 0);
    }
    ctx.stroke();
    return { canvas: canvas, half: half };
  }

  // `marks`: arrays x and y (the plane of zoom 0), radius, look (an index into `looks`), in the order of drawing, the lowest
  // first; `lines(i)` tells what the tip of a mark says, `hit(i, latlng)` is called on a click, before the layer's own click.
  return L.Layer.extend({
    initialize: function (marks, looks, options) {
      this._marks = marks;
      this._looks = looks;
      this._told = options;
      this._sprites = new Map();
    },
    onAdd: function (map) {
      this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide district-crowd", map.getPane("district-crowd"));
      this._tip = L.tooltip({ className: "district-tip", direction: "right", offset: [10, 0], opacity: 1 });
      map.on("moveend viewreset resize", this._draw, this);
      map.on("movestart zoomstart mouseout", this._leave, this);
      map.on("mousemove", this._hover, this);
      map.on("click", this._click, this);
      this._draw();
    },
    onRemove: function (map) {
      map.off("moveend viewreset resize", this._draw, this);
      map.off("movestart zoomstart mouseout", this._leave, this);
      map.off("mousemove", this._hover, this);
      map.off("click", this._click, this);
      map.removeLayer(this._tip);
      this._canvas.remove();
    },
    _draw: function () {
      const map = this._map, size = map.getSize(), pad = size.multiplyBy(0.4).round(), whole = size.add(pad.multiplyBy(2));
      const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1)), from = map.getPixelOrigin().add(corner);
      const scale = Math.pow(2, map.getZoom()), dots = window.devicePixelRatio || 1, canvas = this._canvas;
      canvas.width = whole.x * dots;
      canvas.height = whole.y * dots;
      canvas.style.width = whole.x + "px";
      canvas.style.height = whole.y + "px";
      L.DomUtil.setPosition(canvas, corner);
      this._shown = { from: from, scale: scale, marks: this._thinned(from, scale, whole) };
      this._paint(canvas.getContext("2d"), dots);
    },
    // What is in view; of marks of one look that fall on the same spot the largest, for it hides the others.
    _thinned: function (from, scale, whole) {
      const m = this._marks, n = m.x.length, wide = Math.ceil(whole.x / CELL) + 1, high = Math.ceil(whole.y / CELL) + 1;
      const largest = new Int32Array(wide * high * this._looks.length).fill(-1), kept = [];
      for (let i = 0; i < n; i++) {
        const x = m.x[i] * scale - from.x, y = m.y[i] * scale - from.y, r = m.radius[i];
        if (x < -r || y < -r || x > whole.x + r || y > whole.y + r) { continue; }
        if (x < 0 || y < 0 || x >= whole.x || y >= whole.y) { kept.push(i); continue; }
        const cell = (m.look[i] * high + ((y / CELL) | 0)) * wide + ((x / CELL) | 0), other = largest[cell];
        if (other < 0 || m.radius[other] < r) { largest[cell] = i; }
      }
      for (let k = 0; k < largest.length; k++) { if (largest[k] >= 0) { kept.push(largest[k]); } }
      return Int32Array.from(kept).sort();
    },
    _paint: function (ctx, dots) {
      const m = this._marks, s = this._shown, theme = this._map.district.theme;
      ctx.scale(dots, dots);
      for (const i of s.marks) {
        const x = m.x[i] * s.scale - s.from.x, y = m.y[i] * s.scale - s.from.y, look = this._looks[m.look[i]], r = m.radius[i];
        const key = m.look[i] * 1000 + Math.round(r * 2);
        let drawn = this._sprites.get(key);
        if (!drawn) { this._sprites.set(key, drawn = sprite(look, r, dots, theme.paper)); }
        if (look.stem) { ctx.fillStyle = theme.ink; ctx.fillRect(x - 0.6, y - look.stem + r, 1.2, look.stem - r); }
        const side = 2 * drawn.half;
        ctx.drawImage(drawn.canvas, x - drawn.half, y - drawn.half - (look.stem || 0), side, side);
      }
    },
    // The topmost mark that is drawn under a point of the map; beside them all the nearest, if it is very near; or else -1.
    _at: function (latlng) {
      const m = this._marks, s = this._shown, p = this._map.project(latlng).subtract(s.from);
      let near = -1, least = TOLERANCE;
      for (let k = s.marks.length - 1; k >= 0; k--) {
        const i = s.marks[k], stem = this._looks[m.look[i]].stem || 0;
        const x = m.x[i] * s.scale - s.from.x - p.x, y = m.y[i] * s.scale - s.from.y - stem - p.y;
        const beyond = Math.sqrt(x * x + y * y) - m.radius[i];
        if (beyond <= 0) { return i; }
        if (beyond <= least) { least = beyond; near = i; }
      }
      return near;
    },
    _latlng: function (i) {
      const s = this._shown, stem = this._looks[this._marks.look[i]].stem || 0;
      return this._map.unproject(L.point(this._marks.x[i] * s.scale, this._marks.y[i] * s.scale - stem));
    },
    _hover: function (event) {
      const i = this._at(event.latlng), map = this._map;
      if (i === this._over) { return; }
      this._over = i;
      map.getContainer().style.cursor = i >= 0 ? "pointer" : "";
      if (i < 0) { map.removeLayer(this._tip); return; }
      this._tip.setContent(this._told.tip(i)).setLatLng(this._latlng(i)).addTo(map);
    },
    _leave: function () {
      this._over = -1;
      this._map.getContainer().style.cursor = "";
      this._map.removeLayer(this._tip);
    },
    _click: function (event) {
      const i = this._at(event.latlng);
      if (i < 0) { return; }
      this.feature = this._told.hit(i, event.latlng, this._latlng(i));
      this.fire("click", { latlng: event.latlng });
    },
  });
})();
