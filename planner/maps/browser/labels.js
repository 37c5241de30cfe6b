// Names of places, the largest first, as many as fit at this zoom without touching.
(function (D) {
  "use strict";
  // Never so many that they could not be read; and laid out beyond what is seen, for a short move.
  const MOST = 220, BEYOND = 0.3, CELL = 64;

  D.Labels = L.Layer.extend({
    onAdd: function (map) {
      this._box = L.DomUtil.create("div", "leaflet-zoom-hide", map.getPane("district-labels"));
      this._ctx = document.createElement("canvas").getContext("2d");
      map.on("zoomend viewreset resize", this.lay, this);
      map.on("moveend", this._moved, this);
      this.lay();
    },
    onRemove: function (map) {
      map.off("zoomend viewreset resize", this.lay, this);
      map.off("moveend", this._moved, this);
      this._box.remove();
    },
    _moved: function () {
      const size = this._map.getSize(), here = this._map.containerPointToLayerPoint([0, 0]).subtract(this._at);
      if (Math.abs(here.x) > BEYOND * size.x || Math.abs(here.y) > BEYOND * size.y) { this.lay(); }
    },
    lay: function () {
      const map = this._map, d = map.district, size = map.getSize(), taken = new Map();
      const corner = this._at = map.containerPointToLayerPoint([0, 0]), beyond = size.multiplyBy(BEYOND);
      const from = map.getPixelOrigin(), scale = Math.pow(2, map.getZoom());
      const low = corner.subtract(beyond), high = corner.add(size).add(beyond);
      const steps = Math.max(map.getZoom() - d.startZoom, 0), room = Math.min(Math.round(16 * Math.pow(4, steps)), d.bySize.length);
      const made = [], edge = corner.x + size.x;
      for (let i = 0; i < room && made.length < MOST; i++) {
        const x = d.x[i] * scale - from.x, y = d.y[i] * scale - from.y;
        if (x < low.x || y < low.y || x > high.x || y > high.y) { continue; }
        const place = d.bySize[i], large = place.people >= 2000;
        this._ctx.font = (large ? "650 14px " : "11.5px ") + "system-ui, sans-serif";
        const width = this._ctx.measureText(place.name).width + 4, height = large ? 17 : 14;
        const at = L.point(Math.round(x) + place.radius + 4, Math.round(y) - height / 2);
        // At the right edge a name stands on the other side of its place.
        if (x <= edge && at.x + width > edge) { at.x = Math.round(x) - place.radius - 4 - width; }
        if (!this._free(taken, at.x, at.y, width, height)) { continue; }
        const label = document.createElement("div");
        label.className = "district-label" + (large ? " large" : "");
        label.textContent = place.name;
        L.DomUtil.setPosition(label, at);
        made.push(label);
      }
      this._box.replaceChildren(...made);
    },
    // Whether a name touches none that stands already; if so it stands from now on.
    _free: function (taken, x, y, width, height) {
      const cells = [];
      for (let u = Math.floor(x / CELL); u <= Math.floor((x + width) / CELL); u++) {
        for (let v = Math.floor(y / CELL); v <= Math.floor((y + height) / CELL); v++) { cells.push(u + ":" + v); }
      }
      const mine = [x, y, x + width, y + height];
      for (const cell of cells) {
        for (const b of taken.get(cell) || []) {
          if (b[0] <= mine[2] && b[2] >= mine[0] && b[1] <= mine[3] && b[3] >= mine[1]) { return false; }
        }
      }
      for (const cell of cells) { taken.set(cell, [...(taken.get(cell) || []), mine]); }
      return true;
    },
  });
})(window.districtMap = window.districtMap || {});
