// What is laid over the district: the state of places under a service, travel bands, quarters, whole districts.
(function (D) {
  "use strict";
  const { addMark, clickable, highlight, pane, polygons, style, tip, unpack } = D;
  // From so many marks on they are drawn on one canvas; and so many layers are kept as they were drawn.
  const CROWD = 4000, KEPT = 8;

  // What was on the map before stays there until what is to come has come.
  D.holdOver = function (map) {
    const d = map.district;
    if (d && d.shown && !map.hasLayer(d.shown)) {
      d.holdover = d.shown;
      d.holdover.addTo(map);
    }
  };

  // Puts what `fill` draws into a group: as it was drawn before, where it has a name and was.
  function lay(group, map, key, fill) {
    const d = map.district;
    if (d.holdover) { map.removeLayer(d.holdover); d.holdover = null; }
    let drawn = key ? d.built.get(key) : null;
    if (drawn) {
      d.built.delete(key);
    } else {
      drawn = L.featureGroup();
      fill(drawn);
    }
    if (key) {
      d.built.set(key, drawn);
      for (const old of [...d.built.keys()].slice(0, Math.max(0, d.built.size - KEPT))) { d.built.delete(old); }
    }
    if (drawn.owner) { drawn.owner.removeLayer(drawn); }
    drawn.owner = group;
    group.addLayer(drawn);
    d.shown = drawn;
    // Earlier groups have left the map by now; forget them, or the page would keep every service ever shown.
    window.feature_group = (window.feature_group || []).filter((earlier) => map.hasLayer(earlier));
  }

  const sized = (radius, mark) => Math.max(radius * mark.scale, mark.least);

  // Each mark an object of its own: what Leaflet does best as long as there are not too many.
  function single(group, map, data, points) {
    const d = map.district;
    d.bySize.forEach((place) => {
      const shown = data.places[place.index];
      const options = style(d.marks[data.states[shown[0]]], place.radius, d, {});
      addMark(group, map, place.latlng, options, "place", place.id, [place.name, place.said, ...shown[1].map((t) => data.texts[t])]);
    });
    for (const f of points) { facility(group, map, data, f); }
  }

  function facility(group, map, data, f) {
    const d = map.district, mark = d.marks[f.mark || (f.modelled ? "facility_modelled" : "facility")];
    const options = style(mark, data.facilityRadius, d, { stem: data.stem, stemColor: d.theme.ink });
    addMark(group, map, D.latLng(f.lon, f.lat), options, "facility", f.id, f.lines);
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
    const labels = [...data.states, "facility", "facility_modelled", ...new Set(points.map((f) => f.mark).filter(Boolean))];
    const looks = labels.map((label, i) => Object.assign({}, d.marks[label], { stem: i < data.states.length ? 0 : data.stem }));
    const number = new Map(labels.map((label, i) => [label, i]));
    const marks = { x: new Float64Array(all), y: new Float64Array(all), radius: new Float32Array(all), look: new Uint8Array(all) };
    marks.x.set(d.x);
    marks.y.set(d.y);
    d.bySize.forEach((place, i) => { marks.look[i] = data.places[place.index][0]; });
    points.forEach((f, i) => {
      marks.x[n + i] = D.planeX(f.lon);
      marks.y[n + i] = D.planeY(f.lat);
      marks.look[n + i] = number.get(f.mark || (f.modelled ? "facility_modelled" : "facility"));
    });
    for (let i = 0; i < all; i++) { marks.radius[i] = sized(i < n ? d.bySize[i].radius : data.facilityRadius, looks[marks.look[i]]); }
    const kindOf = (i) => i < n ? "place" : "facility";
    group.addLayer(new D.Crowd(marks, looks, {
      tip: (i) => {
        const place = d.bySize[i];
        return tip(i < n ? [place.name, place.said, ...data.places[place.index][1].map((t) => data.texts[t])] : points[i - n].lines);
      },
      kind: kindOf,
      hit: (i, at, middle) => {
        const kind = kindOf(i), id = i < n ? d.bySize[i].id : points[i - n].id, where = at.wrap();
        if (i < n && !d.editing) { highlight(map, middle, marks.radius[i]); }
        return { type: "Feature", id: id, properties: { id: id, kind: kind, click: D.nextClick(kind), lat: where.lat, lng: where.lng }, geometry: null };
      },
    }, { pane: "district-crowd", className: "district-crowd" }));
  }

  // The ring around the place whose card is shown.
  function choose(map, data) {
    const d = map.district, place = data.selected ? d.places.find((one) => one.id === data.selected) : null;
    if (place) { highlight(map, place.latlng, sized(place.radius, d.marks[data.states[data.places[place.index][0]]])); }
    if (!place && d.chosen && d.ring) { map.removeLayer(d.ring); }
    d.chosen = Boolean(place);
  }

  D.service = function (group, map, data, key) {
    lay(group, map, key, (drawn) => fill(drawn, map, data));
    choose(map, data);
  };

  function fill(group, map, data) {
    const d = map.district;
    for (const area of data.areas) {
      group.addLayer(clickable(L.polygon(polygons(area.shape), {
        pane: "district-marks", renderer: d.renderer, color: d.theme.gap, weight: 1.2, opacity: 0.8,
        dashArray: "5 3", fillColor: d.theme.gap, fillOpacity: 0.13,
      }), "gap_zone", area.id, area.lines));
    }
    for (const way of data.ways || []) {
      const mark = d.marks[way.chosen ? "way_chosen" : "way"], line = { pane: "district-marks", renderer: d.renderer };
      const look = { ...line, color: way.colour || mark.fill, weight: way.weight || mark.width, opacity: way.colour ? 1 : mark.opacity,
        dashArray: way.dash || null };
      const lines = way.shape.map((one) => unpack(one));
      if (!way.colour && mark.stroke) { group.addLayer(L.polyline(lines, { ...line, interactive: false, color: mark.stroke, weight: mark.width + 2 })); }
      group.addLayer(clickable(L.polyline(lines, look), "road", way.id, way.lines));
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
      addMark(group, map, D.latLng(stop.lon, stop.lat), options, "stop", stop.id, stop.lines);
    }
  }

  D.quarters = function (group, map, data, key) {
    const d = map.district;
    lay(group, map, key, (drawn) => {
      if (!map.getPane("district-homes")) { pane(map, "district-homes", 410, true); }
      drawn.addLayer(new D.Dots(data.homes, data.states, { pane: "district-homes" }));
      drawn.quarters = data.quarters.map((quarter) => clickable(L.polygon(polygons(quarter.shape), {
        pane: "district-marks", renderer: d.renderer, fill: true, fillColor: d.theme.ink, fillOpacity: 0.01,
      }), "quarter", quarter.id, quarter.lines));
      drawn.quarters.forEach((quarter) => drawn.addLayer(quarter));
      for (const f of data.facilities) { facility(drawn, map, data, f); }
    });
    // The border of the chosen one lies above those of its neighbours.
    const chosen = (quarter) => quarter.feature.id === data.selected;
    for (const quarter of d.shown.quarters) {
      quarter.setStyle(chosen(quarter) ? { color: d.theme.ink, weight: 2.5 } : { color: d.theme.zone, weight: 1.2 });
    }
    const order = () => d.shown.quarters.filter((quarter) => !chosen(quarter)).forEach((quarter) => quarter.bringToBack());
    if (map.hasLayer(group)) { order(); } else { group.once("add", order); }
  };

  // Bands of travel time: drawn solid one over the other, and made translucent together, so that no hue adds up.
  D.areas = function (group, map, data) {
    if (!map.getPane("district-areas")) { pane(map, "district-areas", 410, true).style.opacity = data.opacity; }
    map.district.areaRenderer = map.district.areaRenderer || L.canvas({ pane: "district-areas", padding: 0.4 });
    for (const band of data.bands) {
      group.addLayer(L.polygon(polygons(band.shape), {
        pane: "district-areas", renderer: map.district.areaRenderer, interactive: false, stroke: false,
        fillColor: band.colour, fillOpacity: 1, smoothFactor: 0.5,
      }));
    }
  };

  // Whole districts filled by class; one of which nothing is known stays pale, its border broken.
  D.choropleth = function (group, map, data, key) {
    lay(group, map, key, (drawn) => {
      const d = map.district;
      for (const one of data.areas) {
        const look = one.selected ? { color: d.theme.ink, weight: 3 } : { color: d.theme.outline, weight: 0.8 };
        drawn.addLayer(clickable(L.polygon(polygons(one.shape), {
          pane: "district-marks", renderer: d.renderer, fill: true, fillColor: one.colour || d.theme.district,
          fillOpacity: one.colour ? 0.92 : 0.4, dashArray: one.colour ? null : "4 3", smoothFactor: 0.3, ...look,
        }), "district", one.id, one.lines));
      }
    });
  };
})(window.districtMap = window.districtMap || {});
