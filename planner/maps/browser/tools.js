// The map while a scenario is edited, the preview of a file, the panel of a map that is a page of its own.
(function (D) {
  "use strict";
  const { Mark, clickable, pane, polygons, style, unpack } = D;
  const SCALE = 100000;

  // While a scenario is edited: the ground takes clicks too, and what was edited stands out over all marks.
  D.editing = function (group, map, data) {
    const d = map.district;
    d.editing = true;
    d.wanted = data.wanted;
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
  };

  D.preview = function (map, data) {
    const root = map.getContainer().style;
    for (const [name, value] of Object.entries(data.theme)) { root.setProperty("--" + name, value); }
    D.controls(map, data.texts);
    pane(map, "district-marks", 420, false);
    const renderer = L.canvas({ pane: "district-marks", padding: 0.4, tolerance: 3 });
    L.polygon(data.outline.map((rings) => rings.map(unpack)), { pane: "district-marks", renderer: renderer, interactive: false,
      color: data.theme.outline, weight: 1.8, fillColor: data.theme.district, fillOpacity: 1 }).addTo(map);
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
  };

  function element(name, text, parent) {
    const made = document.createElement(name);
    if (text !== null) { made.textContent = text; }
    if (parent) { parent.appendChild(made); }
    return made;
  }

  // A page of its own: choose a service, see its legend.
  D.panel = function (map, groups, data) {
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
  };

  // Signs of the legend are the planner's own drawings, not data.
  function swatch(drawing) {
    return new DOMParser().parseFromString(drawing, "image/svg+xml").documentElement;
  }
})(window.districtMap = window.districtMap || {});
