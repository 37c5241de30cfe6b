// The district's map in the browser. Data come as values and are shown with textContent only: nothing that a file
// holds is ever read as markup or script. Marks are drawn on a canvas, one class for all shapes.
window.districtMap = window.districtMap || (function () {
  "use strict";
  const SCALE = 100000;
  // From so many marks on they are drawn on one canvas.
  const CROWD = 4000;

  function unpack(flat) {
    const points = new Array(flat.length / 2);
    let lon = 0, lat = 0;
    for (let i = 0; i < points.length; i++) {
      lon += flat[2 * i];
      lat += flat[2 * i + 1];
      points[i] = [lat / SCALE, lon / SCALE];
    }
    return points;
  }

  const polygons = (packed) => packed.map((rings) => rings.map(unpack));

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

  let clicks = 0;

  // A clicked feature carries how many clicks there were, so that a second click on it is news as well; in properties
  // made anew, because those sent before are kept to compare with.
  function clickable(layer, kind, id, lines) {
    layer.feature = { type: "Feature", id: id, properties: { id: id, kind: kind, click: 0 }, geometry: null };
    layer.on("click", (e) => {
      clicks += 1;
      const at = e.latlng.wrap();
      layer.feature.properties = { id: id, kind: kind, click: clicks, lat: at.lat, lng: at.lng };
    });
    if (lines.length) { layer.bindTooltip(tip(lines), { className: "district-tip", sticky: !layer.getRadius, offset: [10, 0], opacity: 1 }); }
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

  // Names of places, the largest first, as many as fit at this zoom without touching.
  const Labels = L.Layer.extend({
    onAdd: function (map) {
      this._box = L.DomUtil.create("div", "leaflet-zoom-hide", map.getPane("district-labels"));
      this._ctx = document.createElement("canvas").getContext("2d");
      map.on("zoomend viewreset resize", this._lay, this);
      this._lay();
    },
    onRemove: function (map) {
      map.off("zoomend viewreset resize", this._lay, this);
      this._box.remove();
    },
    _lay: function () {
      const map = this._map, d = map.district, taken = [];
      const steps = Math.max(map.getZoom() - d.startZoom, 0);
      let room = Math.round(16 * Math.pow(4, steps));
      this._box.replaceChildren();
      for (const place of d.bySize) {
        if (room-- <= 0) { break; }
        const large = place.people >= 2000, p = map.latLngToLayerPoint(place.latlng);
        this._ctx.font = (large ? "650 14px " : "11.5px ") + "system-ui, sans-serif";
        const width = this._ctx.measureText(place.name).width + 4, height = large ? 17 : 14;
        const at = L.point(p.x + place.radius + 4, p.y - height / 2);
        const mine = L.bounds(at, at.add([width, height]));
        if (taken.some((other) => other.overlaps(mine))) { continue; }
        taken.push(mine);
        const label = L.DomUtil.create("div", "district-label" + (large ? " large" : ""), this._box);
        label.textContent = place.name;
        L.DomUtil.setPosition(label, at);
      }
    },
  });

  const Scale = L.Control.Scale.extend({
    _updateMetric: function (metres) {
      const round = this._getRoundNum(metres), texts = this.options.texts;
      const said = round < 1000 ? round + " " + texts.m : round / 1000 + " " + texts.km;
      this._updateScale(this._mScale, "", round / metres);
      this._mScale.textContent = said;
    },
  });

  function controls(map, texts) {
    // A reader's voice is told what this is and where the same stands as text; the pictures themselves say nothing.
    document.documentElement.lang = texts.language;
    map.getContainer().setAttribute("role", "region");
    map.getContainer().setAttribute("aria-label", texts.label);
    map.getPanes().mapPane.setAttribute("aria-hidden", "true");
    map.attributionControl.setPrefix("Leaflet");
    L.control.zoom({ zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(map);
    new Scale({ imperial: false, maxWidth: 140, texts: texts }).addTo(map);
  }

  function drawBase(map, base) {
    const t = base.theme, renderer = L.canvas({ pane: "district-base", padding: 0.4 });
    const still = { pane: "district-base", renderer: renderer, interactive: false };
    L.polygon(polygons(base.outline), { ...still, stroke: false, fillColor: t.district, fillOpacity: base.tiles ? 0 : 1 }).addTo(map);
    L.polygon(polygons(base.zones), { ...still, color: t.zone, weight: 1, fill: false, dashArray: "7 3 1.5 3" }).addTo(map);
    const widths = { minor: 0.9, middle: 1.5, major: 2.4 };
    const colours = { minor: t.road_minor, middle: t.road_middle, major: t.road_major };
    for (const road of base.roads) {
      L.polyline(road.lines.map(unpack), {
        ...still, color: colours[road.rank], weight: widths[road.rank], smoothFactor: 0.8,
        dashArray: road.paved ? null : "3 3",
      }).addTo(map);
    }
    L.polygon(polygons(base.outline), { ...still, color: t.outline, weight: 1.8, fill: false }).addTo(map);
  }

  function setup(map, base) {
    const root = map.getContainer().style;
    for (const [name, value] of Object.entries(base.theme)) { root.setProperty("--" + name, value); }
    pane(map, "district-base", 300, true);
    pane(map, "district-marks", 420, false);
    pane(map, "district-ring", 430, true);
    pane(map, "district-labels", 440, true);
    const district = map.district = {
      bounds: base.bounds, theme: base.theme, marks: base.marks, texts: base.texts, startZoom: map.getZoom(),
      renderer: L.canvas({ pane: "district-marks", padding: 0.4, tolerance: 3 }),
      ringRenderer: L.canvas({ pane: "district-ring", padding: 0.4 }),
    };
    district.places = base.places.map((p, index) => ({
      index: index, id: p[0], name: p[1], people: p[2], radius: p[3], latlng: L.latLng(p[5] / SCALE, p[4] / SCALE), said: p[6],
    }));
    district.bySize = district.places.slice().sort((a, b) => b.people - a.people);
    controls(map, base.texts);
    drawBase(map, base);
    const fit = () => {
      if (base.bounds) { map.fitBounds(base.bounds, { padding: [10, 10], animate: false }); }
      district.startZoom = map.getZoom();
      district.labels = district.labels || new Labels().addTo(map);
      district.labels._lay();
    };
    // A map inside a closed tab has no size yet.
    if (map.getSize().x > 0) { fit(); } else { map.once("resize", fit); }
  }

  // Each mark an object of its own: what Leaflet does best as long as there are not too many.
  function single(group, map, data, points) {
    const d = map.district;
    d.bySize.forEach((place) => {
      const shown = data.places[place.index];
      const options = style(d.marks[data.states[shown[0]]], place.radius, d, {});
      const layer = addMark(group, map, place.latlng, options, "place", place.id, [place.name, place.said, ...shown[1].map((t) => data.texts[t])]);
      if (place.id === data.selected) { highlight(map, place.latlng, layer.getRadius()); }
    });
    for (const f of points) {
      const options = style(d.marks[f.mark || (f.modelled ? "facility_modelled" : "facility")], data.facilityRadius, d,
        { stem: data.stem, stemColor: d.theme.ink });
      addMark(group, map, L.latLng(f.lat / SCALE, f.lon / SCALE), options, "facility", f.id, f.lines);
    }
  }

  // Service points that came as columns, one beside the other.
  function facilitiesOf(data) {
    const c = data.columns;
    if (!c) { return data.facilities; }
    let lon = 0, lat = 0;
    return c.ids.map((id, i) => {
      lon += c.lon[i];
      lat += c.lat[i];
      return { id: id, lon: lon, lat: lat, modelled: c.modelled[i] === "1", lines: c.lines[c.told[i]].map((t) => t === null ? c.names[i] : t) };
    });
  }

  // Too many for an object each: one canvas, whose marks are found by where they are.
  function crowd(group, map, data, points) {
    const d = map.district, n = d.bySize.length, all = n + points.length;
    if (!map.getPane("district-crowd")) { pane(map, "district-crowd", 425, true); }
    const labels = [...data.states, "facility", "facility_modelled", ...new Set(points.map((f) => f.mark).filter(Boolean))];
    const looks = labels.map((label, i) => Object.assign({}, d.marks[label], { stem: i < data.states.length ? 0 : data.stem }));
    const marks = { x: new Float64Array(all), y: new Float64Array(all), radius: new Float32Array(all), look: new Uint8Array(all) };
    const put = (i, latlng, radius, look) => {
      const p = L.CRS.EPSG3857.latLngToPoint(latlng, 0);
      marks.x[i] = p.x;
      marks.y[i] = p.y;
      marks.look[i] = look;
      marks.radius[i] = Math.max(radius * looks[look].scale, looks[look].least);
    };
    d.bySize.forEach((place, i) => put(i, place.latlng, place.radius, data.places[place.index][0]));
    points.forEach((f, i) => put(n + i, L.latLng(f.lat / SCALE, f.lon / SCALE), data.facilityRadius,
      labels.indexOf(f.mark || (f.modelled ? "facility_modelled" : "facility"))));
    const layer = new window.DistrictCrowd(marks, looks, {
      tip: (i) => {
        const place = d.bySize[i];
        return tip(i < n ? [place.name, place.said, ...data.places[place.index][1].map((t) => data.texts[t])] : points[i - n].lines);
      },
      hit: (i, at, middle) => {
        const kind = i < n ? "place" : "facility", id = i < n ? d.bySize[i].id : points[i - n].id, where = at.wrap();
        if (i < n && !d.editing) { highlight(map, middle, marks.radius[i]); }
        clicks += 1;
        return { type: "Feature", id: id, properties: { id: id, kind: kind, click: clicks, lat: where.lat, lng: where.lng }, geometry: null };
      },
    });
    group.addLayer(layer);
    const chosen = data.selected ? d.bySize.findIndex((place) => place.id === data.selected) : -1;
    if (chosen >= 0) { highlight(map, d.bySize[chosen].latlng, marks.radius[chosen]); }
  }

  function service(group, map, data) {
    const d = map.district;
    for (const area of data.areas) {
      group.addLayer(clickable(L.polygon(polygons(area.shape), {
        pane: "district-marks", renderer: d.renderer, color: d.theme.gap, weight: 1.2, opacity: 0.8,
        dashArray: "5 3", fillColor: d.theme.gap, fillOpacity: 0.13,
      }), "gap_zone", area.id, area.lines));
    }
    for (const way of data.ways || []) {
      const look = { pane: "district-marks", renderer: d.renderer, color: way.colour || (way.chosen ? d.theme.unreachable : d.theme.gap),
        weight: way.weight || (way.chosen ? 9 : 5), opacity: way.colour || way.chosen ? 1 : 0.75, dashArray: way.dash || null };
      way.shape.forEach((line) => group.addLayer(clickable(L.polyline(unpack(line), look), "road", way.id, way.lines)));
    }
    for (const flow of data.flows || []) {
      group.addLayer(L.polyline(unpack(flow), { pane: "district-marks", renderer: d.renderer, interactive: false,
        color: d.theme.ink, weight: 1, opacity: 0.55 }));
    }
    const points = facilitiesOf(data);
    if (d.places.length + points.length > CROWD) {
      crowd(group, map, data, points);
    } else {
      single(group, map, data, points);
    }
    // Stops of a tour with their number in it, in a ring of its colour.
    for (const stop of data.stops || []) {
      const options = { pane: "district-marks", renderer: d.renderer, radius: stop.number ? 8 : 4, shape: "circle", number: stop.number,
        ink: d.theme.ink, stroke: true, color: stop.colour, weight: 2.5, fill: true, fillColor: d.theme.paper, fillOpacity: 1 };
      addMark(group, map, L.latLng(stop.lat / SCALE, stop.lon / SCALE), options, "stop", stop.id, stop.lines);
    }
    // Earlier groups have left the map by now; forget them, or the page would keep every service ever shown.
    window.feature_group = (window.feature_group || []).filter((earlier) => map.hasLayer(earlier));
  }

  function quarters(group, map, data) {
    const d = map.district;
    if (!map.getPane("district-homes")) { pane(map, "district-homes", 410, true); }
    group.addLayer(new window.DistrictDots(data.homes, data.states));
    for (const quarter of data.quarters) {
      const look = quarter.selected ? { color: d.theme.ink, weight: 2.5 } : { color: d.theme.zone, weight: 1.2 };
      group.addLayer(clickable(L.polygon(polygons(quarter.shape), {
        pane: "district-marks", renderer: d.renderer, fill: true, fillColor: d.theme.ink, fillOpacity: 0.01, ...look,
      }), "quarter", quarter.id, quarter.lines));
    }
    for (const f of data.facilities) {
      const options = style(d.marks[f.modelled ? "facility_modelled" : "facility"], data.facilityRadius, d,
        { stem: data.stem, stemColor: d.theme.ink });
      addMark(group, map, L.latLng(f.lat / SCALE, f.lon / SCALE), options, "facility", f.id, f.lines);
    }
    // Earlier groups have left the map by now; forget them, or the page would keep every service ever shown.
    window.feature_group = (window.feature_group || []).filter((earlier) => map.hasLayer(earlier));
  }

  // Bands of travel time: drawn solid one over the other, and made translucent together, so that no hue adds up.
  function areas(group, map, data) {
    if (!map.getPane("district-areas")) { pane(map, "district-areas", 410, true).style.opacity = data.opacity; }
    map.district.areaRenderer = map.district.areaRenderer || L.canvas({ pane: "district-areas", padding: 0.4 });
    for (const band of data.bands) {
      group.addLayer(L.polygon(polygons(band.shape), {
        pane: "district-areas", renderer: map.district.areaRenderer, interactive: false, stroke: false,
        fillColor: band.colour, fillOpacity: 1, smoothFactor: 0.5,
      }));
    }
  }

  // Whole districts filled by class; one of which nothing is known stays pale, its border broken.
  function choropleth(group, map, data) {
    const d = map.district;
    for (const one of data.areas) {
      const look = one.selected ? { color: d.theme.ink, weight: 3 } : { color: d.theme.outline, weight: 0.8 };
      group.addLayer(clickable(L.polygon(polygons(one.shape), {
        pane: "district-marks", renderer: d.renderer, fill: true, fillColor: one.colour || d.theme.district,
        fillOpacity: one.colour ? 0.92 : 0.4, dashArray: one.colour ? null : "4 3", smoothFactor: 0.3, ...look,
      }), "district", one.id, one.lines));
    }
    // Earlier groups have left the map by now; forget them, or the page would keep every service ever shown.
    window.feature_group = (window.feature_group || []).filter((earlier) => map.hasLayer(earlier));
  }

  // While a scenario is edited: the ground takes clicks too, and what was edited stands out over all marks.
  function editing(group, map, data) {
    const d = map.district;
    d.editing = true;
    if (!map.getPane("district-edits")) { pane(map, "district-edits", 435, true); }
    d.editRenderer = d.editRenderer || L.canvas({ pane: "district-edits", padding: 0.4 });
    group.addLayer(clickable(L.polygon([[-85, -180], [-85, 180], [85, 180], [85, -180]], {
      pane: "district-marks", renderer: d.renderer, stroke: false, fill: true, fillOpacity: 0, noClip: true,
    }), "ground", "ground", []));
    const look = { pane: "district-edits", renderer: d.editRenderer, interactive: false, color: d.theme.ink, weight: 2.5, fill: false };
    const halo = { ...look, color: d.theme.paper, weight: 6, opacity: 0.9 };
    const at = (p) => L.latLng(p[1] / SCALE, p[0] / SCALE);
    const both = (make) => { group.addLayer(make(halo)); group.addLayer(make(look)); };
    for (const area of data.areas) {
      group.addLayer(L.polygon(polygons(area), { ...look, color: d.theme.covered, dashArray: "6 4", fill: true,
        fillColor: d.theme.covered, fillOpacity: 0.15 }));
    }
    const ring = (p, radius) => both((style) => new Mark(at(p), { ...style, radius: radius, stem: data.stem, stemColor: d.theme.ink }));
    data.added.forEach((p) => ring(p, 10));
    data.moved.forEach((way) => {
      both((style) => L.polyline(way.map(at), { ...style, dashArray: "4 4" }));
      ring(way[way.length - 1], 10);
    });
    data.closed.forEach((p) => group.addLayer(new Mark(at(p), { ...look, ...style(d.marks.facility_closed, 7, d, {}),
      pane: "district-edits", renderer: d.editRenderer, interactive: false, stem: data.stem, stemColor: d.theme.ink })));
    if (data.picked) { ring(data.picked, 13); }
    if (data.outline.length) {
      both((style) => L.polyline([...data.outline, ...(data.outline.length > 2 ? [data.outline[0]] : [])].map(at), { ...style, dashArray: "4 4" }));
      data.outline.forEach((p) => group.addLayer(L.circleMarker(at(p), { ...look, radius: 4, fill: true, fillColor: d.theme.paper, fillOpacity: 1 })));
    }
  }

  function preview(map, data) {
    const root = map.getContainer().style;
    for (const [name, value] of Object.entries(data.theme)) { root.setProperty("--" + name, value); }
    controls(map, data.texts);
    pane(map, "district-marks", 420, false);
    const renderer = L.canvas({ pane: "district-marks", padding: 0.4, tolerance: 3 });
    for (const side of data.sides) {
      const look = { pane: "district-marks", renderer: renderer, color: side.colour, weight: side.weight, opacity: 0.9,
        fillColor: side.colour, fillOpacity: 0.14, radius: side.radius };
      for (const f of side.features) {
        const layers = [
          ...f.points.map((p) => L.circleMarker([p[1] / SCALE, p[0] / SCALE], look)),
          ...f.lines.map((line) => L.polyline(unpack(line), { ...look, fill: false })),
          ...f.polygons.map((rings) => L.polygon(rings.map(unpack), look)),
        ];
        layers.forEach((layer) => clickable(layer, side.kind, f.id, [f.id, side.label]).addTo(map));
      }
    }
    const fit = () => { if (data.bounds) { map.fitBounds(data.bounds, { padding: [16, 16], maxZoom: 16, animate: false }); } };
    if (map.getSize().x > 0) { fit(); } else { map.once("resize", fit); }
  }

  // Maps of one page that share a channel show the same part of the district.
  function linked(group, map, name) {
    if (map.district.channel === name) { return; }
    map.district.channel = name;
    const channel = new BroadcastChannel(name);
    let following = false;
    map.on("move", () => {
      const c = map.getCenter();
      if (!following) { channel.postMessage([c.lat, c.lng, map.getZoom()]); }
    });
    channel.onmessage = (event) => {
      const [lat, lng, zoom] = event.data;
      following = true;
      map.setView([lat, lng], zoom, { animate: false });
      following = false;
    };
  }

  function element(name, text, parent) {
    const made = document.createElement(name);
    if (text !== null) { made.textContent = text; }
    if (parent) { parent.appendChild(made); }
    return made;
  }

  // A page of its own: choose a service, see its legend.
  function panel(map, groups, data) {
    const Panel = L.Control.extend({
      onAdd: function () {
        const box = L.DomUtil.create("div", "district-panel");
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        element("h1", data.title, box);
        const chooser = element("select", null, box), legend = element("div", null, box);
        chooser.setAttribute("aria-label", data.choose);
        data.services.forEach((s, i) => { element("option", s.name, chooser).value = i; });
        const show = () => {
          const chosen = Number(chooser.value);
          groups.forEach((group, i) => { if (i === chosen) { group.addTo(map); } else { map.removeLayer(group); } });
          legend.replaceChildren();
          const table = element("table", null, legend), service = data.services[chosen];
          for (const row of service.rows) {
            const line = element("tr", null, table);
            element("td", null, line).appendChild(swatch(data.swatches[row[0]]));
            element("td", row[1], line);
            element("td", row[2], line).className = "number";
          }
          if (service.note) { element("p", service.note, legend); }
        };
        chooser.addEventListener("change", show);
        show();
        return box;
      },
    });
    const box = new Panel({ position: "topright" }).addTo(map).getContainer(), width = map.getSize().x;
    // Beside the panel, not below it, where the page is wide enough.
    if (map.district.bounds && width > 800) {
      map.fitBounds(map.district.bounds, { paddingTopLeft: [10, 10], paddingBottomRight: [box.offsetWidth + 20, 10], animate: false });
      map.district.startZoom = map.getZoom();
    }
  }

  // Signs of the legend are the planner's own drawings, not data.
  function swatch(drawing) {
    return new DOMParser().parseFromString(drawing, "image/svg+xml").documentElement;
  }

  return { setup, service, areas, quarters, choropleth, editing, preview, linked, panel };
})();
