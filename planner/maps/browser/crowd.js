// A layer of very many marks that can be clicked: one canvas in place of an object for each of them.
(function (D) {
  "use strict";
  // Marks of one look that fall into one cell of so many pixels are drawn once; wider cells, where still too many are left.
  const CELLS = [4, 6, 9, 13, 18], MOST = 9000, TOLERANCE = 3;
  // From so many service points in view on they are small and have no stem, or the places below would not be seen.
  const DENSE = 600, SMALL = 2.4;

  // A mark as it looks at one size, drawn once and copied ever after.
  function sprite(look, radius, dots, theme) {
    const stem = look.stem || 0, half = Math.ceil(radius + look.width + 1), high = 2 * half + stem;
    const canvas = document.createElement("canvas"), ctx = canvas.getContext("2d");
    canvas.width = 2 * half * dots;
    canvas.height = high * dots;
    ctx.scale(dots, dots);
    ctx.translate(half, half);
    if (stem) { ctx.fillStyle = theme.ink; ctx.fillRect(-0.6, radius, 1.2, stem - radius); }
    ctx.beginPath();
    if (look.shape === "diamond") {
      ctx.moveTo(0, -radius); ctx.lineTo(radius, 0); ctx.lineTo(0, radius); ctx.lineTo(-radius, 0);
      ctx.closePath();
    } else {
      ctx.arc(0, 0, radius, 0, Math.PI * 2);
    }
    ctx.globalAlpha = look.fill ? look.opacity : 1;
    ctx.fillStyle = look.fill || theme.paper;
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
    return { canvas: canvas, half: half, high: high };
  }

  // `marks`: arrays x and y (the plane of zoom 0), radius, look (an index into `looks`), in the order of drawing, the lowest
  // first; `tip(i)` gives what the tip of a mark says, `kind(i)` what it is, `hit(i, latlng, middle)` the feature that a click on
  // it stands for.
  D.Crowd = D.Surface.extend({
    initialize: function (marks, looks, told, options) {
      D.Surface.prototype.initialize.call(this, options);
      this._marks = marks;
      this._looks = looks;
      this._told = told;
      this._sprites = new Map();
    },
    getEvents: function () {
      return Object.assign(D.Surface.prototype.getEvents.call(this), {
        movestart: this._leave, zoomstart: this._leave, mouseout: this._leave, mousemove: this._hover, click: this._click,
      });
    },
    onAdd: function (map) {
      this._tip = L.tooltip({ className: "district-tip", direction: "right", offset: [10, 0], opacity: 1 });
      D.Surface.prototype.onAdd.call(this, map);
    },
    onRemove: function (map) {
      map.removeLayer(this._tip);
      D.Surface.prototype.onRemove.call(this, map);
    },
    toGeoJSON: function () { return this.feature; },
    _draw: function (ctx, view) {
      let shown = this._inView(view);
      for (const cell of CELLS) {
        shown = this._thinned(shown, view, cell);
        if (shown.length <= MOST) { break; }
      }
      this._shown = shown.sort();
      const m = this._marks, theme = this._map.district.theme;
      this._dense = shown.reduce((sum, i) => sum + (this._looks[m.look[i]].stem ? 1 : 0), 0) > DENSE;
      for (const i of this._shown) {
        const radius = this._radius(i), stem = this._stem(i), key = (m.look[i] * 1000 + Math.round(radius * 2)) * 2 + (stem ? 1 : 0);
        let drawn = this._sprites.get(key);
        if (!drawn) { this._sprites.set(key, drawn = sprite({ ...this._looks[m.look[i]], stem: stem }, radius, view.dots, theme)); }
        const x = m.x[i] * view.scale - view.from.x, y = m.y[i] * view.scale - view.from.y;
        ctx.drawImage(drawn.canvas, x - drawn.half, y - drawn.half - stem, 2 * drawn.half, drawn.high);
      }
    },
    _stem: function (i) { return this._dense ? 0 : this._looks[this._marks.look[i]].stem || 0; },
    _radius: function (i) {
      return this._dense && this._looks[this._marks.look[i]].stem ? SMALL : this._marks.radius[i];
    },
    _inView: function (view) {
      const m = this._marks, n = m.x.length, kept = new Int32Array(n), pad = 40;
      let count = 0;
      for (let i = 0; i < n; i++) {
        const x = m.x[i] * view.scale - view.from.x, y = m.y[i] * view.scale - view.from.y;
        if (x >= -pad && y >= -pad && x <= view.wide + pad && y <= view.high + pad) { kept[count++] = i; }
      }
      return kept.subarray(0, count);
    },
    // Of marks of one look that fall into the same cell the largest, for it hides the others.
    _thinned: function (among, view, cell) {
      const m = this._marks, wide = Math.ceil((view.wide + 80) / cell) + 1, high = Math.ceil((view.high + 80) / cell) + 1;
      const largest = new Int32Array(wide * high * this._looks.length).fill(-1);
      for (const i of among) {
        const x = m.x[i] * view.scale - view.from.x + 40, y = m.y[i] * view.scale - view.from.y + 40;
        const at = (m.look[i] * high + ((y / cell) | 0)) * wide + ((x / cell) | 0), other = largest[at];
        if (other < 0 || m.radius[other] < m.radius[i]) { largest[at] = i; }
      }
      return largest.filter((i) => i >= 0);
    },
    // The topmost mark that is drawn under a point of the map; beside them all the nearest, if it is very near; or else -1.
    _at: function (latlng) {
      if (!this._shown || this._zoom !== this._map.getZoom()) { return -1; }
      const m = this._marks, v = this._view, p = this._map.project(latlng).subtract(v.from);
      let near = -1, least = TOLERANCE;
      for (let k = this._shown.length - 1; k >= 0; k--) {
        const i = this._shown[k];
        const x = m.x[i] * v.scale - v.from.x - p.x, y = m.y[i] * v.scale - v.from.y - this._stem(i) - p.y;
        const beyond = Math.sqrt(x * x + y * y) - this._radius(i);
        if (beyond <= 0) { return i; }
        if (beyond <= least) { least = beyond; near = i; }
      }
      return near;
    },
    _latlng: function (i) {
      const v = this._view;
      return this._map.unproject(L.point(this._marks.x[i] * v.scale, this._marks.y[i] * v.scale - this._stem(i)));
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
      if (i >= 0) { this._take(i, event.latlng); }
    },
    _take: function (i, latlng) {
      this.feature = this._told.hit(i, latlng, this._latlng(i));
      this.fire("click", { latlng: latlng }, true);
      D.tell(this);
      D.hold(this._map, latlng, this._told.tip(i), () => this._leave());
    },
    // See D.nearest.
    nearest: function (latlng, kind) {
      if (!this._shown || this._zoom !== this._map.getZoom()) { return null; }
      const m = this._marks, v = this._view, p = this._map.project(latlng).subtract(v.from);
      let near = -1, least = Infinity;
      for (const i of this._shown) {
        if (kind && this._told.kind(i) !== kind) { continue; }
        const stem = this._stem(i), x = m.x[i] * v.scale - v.from.x, y = m.y[i] * v.scale - v.from.y - stem;
        const away = D.outside(p, x, y, this._radius(i), stem);
        if (away <= least) { least = away; near = i; }
      }
      const foot = () => this._map.unproject(L.point(m.x[near] * v.scale, m.y[near] * v.scale));
      return near < 0 ? null : { away: least, tip: () => this._told.tip(near), take: () => this._take(near, foot()) };
    },
  });
})(window.districtMap = window.districtMap || {});
