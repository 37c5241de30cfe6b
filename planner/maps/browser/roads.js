// Roads: many thousand lines on one canvas. Few are drawn as lines with their dashes; where very many are in view, they are
// as fine as a hair, and put down pixel by pixel.
(function (D) {
  "use strict";
  // From so many pieces of line on, and how far points of a line have to be apart, in pixels.
  const MANY = 5000, APART = 1.3, AT_A_TIME = 400;

  // Lines that came one behind the other: how many points each has, and steps from point to point.
  function placed(group, look) {
    const sizes = group.sizes, steps = group.steps, n = steps.length / 2;
    const begin = new Int32Array(sizes.length + 1), x = new Float64Array(n), y = new Float64Array(n);
    const box = new Float64Array(4 * sizes.length);
    let lon = 0, lat = 0, at = 0;
    for (let line = 0; line < sizes.length; line++) {
      let west = Infinity, east = -Infinity, north = Infinity, south = -Infinity;
      for (let k = 0; k < sizes[line]; k++, at++) {
        lon += steps[2 * at];
        lat += steps[2 * at + 1];
        const px = x[at] = D.planeX(lon), py = y[at] = D.planeY(lat);
        west = Math.min(west, px);
        east = Math.max(east, px);
        north = Math.min(north, py);
        south = Math.max(south, py);
      }
      begin[line + 1] = at;
      box.set([west, north, east, south], 4 * line);
    }
    return { begin: begin, x: x, y: y, box: box, look: look };
  }

  D.Roads = D.Surface.extend({
    initialize: function (groups, looks, options) {
      D.Surface.prototype.initialize.call(this, options);
      this._groups = groups.map((group) => placed(group, looks(group)));
    },
    _draw: function (ctx, view) {
      const found = this._groups.map((group) => this._inView(group, view));
      const pieces = found.reduce((sum, flat) => sum + flat.count, 0);
      if (pieces > MANY) { this._spread(ctx, view, found); } else { this._stroke(ctx, found); }
    },
    // The lines that are in view as pieces of at least some length: x, y of both ends, in pixels of the canvas.
    _inView: function (group, view) {
      const { begin, x, y, box } = group, s = view.scale, fx = view.from.x, fy = view.from.y, pad = 4;
      const west = (fx - pad) / s, north = (fy - pad) / s, east = (fx + view.wide + pad) / s, south = (fy + view.high + pad) / s;
      let out = new Float32Array(1 << 14), count = 0;
      const starts = [], cells = Math.ceil(view.wide) + 2 * pad + 2;
      const taken = new Uint8Array(cells * (Math.ceil(view.high) + 2 * pad + 2));
      for (let line = 0; line < begin.length - 1; line++) {
        const b = 4 * line;
        if (box[b] > east || box[b + 2] < west || box[b + 1] > south || box[b + 3] < north) { continue; }
        const first = begin[line], last = begin[line + 1] - 1;
        let px = x[first] * s - fx, py = y[first] * s - fy;
        if ((box[b + 2] - box[b]) * s < 1 && (box[b + 3] - box[b + 1]) * s < 1) {
          // Less than a dot: one of those that fall on the same dot is enough.
          const cell = ((py | 0) + pad) * cells + (px | 0) + pad;
          if (cell < 0 || cell >= taken.length || taken[cell]) { continue; }
          taken[cell] = 1;
        }
        starts.push(count);
        for (let k = first + 1; k <= last; k++) {
          const qx = x[k] * s - fx, qy = y[k] * s - fy;
          if (k < last && Math.abs(qx - px) < APART && Math.abs(qy - py) < APART) { continue; }
          if (4 * count + 4 > out.length) {
            const more = new Float32Array(2 * out.length);
            more.set(out);
            out = more;
          }
          out[4 * count] = px; out[4 * count + 1] = py; out[4 * count + 2] = qx; out[4 * count + 3] = qy;
          count++;
          px = qx; py = qy;
        }
      }
      return { at: out, count: count, starts: starts, look: group.look };
    },
    _stroke: function (ctx, found) {
      for (const flat of found) {
        ctx.strokeStyle = flat.look.colour;
        ctx.lineWidth = flat.look.width;
        ctx.lineJoin = ctx.lineCap = "round";
        ctx.setLineDash(flat.look.dash);
        const { at, count, starts } = flat;
        let next = 0, held = 0;
        ctx.beginPath();
        for (let i = 0; i < count; i++) {
          if (starts[next] === i) {
            if (held > AT_A_TIME) { ctx.stroke(); ctx.beginPath(); held = 0; }
            ctx.moveTo(at[4 * i], at[4 * i + 1]);
            while (starts[next] === i) { next++; }
          }
          ctx.lineTo(at[4 * i + 2], at[4 * i + 3]);
          held++;
        }
        ctx.stroke();
      }
    },
    // Each piece step by step along its longer side; across it, the share of every dot that the line covers.
    _spread: function (ctx, view, found) {
      const wide = ctx.canvas.width, high = ctx.canvas.height, picture = ctx.createImageData(wide, high);
      const dots = new Uint32Array(picture.data.buffer);
      for (const flat of found) { spread(flat, dots, wide, high, view.dots); }
      ctx.putImageData(picture, 0, 0);
    },
  });

  function spread(flat, dots, wide, high, ratio) {
    const { at, count, look } = flat, rgb = colour(look.colour), most = look.dash.length ? 170 : 255;
    for (let i = 0; i < count; i++) {
      let ax = at[4 * i] * ratio - 0.5, ay = at[4 * i + 1] * ratio - 0.5, bx = at[4 * i + 2] * ratio - 0.5, by = at[4 * i + 3] * ratio - 0.5;
      const steep = Math.abs(by - ay) > Math.abs(bx - ax);
      if (steep) { [ax, ay, bx, by] = [ay, ax, by, bx]; }
      if (ax > bx) { [ax, ay, bx, by] = [bx, by, ax, ay]; }
      const slope = bx > ax ? (by - ay) / (bx - ax) : 0, half = look.width * ratio * Math.sqrt(1 + slope * slope) / 2;
      const along = steep ? high : wide, across = steep ? wide : high;
      const from = Math.max(0, Math.round(ax)), to = Math.min(along - 1, Math.round(bx));
      for (let u = from; u <= to; u++) {
        const middle = ay + (Math.min(Math.max(u, ax), bx) - ax) * slope, low = middle - half, top = middle + half;
        for (let v = Math.max(0, Math.floor(low + 0.5)); v <= Math.min(across - 1, Math.ceil(top - 0.5)); v++) {
          const share = Math.min(top, v + 0.5) - Math.max(low, v - 0.5);
          if (share <= 0) { continue; }
          const cell = steep ? u * wide + v : v * wide + u, there = dots[cell] >>> 24, mine = (share * most) | 0;
          if (mine >= there) { dots[cell] = ((mine << 24) | rgb) >>> 0; }
        }
      }
    }
  }

  // "#rrggbb" as the canvas holds it: blue, green, red from the higher to the lower bits.
  const colour = (hex) => parseInt(hex.slice(5, 7) + hex.slice(3, 5) + hex.slice(1, 3), 16);
})(window.districtMap = window.districtMap || {});
