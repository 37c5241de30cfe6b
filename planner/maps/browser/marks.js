// Marks of places and service points, drawn one by one: a class for all shapes. Names are shown with textContent only:
// nothing that a file holds is ever read as markup or script.
(function (D) {
  "use strict";
  const SCALE = 100000;

  D.unpack = function (flat) {
    const points = new Array(flat.length / 2);
    let lon = 0, lat = 0;
    for (let i = 0; i < points.length; i++) {
      lon += flat[2 * i];
      lat += flat[2 * i + 1];
      points[i] = [lat / SCALE, lon / SCALE];
    }
    return points;
  };

  D.polygons = (packed) => packed.map((rings) => rings.map(D.unpack));
  D.latLng = (lon, lat) => L.latLng(lat / SCALE, lon / SCALE);

  function glyph(ctx, kind, p, r) {
    const arm = Math.max(r * 0.42, 1.6);
    ctx.beginPath();
    if (kind === "cross") {
      ctx.moveTo(p.x - arm, p.y - arm); ctx.lineTo(p.x + arm, p.y + arm);
      ctx.moveTo(p.x + arm, p.y - arm); ctx.lineTo(p.x - arm, p.y + arm);
    } else if (kind === "bar") {
      ctx.moveTo(p.x - arm, p.y); ctx.lineTo(p.x + arm, p.y);
    }
    ctx.setLineDash([]);
    ctx.stroke();
  }

  // Canvas draws a mark by its options: a circle or a diamond, hollow or filled, with a sign inside or a stem below.
  L.Canvas.include({
    _updateDistrictMark: function (layer) {
      if (!this._drawing || layer._empty()) { return; }
      const ctx = this._ctx, p = layer._point, r = layer._radius, o = layer.options;
      this._layers[layer._leaflet_id] = layer;
      if (o.stem) {
        ctx.beginPath();
        ctx.moveTo(p.x, p.y + r); ctx.lineTo(p.x, p.y + o.stem);
        ctx.setLineDash([]); ctx.globalAlpha = 1; ctx.lineWidth = 1.2; ctx.strokeStyle = o.stemColor;
        ctx.stroke();
      }
      ctx.beginPath();
      if (o.shape === "diamond") {
        ctx.moveTo(p.x, p.y - r); ctx.lineTo(p.x + r, p.y); ctx.lineTo(p.x, p.y + r); ctx.lineTo(p.x - r, p.y);
        ctx.closePath();
      } else {
        ctx.arc(p.x, p.y, r, 0, Math.PI * 2, false);
      }
      this._fillStroke(ctx, layer);
      if (o.glyph) { glyph(ctx, o.glyph, p, r); }
      if (o.number) {
        ctx.globalAlpha = 1; ctx.fillStyle = o.ink; ctx.textAlign = "center"; ctx.textBaseline = "middle";
        ctx.font = "650 " + (o.number.length > 2 ? 8.5 : 10) + "px system-ui, sans-serif";
        ctx.fillText(o.number, p.x, p.y + 0.5);
      }
      ctx.setLineDash([]);
    },
  });

  const Mark = L.CircleMarker.extend({
    _project: function () {
      this._point = this._map.latLngToLayerPoint(this._latlng);
      if (this.options.stem) { this._point = this._point.subtract([0, this.options.stem]); }
      this._updateBounds();
    },
    // The area to repaint reaches down to the foot of the stem.
    _updateBounds: function () {
      const reach = Math.max(this._radius + this._clickTolerance(), this.options.stem || 0) + 2;
      this._pxBounds = new L.Bounds(this._point.subtract([reach, reach]), this._point.add([reach, reach]));
    },
    _updatePath: function () { this._renderer._updateDistrictMark(this); },
  });

  function style(mark, radius, district, extra) {
    return Object.assign({
      pane: "district-marks", renderer: district.renderer, radius: Math.max(radius * mark.scale, mark.least), shape: mark.shape, glyph: mark.glyph,
      stroke: true, color: mark.stroke, weight: mark.width, dashArray: mark.dash.length ? mark.dash.join(" ") : null,
      fill: true, fillColor: mark.fill || district.theme.paper, fillOpacity: mark.fill ? mark.opacity : 0.01,
    }, extra);
  }

  function tip(lines) {
    const box = document.createElement("div");
    lines.forEach((line, i) => {
      const row = document.createElement("div");
      if (i === 0) { row.className = "tip-name"; }
      row.textContent = line;
      box.appendChild(row);
    });
    return box;
  }

  // How often anything was clicked, and anything but the ground that lacking places cover.
  let clicks = 0, chosen = 0;
  D.nextClick = (kind) => { clicks += 1; chosen += kind === "gap_zone" ? 0 : 1; return clicks; };
  D.chosen = () => chosen;

  // Tells the page what was clicked as soon as all layers under the pointer have had their say; what streamlit-folium tells
  // a quarter of a second later is the same and goes no further.
  let told = null;
  D.tell = function (layer) {
    const page = window.__GLOBAL_DATA__;
    if (!page || !window.Streamlit || String(page.returned_objects) !== "last_active_drawing") { return; }
    if (!told) {
      setTimeout(() => {
        page.last_active_drawing = told.toGeoJSON();
        page.previous_data = { last_active_drawing: page.last_active_drawing };
        told = null;
        window.Streamlit.setComponentValue(page.previous_data);
      }, 0);
    }
    told = layer;
  };

  const TIP = { className: "district-tip", offset: [10, 0], opacity: 1 };
  let touched = false;
  window.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; }, true);
  window.addEventListener("keydown", () => { touched = false; }, true);

  // A finger cannot hover: what it touched keeps its tip until the next touch, also while the page draws the marks anew,
  // which takes Leaflet's own tip away; `close` does it at once.
  function hold(map, latlng, content, close) {
    if (!touched) { return; }
    // Leaflet opens its tip on the same click.
    setTimeout(() => {
      close();
      const held = L.tooltip(TIP).setLatLng(latlng).setContent(content).addTo(map);
      map.getContainer().addEventListener("pointerdown", () => map.removeLayer(held), { once: true, capture: true });
    }, 0);
  }

  // By how many pixels a point lies outside a mark, its stem included; nothing where it lies on it.
  D.outside = function (p, x, y, radius, stem) {
    const down = Math.min(Math.max(p.y - y, 0), stem);
    return Math.max(0, Math.min(Math.hypot(x - p.x, y - p.y) - radius, Math.hypot(x - p.x, y + down - p.y)));
  };

  // The mark nearest to the middle of the map, of one kind where one is named, and no farther off than so many pixels: what
  // its tip says, and how to click it. Of several that are as near the one on top, which was added last.
  D.nearest = function (map, kind, most) {
    const p = map.containerPointToLayerPoint(map.getSize().divideBy(2));
    let best = null;
    map.eachLayer((layer) => {
      let found = null;
      if (layer.nearest) {
        found = layer.nearest(map.layerPointToLatLng(p), kind);
      } else if (layer instanceof Mark && layer.feature && layer._point && (!kind || layer.feature.properties.kind === kind)) {
        found = {
          away: D.outside(p, layer._point.x, layer._point.y, layer.getRadius(), layer.options.stem || 0),
          tip: () => layer.getTooltip().getContent(),
          take: () => layer.fire("click", { latlng: layer.getLatLng() }, true),
        };
      }
      if (found && found.away <= (best ? best.away : most)) { best = found; }
    });
    return best;
  };

  // A clicked feature carries how many clicks there were, so that a second click on it is news as well; in properties
  // made anew, because those sent before are kept to compare with.
  function clickable(layer, kind, id, lines) {
    layer.feature = { type: "Feature", id: id, properties: { id: id, kind: kind, click: 0 }, geometry: null };
    layer.on("click", (e) => {
      const at = e.latlng.wrap();
      layer.feature.properties = { id: id, kind: kind, click: D.nextClick(kind), lat: at.lat, lng: at.lng };
      D.tell(layer);
      if (lines.length) { hold(layer._map, e.latlng, tip(lines), () => layer.closeTooltip()); }
    });
    if (lines.length) { layer.bindTooltip(tip(lines), { ...TIP, sticky: !layer.getRadius }); }
    return layer;
  }

  function highlight(map, latlng, radius) {
    const d = map.district;
    if (d.ring) { map.removeLayer(d.ring); }
    d.ring = L.layerGroup([
      L.circleMarker(latlng, { pane: "district-ring", renderer: d.ringRenderer, interactive: false, radius: radius + 5,
        color: d.theme.paper, weight: 6, fill: false, opacity: 0.9 }),
      L.circleMarker(latlng, { pane: "district-ring", renderer: d.ringRenderer, interactive: false, radius: radius + 5,
        color: d.theme.ink, weight: 2.5, fill: false }),
    ]).addTo(map);
  }

  function addMark(group, map, latlng, options, kind, id, lines) {
    const layer = clickable(new Mark(latlng, options), kind, id, lines);
    // The ring marks the settlement whose card is shown; a service point has none.
    if (kind === "place" && !map.district.editing) { layer.on("click", () => highlight(map, latlng, layer.getRadius())); }
    group.addLayer(layer);
    return layer;
  }

  function pane(map, name, zIndex, passive) {
    const made = map.createPane(name);
    made.style.zIndex = zIndex;
    if (passive) { made.style.pointerEvents = "none"; }
    return made;
  }

  Object.assign(D, { Mark, style, tip, hold, clickable, highlight, addMark, pane });
})(window.districtMap = window.districtMap || {});
