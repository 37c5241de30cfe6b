// The district's map: its ground, and how the page calls what is laid over it. Data come as values, in the call itself or as
// parts that are fetched.
(function (D) {
  "use strict";
  const { pane, polygons } = D;
  const VIEW = "planner-view:";

  const Scale = L.Control.Scale.extend({
    _updateMetric: function (metres) {
      const round = this._getRoundNum(metres), texts = this.options.texts;
      const said = round < 1000 ? round + " " + texts.m : round / 1000 + " " + texts.km;
      this._updateScale(this._mScale, "", round / metres);
      this._mScale.textContent = said;
    },
  });

  D.controls = function (map, texts) {
    // A reader's voice is told what this is and where the same stands as text; the pictures themselves say nothing.
    document.documentElement.lang = texts.language;
    map.getContainer().setAttribute("role", "region");
    map.getContainer().setAttribute("aria-label", texts.label);
    map.getPanes().mapPane.setAttribute("aria-hidden", "true");
    map.attributionControl.setPrefix("Leaflet");
    L.control.zoom({ zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(map);
    new Scale({ imperial: false, maxWidth: 140, texts: texts }).addTo(map);
    map.districtTexts = texts;
  };

  // The view of a map that has a name is kept as long as the browser's tab: another page may be visited meanwhile, and the
  // map made anew for another language.
  function kept(name) {
    try {
      const view = JSON.parse(sessionStorage.getItem(name));
      return Array.isArray(view) && view.length === 3 && view.every(Number.isFinite) ? view : null;
    } catch (fault) { return null; }
  }

  function keep(map, name) {
    map.on("moveend", () => {
      const c = map.getCenter();
      try { sessionStorage.setItem(name, JSON.stringify([c.lat, c.lng, map.getZoom()])); } catch (fault) { /* a browser that keeps nothing */ }
    });
  }

  function fit(map, bounds, name) {
    const d = map.district, view = name && kept(name);
    if (bounds) { map.fitBounds(bounds, { padding: [10, 10], animate: false }); }
    d.startZoom = map.getZoom();
    if (view) { map.setView([view[0], view[1]], view[2], { animate: false }); }
    if (name) { keep(map, name); }
    if (d.labels) { d.labels.lay(); }
  }

  D.setup = function (map, base) {
    const root = map.getContainer().style;
    for (const [name, value] of Object.entries(base.theme)) { root.setProperty("--" + name, value); }
    pane(map, "district-base", 300, true);
    pane(map, "district-roads", 305, true);
    pane(map, "district-marks", 420, false);
    pane(map, "district-crowd", 425, true);
    pane(map, "district-ring", 430, true);
    pane(map, "district-labels", 440, true);
    map.district = {
      bounds: base.bounds, theme: base.theme, marks: base.marks, texts: base.texts, tiles: base.tiles, startZoom: map.getZoom(),
      renderer: L.canvas({ pane: "district-marks", padding: 0.4, tolerance: 3 }),
      ringRenderer: L.canvas({ pane: "district-ring", padding: 0.4 }),
      built: new Map(), whenGround: [],
    };
    D.controls(map, base.texts);
    const name = base.view && VIEW + base.view + ":" + JSON.stringify(base.bounds);
    // A map inside a closed tab has no size yet.
    if (map.getSize().x > 0) { fit(map, base.bounds, name); } else { map.once("resize", () => fit(map, base.bounds, name)); }
  };

  // Outline, zones, roads and names: what stays while services change.
  D.ground = function (map, data) {
    const d = map.district, t = d.theme, renderer = L.canvas({ pane: "district-base", padding: 0.4 });
    const still = { pane: "district-base", renderer: renderer, interactive: false };
    L.polygon(polygons(data.outline), { ...still, stroke: false, fillColor: t.district, fillOpacity: d.tiles ? 0 : 1 }).addTo(map);
    L.polygon(polygons(data.zones), { ...still, color: t.zone, weight: 1, fill: false, dashArray: "7 3 1.5 3" }).addTo(map);
    L.polygon(polygons(data.outline), { ...still, color: t.outline, weight: 1.8, fill: false }).addTo(map);
    const widths = { minor: 0.9, middle: 1.5, major: 2.4 };
    const colours = { minor: t.road_minor, middle: t.road_middle, major: t.road_major };
    if (data.roads.length) {
      new D.Roads(data.roads, (road) => ({ colour: colours[road.rank], width: widths[road.rank], dash: road.paved ? [] : [3, 3] }),
        { pane: "district-roads", className: "district-roads" }).addTo(map);
    }
    const p = data.places;
    let lon = 0, lat = 0;
    d.places = p.ids.map((id, index) => {
      lon += p.lon[index];
      lat += p.lat[index];
      return { index: index, id: id, name: p.names[index], people: p.people[index], radius: p.radius[index],
        latlng: D.latLng(lon, lat), said: p.texts[p.said[index]], x: D.planeX(lon), y: D.planeY(lat) };
    });
    d.bySize = d.places.slice().sort((a, b) => b.people - a.people);
    d.x = Float64Array.from(d.bySize, (place) => place.x);
    d.y = Float64Array.from(d.bySize, (place) => place.y);
    d.labels = new D.Labels().addTo(map);
    const waiting = d.whenGround;
    d.whenGround = null;
    waiting.forEach((call) => call());
  };

  // Maps of one page that share a channel show the same part of the district.
  D.linked = function (group, map, data) {
    if (map.district.channel === data.name) { return; }
    map.district.channel = data.name;
    const channel = new BroadcastChannel(data.name);
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
  };

  // Nothing stands on a map without a word of why.
  function missing(map) {
    const box = L.DomUtil.create("div", "district-missing", map.getContainer());
    box.setAttribute("role", "alert");
    box.textContent = map.districtTexts ? map.districtTexts.missing : "";
  }

  const AT_ONCE = ["setup", "preview", "panel", "linked", "ground"];

  // Calls one of the functions above, or of the other files, on a map or on a group and its map. While parts are on their
  // way what stood there before stays, paler.
  D.call = function (name, targets, data, parts) {
    const map = targets[targets.length - 1], group = targets.length > 1 ? targets[0] : null, key = D.nameOf(parts);
    let late = false, open = true;
    const close = () => {
      if (open) { open = false; map.districtPending -= 1; }
      L.DomUtil.removeClass(map.getContainer(), "district-waiting");
    };
    map.districtPending = (map.districtPending || 0) + 1;
    D.whole(data, parts, (whole) => {
      const run = () => {
        close();
        // The group may have had to make way for another one meanwhile.
        if (late && group && !map.hasLayer(group)) { return; }
        if (group) { D[name](group, map, whole, key && name + " " + key); } else { D[name](map, whole); }
      };
      if (!AT_ONCE.includes(name) && map.district.whenGround) { map.district.whenGround.push(run); } else { run(); }
    }, () => { close(); missing(map); });
    late = true;
    if (open && group) {
      L.DomUtil.addClass(map.getContainer(), "district-waiting");
      D.holdOver(map);
    }
  };
})(window.districtMap = window.districtMap || {});
