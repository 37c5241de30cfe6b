// A layer of very many dots.
window.DistrictDots = window.DistrictDots || (function () {
  "use strict";
  const SCALE = 100000;

  // Many dots in one pass: positions are projected once, a redraw is arithmetic on arrays, and each state is one path.
  return L.Layer.extend({
    initialize: function (homes, states) {
      const n = homes.lon.length;
      this._x = new Float64Array(n);
      this._y = new Float64Array(n);
      this._homes = homes;
      this._states = states;
      let lon = 0, lat = 0;
      for (let i = 0; i < n; i++) {
        lon += homes.lon[i];
        lat += homes.lat[i];
        const p = L.CRS.EPSG3857.latLngToPoint(L.latLng(lat / SCALE, lon / SCALE), 0);
        this._x[i] = p.x;
        this._y[i] = p.y;
      }
    },
    onAdd: function (map) {
      this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", map.getPane("district-homes"));
      map.on("moveend zoomend viewreset resize", this._draw, this);
      this._draw();
    },
    onRemove: function (map) {
      map.off("moveend zoomend viewreset resize", this._draw, this);
      this._canvas.remove();
    },
    _draw: function () {
      const map = this._map, size = map.getSize(), pad = size.multiplyBy(0.4).round(), whole = size.add(pad.multiplyBy(2));
      const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1)), from = map.getPixelOrigin().add(corner);
      const scale = Math.pow(2, map.getZoom()), dots = window.devicePixelRatio || 1, ctx = this._canvas.getContext("2d");
      this._canvas.width = whole.x * dots;
      this._canvas.height = whole.y * dots;
      this._canvas.style.width = whole.x + "px";
      this._canvas.style.height = whole.y + "px";
      L.DomUtil.setPosition(this._canvas, corner);
      ctx.scale(dots, dots);
      const growth = Math.min(Math.max(Math.pow(2, 0.5 * (map.getZoom() - map.district.startZoom)), 0.7), 3);
      // What is in order lies below what is not.
      this._states.forEach((label, state) => this._paint(ctx, String(state), map.district.marks[label], growth, scale, from, whole));
    },
    // Homes that fall on the same two pixels are drawn once; a path of some hundreds is filled at a time, for the time that
    // one takes grows with the square of what crosses in it.
    _paint: function (ctx, state, mark, growth, scale, from, whole) {
      const homes = this._homes, wide = Math.ceil(whole.x / 2) + 1, taken = new Uint8Array(wide * (Math.ceil(whole.y / 2) + 1));
      ctx.fillStyle = mark.fill || "transparent";
      ctx.strokeStyle = mark.stroke;
      ctx.lineWidth = mark.fill ? mark.width * 0.5 : 1;
      let held = 0;
      ctx.beginPath();
      for (let i = 0; i < this._x.length; i++) {
        if (homes.state[i] !== state) { continue; }
        const x = this._x[i] * scale - from.x, y = this._y[i] * scale - from.y, r = homes.radius[i] / 10 * growth;
        if (x < -r || y < -r || x > whole.x + r || y > whole.y + r) { continue; }
        if (x >= 0 && y >= 0 && x < whole.x && y < whole.y) {
          const cell = (y >> 1) * wide + (x >> 1), size = Math.min(255, Math.ceil(r * 8));
          if (taken[cell] >= size) { continue; }
          taken[cell] = size;
        }
        ctx.moveTo(x + r, y);
        ctx.arc(x, y, r, 0, Math.PI * 2);
        if (++held === 400) { this._fill(ctx, mark, growth); held = 0; ctx.beginPath(); }
      }
      this._fill(ctx, mark, growth);
    },
    _fill: function (ctx, mark, growth) {
      if (mark.fill) {
        ctx.globalAlpha = mark.opacity;
        ctx.fill();
      }
      // Where dots are small and many, their rings would be all there is to see.
      ctx.globalAlpha = mark.fill ? Math.min(Math.max(growth - 0.9, 0.25), 1) : 1;
      ctx.stroke();
    },
  });
})();
