// A layer of very many dots.
(function (D) {
  "use strict";

  // Many dots in one pass: positions are projected once, a redraw is arithmetic on arrays, and each state is one path.
  D.Dots = D.Surface.extend({
    initialize: function (homes, states, options) {
      D.Surface.prototype.initialize.call(this, options);
      const n = homes.lon.length;
      this._x = new Float64Array(n);
      this._y = new Float64Array(n);
      this._homes = homes;
      this._states = states;
      let lon = 0, lat = 0;
      for (let i = 0; i < n; i++) {
        lon += homes.lon[i];
        lat += homes.lat[i];
        this._x[i] = D.planeX(lon);
        this._y[i] = D.planeY(lat);
      }
    },
    _draw: function (ctx, view) {
      const map = this._map, growth = Math.min(Math.max(Math.pow(2, 0.5 * (map.getZoom() - map.district.startZoom)), 0.7), 3);
      // What is in order lies below what is not.
      this._states.forEach((label, state) => this._paint(ctx, String(state), map.district.marks[label], growth, view));
    },
    // Homes that fall on the same two pixels are drawn once; a path of some hundreds is filled at a time, for the time that
    // one takes grows with the square of what crosses in it.
    _paint: function (ctx, state, mark, growth, view) {
      const homes = this._homes, wide = Math.ceil(view.wide / 2) + 1, taken = new Uint8Array(wide * (Math.ceil(view.high / 2) + 1));
      ctx.fillStyle = mark.fill || "transparent";
      ctx.strokeStyle = mark.stroke;
      ctx.lineWidth = mark.fill ? mark.width * 0.5 : 1;
      let held = 0;
      ctx.beginPath();
      for (let i = 0; i < this._x.length; i++) {
        if (homes.state[i] !== state) { continue; }
        const x = this._x[i] * view.scale - view.from.x, y = this._y[i] * view.scale - view.from.y, r = homes.radius[i] / 10 * growth;
        if (x < -r || y < -r || x > view.wide + r || y > view.high + r) { continue; }
        if (x >= 0 && y >= 0 && x < view.wide && y < view.high) {
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
})(window.districtMap = window.districtMap || {});
