// A canvas over the map that is drawn from arrays. It reaches beyond what is seen, so that the map can be moved without
// drawing anew, and grows with the map while it zooms.
(function (D) {
  "use strict";
  const IDLE_MS = 160;

  D.Surface = L.Renderer.extend({
    options: { padding: 0.4, className: "" },
    getEvents: function () {
      return Object.assign(L.Renderer.prototype.getEvents.call(this), { move: this._moved });
    },
    onRemove: function (map) {
      clearTimeout(this._idle);
      L.Renderer.prototype.onRemove.call(this, map);
      this._bounds = null;
    },
    _initContainer: function () {
      this._container = document.createElement("canvas");
      this._container.className = "district-surface " + this.options.className;
    },
    _destroyContainer: function () {
      this._container.remove();
      delete this._container;
    },
    _updatePaths: function () {},
    _reset: function () {
      this._bounds = null;
      this._update();
      this._updateTransform(this._center, this._zoom);
    },
    _update: function () {
      if (this._map._animatingZoom && this._bounds) { return; }
      clearTimeout(this._idle);
      if (this._covers(1)) {
        if (!this._covers(0.4)) { this._idle = setTimeout(() => this.redraw(), IDLE_MS); }
        return;
      }
      this.redraw();
    },
    _moved: function () {
      if (this._bounds && this._zoom === this._map.getZoom() && !this._map._animatingZoom && !this._covers(1)) { this.redraw(); }
    },
    // Whether what is seen is drawn already, using up at most a share of what is drawn beyond it.
    _covers: function (share) {
      if (!this._bounds || this._zoom !== this._map.getZoom()) { return false; }
      const size = this._map.getSize();
      if (!size.equals(this._size)) { return false; }
      const here = this._map.containerPointToLayerPoint([0, 0]);
      const beyond = size.multiplyBy(this.options.padding), away = here.subtract(this._bounds.min).subtract(beyond);
      return Math.abs(away.x) <= beyond.x * share && Math.abs(away.y) <= beyond.y * share;
    },
    redraw: function () {
      const map = this._map;
      if (!map || !this._container) { return; }
      clearTimeout(this._idle);
      L.Renderer.prototype._update.call(this);
      const canvas = this._container, whole = this._bounds.getSize(), dots = window.devicePixelRatio || 1;
      const wide = Math.round(whole.x * dots), high = Math.round(whole.y * dots), ctx = canvas.getContext("2d");
      L.DomUtil.setPosition(canvas, this._bounds.min);
      this._size = map.getSize();
      if (canvas.width !== wide || canvas.height !== high) {
        canvas.width = wide;
        canvas.height = high;
        canvas.style.width = whole.x + "px";
        canvas.style.height = whole.y + "px";
      } else {
        ctx.setTransform(1, 0, 0, 1, 0, 0);
        ctx.clearRect(0, 0, wide, high);
      }
      ctx.setTransform(dots, 0, 0, dots, 0, 0);
      ctx.globalAlpha = 1;
      ctx.setLineDash([]);
      // The plane's point of the upper left corner, and how many pixels a step of the plane of zoom 0 is.
      this._view = { from: map.getPixelOrigin().add(this._bounds.min), scale: Math.pow(2, map.getZoom()), wide: whole.x, high: whole.y, dots: dots };
      this._draw(ctx, this._view);
    },
  });

  // Longitude and latitude in hundred-thousandths of a degree to the plane of zoom 0, as Leaflet has it.
  D.planeX = (lon) => (lon / 36000000 + 0.5) * 256;
  D.planeY = (lat) => (0.5 - Math.log(Math.tan(Math.PI / 4 + lat / 100000 * Math.PI / 360)) / (2 * Math.PI)) * 256;
})(window.districtMap = window.districtMap || {});
