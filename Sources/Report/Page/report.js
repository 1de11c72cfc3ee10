// Draws the plots and 3D views of a report. All data are in the page: JSON, and frames as base64.
'use strict';

const colors = { x: [219, 66, 51], y: [61, 168, 84], z: [51, 107, 214], sphere: [158, 158, 158] };
const config = {
  responsive: true, displaylogo: false, plotlyServerURL: '',
  // Nothing leaves the page.
  modeBarButtonsToRemove: ['sendChartToCloud', 'lasso2d', 'select2d'],
  toImageButtonOptions: { format: 'png', scale: 3 },
  modeBarButtonsToAdd: [{
    name: 'svg', title: 'Save as SVG', icon: { width: 24, height: 24,
      path: 'M5 20h14v-2H5v2zM19 9h-4V3H9v6H5l7 7 7-7z' },
    click: plot => Plotly.downloadImage(plot, { format: 'svg', filename: plot.id }),
  }],
};
const hasWebGL = (() => {
  const context = document.createElement('canvas').getContext('webgl');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
})();

const readJSON = id => JSON.parse(document.getElementById(id).textContent);
const decode = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

/** Words for the plotting library, which understands some HTML. */
const plain = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function element(name, parent, attributes = {}) {
  const made = Object.assign(document.createElement(name), attributes);
  parent.append(made);
  return made;
}

/** Unpacks the plotting library and runs it. */
async function loadLibrary() {
  const packed = new Blob([decode(document.getElementById('library').textContent)]);
  const stream = packed.stream().pipeThrough(new DecompressionStream('gzip'));
  element('script', document.head, { textContent: await new Response(stream).text() });
}

// ---- Plots ----

/** A plot whose points show their frames: `viewer` is told which one is clicked, and marks it. */
function link(plot, viewer) {
  if (!viewer) return;
  plot.on('plotly_click', event => {
    const row = event.points.map(point => point.customdata).find(Number.isInteger);
    if (row !== undefined) viewer.showRow(row);
  });
  viewer.onShow(row => mark(plot, row));
}

/** A ring around every point that belongs to the row. */
function mark(plot, row) {
  const markers = plot.data.flatMap((trace, index) => trace.meta === 'mark' ? [index] : []);
  for (const index of markers) {
    const { xaxis, yaxis } = plot.data[index];
    const [x, y] = [[], []];
    for (const trace of plot.data) {
      if (trace.meta === 'mark' || trace.xaxis !== xaxis || trace.yaxis !== yaxis) continue;
      const place = trace.customdata?.indexOf(row) ?? -1;
      if (place < 0 || trace.visible === 'legendonly') continue;
      x.push(trace.x[place]);
      y.push(trace.y[place]);
    }
    Plotly.restyle(plot, { x: [x], y: [y] }, [index]);
  }
}

function ring(xaxis, yaxis, type = 'scatter') {
  return { type, mode: 'markers', meta: 'mark', x: [], y: [], xaxis, yaxis,
    hoverinfo: 'skip', showlegend: false,
    marker: { symbol: 'circle-open', size: 15, color: '#111', line: { width: 2 } } };
}

/** Browsers have some 16 contexts of WebGL for a page, and a plot of many points takes three. */
let contexts = 14 - document.querySelectorAll('[data-frames]').length;

/** Whether one more plot may have many points; counts it. */
function reserveContexts() {
  if (!hasWebGL || contexts < 3) return false;
  contexts -= 3;
  return true;
}

/** Every so many-th point, which a browser can draw without the graphics processor. */
function thinned(trace, most) {
  const step = Math.ceil(trace.x.length / most);
  const thin = list => Array.isArray(list) ? list.filter((_, k) => k % step === 0) : list;
  return { ...trace, type: 'scatter', x: thin(trace.x), y: thin(trace.y), text: thin(trace.text),
    customdata: thin(trace.customdata),
    marker: { ...trace.marker, color: thin(trace.marker?.color) },
    name: step > 1 ? `${trace.name ?? 'points'} (1 of ${step} shown)` : trace.name };
}

async function drawFigure(place, viewers) {
  const { data, layout } = readJSON(place.dataset.figure);
  const labels = place.dataset.labels ? readJSON(place.dataset.labels) : null;
  for (const trace of data) {
    if (labels && trace.customdata && !trace.text) {
      trace.text = trace.customdata.map(row => plain(labels[row]));
    }
  }
  const isLarge = data.some(trace => trace.type === 'scattergl');
  const traces = isLarge && !reserveContexts()
    ? data.map(trace => trace.type === 'scattergl' ? thinned(trace, 2000) : trace) : data;
  const viewer = viewers.get(place.dataset.viewer);
  if (viewer) {
    const axes = new Map(data.map(t => [`${t.xaxis} ${t.yaxis}`, [t.xaxis, t.yaxis]]));
    const type = traces.some(trace => trace.type === 'scattergl') ? 'scattergl' : 'scatter';
    for (const [x, y] of axes.values()) traces.push(ring(x, y, type));
  }
  const plot = await Plotly.newPlot(place, traces, layout, config);
  link(plot, viewer);
}

// ---- Any property of the frames against any other ----

/** How axes look. */
const ruled = { zeroline: false, showline: true, mirror: true, linecolor: '#444' };

async function drawExplorer(place, viewers) {
  const { columns, defaults, names } = readJSON(place.dataset.explorer);
  const labels = readJSON(place.dataset.labels);
  const viewer = viewers.get(place.dataset.viewer);
  const bar = element('div', place, { className: 'controls' });
  const area = element('div', place, { className: 'plot' });
  const choose = (axis, allowed) => {
    const select = element('select', element('label', bar, { textContent: `${axis} ` }));
    columns.forEach((column, index) => {
      if (allowed(column)) element('option', select, { value: index, textContent: column.name });
    });
    select.value = defaults[axis];
    select.addEventListener('change', () => draw());
    return select;
  };
  const [x, y] = ['x', 'y'].map(axis => choose(axis, column => column.numeric));
  const color = choose('colour', () => true);
  const rows = labels.map((_, row) => row);
  const isLarge = rows.length > 4000;
  const hasContexts = isLarge && reserveContexts();
  const type = hasContexts ? 'scattergl' : 'scatter';
  const trace = (name, wanted, marker) => ({
    type, mode: 'markers', name: plain(name), showlegend: name !== '', customdata: wanted, text: wanted.map(row => plain(labels[row])),
    x: wanted.map(row => columns[x.value].values[row]),
    y: wanted.map(row => columns[y.value].values[row]), xaxis: 'x', yaxis: 'y',
    marker: { size: isLarge ? 4 : 7, line: { width: 0.5, color: '#fff' }, ...marker },
    hovertemplate: `%{text}<br>${plain(columns[x.value].name)} %{x:.4~g}<br>`
      + `${plain(columns[y.value].name)} %{y:.4~g}<extra>${plain(name)}</extra>`,
  });
  const draw = async () => {
    const shade = columns[color.value];
    const traces = shade.numeric
      ? [trace('', rows, {
        color: shade.values, colorscale: 'Viridis', showscale: true,
        colorbar: { title: { text: plain(shade.name), side: 'right' }, thickness: 14 },
      })]
      : [...new Set(shade.values)].map((word, k) =>
        trace(word || 'none', rows.filter(row => shade.values[row] === word),
          { color: names[k % names.length] }));
    const shown = isLarge && !hasContexts ? traces.map(part => thinned(part, 2000)) : traces;
    await Plotly.react(area, [...shown, ring('x', 'y', type)], {
      margin: { l: 64, r: 16, t: 40, b: 52 }, hovermode: 'closest', height: 460,
      xaxis: { ...ruled, title: { text: plain(columns[x.value].name) } },
      yaxis: { ...ruled, title: { text: plain(columns[y.value].name) } },
      legend: { orientation: 'h', y: -0.16 }, uirevision: `${x.value} ${y.value}`,
    }, config);
    if (viewer) mark(area, viewer.row);
  };
  await draw();
  link(area, viewer);
}

// ---- Frames in three dimensions ----

/** The unit sphere as rings of triangles. */
function sphere(rings, sectors) {
  const points = [[0, 0, 1]];
  for (let i = 1; i < rings; i++) {
    const [r, z] = [Math.sin(Math.PI * i / rings), Math.cos(Math.PI * i / rings)];
    for (let j = 0; j < sectors; j++) {
      const angle = 2 * Math.PI * (j + 0.5 * (i % 2)) / sectors;
      points.push([r * Math.cos(angle), r * Math.sin(angle), z]);
    }
  }
  points.push([0, 0, -1]);
  const last = points.length - 1;
  const at = (i, j) => 1 + (i - 1) * sectors + (j + sectors) % sectors;
  const triangles = [];
  for (let j = 0; j < sectors; j++) {
    triangles.push([0, at(1, j), at(1, j + 1)]);
    for (let i = 1; i < rings - 1; i++) {
      // Rings are shifted by half a sector in turn.
      const [a, b, c, d] = [at(i, j), at(i, j + 1), at(i + 1, j), at(i + 1, j + 1)];
      if (i % 2) triangles.push([a, d, b], [a, c, d]);
      else triangles.push([a, c, b], [b, c, d]);
    }
    triangles.push([at(rings - 1, j), last, at(rings - 1, j + 1)]);
  }
  return { points, triangles };
}

/** The columns of the rotation matrix of the quaternion w, x, y, z. */
function rotation(w, x, y, z) {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
    [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
    [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
  ];
}

/** The index of the semi-axis that differs most from the middle one; -1 for a sphere. */
function symmetryAxis(axes) {
  const order = [0, 1, 2].sort((a, b) => axes[a] - axes[b]);
  const [below, above] = [axes[order[1]] - axes[order[0]], axes[order[2]] - axes[order[1]]];
  const margin = 1e-3 * axes[order[2]];
  if (Math.max(below, above) <= margin) return -1;
  return above >= below - margin ? order[2] : order[0];
}

function tone(axis) {
  if (!axis) return `rgb(${colors.sphere.join()})`;
  const parts = [0, 1, 2].map(k => Math.round(
    colors.x[k] * axis[0] ** 2 + colors.y[k] * axis[1] ** 2 + colors.z[k] * axis[2] ** 2));
  return `rgb(${parts.join()})`;
}

/** Position, quaternion and semi-axes of every particle. */
function particles(frame) {
  const bytes = decode(frame.data);
  const numbers = new Int16Array(bytes.buffer);
  const stride = frame.axes ? 7 : 10;
  return Array.from({ length: frame.count }, (_, i) => {
    const part = Array.from(numbers.subarray(i * stride, (i + 1) * stride), v => v / 32767);
    const length = Math.hypot(...part.slice(3, 7)) || 1;
    return {
      center: part.slice(0, 3).map((v, k) => v * frame.scale + frame.origin[k]),
      turn: rotation(...part.slice(3, 7).map(v => v / length)),
      axes: frame.axes ?? part.slice(7).map(v => v * frame.scale),
    };
  });
}

/** All ellipsoids as one mesh. */
function mesh(frame) {
  const rings = frame.count <= 6 ? 36 : frame.count <= 60 ? 16 : frame.count <= 400 ? 10 : frame.count <= 3000 ? 7 : 5;
  const { points, triangles } = sphere(rings, rings + Math.floor(rings / 2));
  const [x, y, z, i, j, k, vertexcolor] = [[], [], [], [], [], [], []];
  for (const { center, turn, axes } of particles(frame)) {
    const first = x.length;
    const index = symmetryAxis(axes);
    const shade = tone(index < 0 ? null : turn[index]);
    for (const point of points) {
      const [a, b, c] = point.map((v, n) => v * axes[n]);
      x.push(center[0] + a * turn[0][0] + b * turn[1][0] + c * turn[2][0]);
      y.push(center[1] + a * turn[0][1] + b * turn[1][1] + c * turn[2][1]);
      z.push(center[2] + a * turn[0][2] + b * turn[1][2] + c * turn[2][2]);
      vertexcolor.push(shade);
    }
    for (const [p, q, r] of triangles) {
      i.push(first + p);
      j.push(first + q);
      k.push(first + r);
    }
  }
  return {
    type: 'mesh3d', x, y, z, i, j, k, vertexcolor, hoverinfo: 'skip', flatshading: false,
    lighting: { ambient: 0.6, diffuse: 0.9, specular: 0.3, roughness: 0.5, fresnel: 0.2,
      facenormalsepsilon: 0 },
    lightposition: { x: 1e3, y: -3e3, z: 4e3 },
  };
}

/** The edges of the cell. */
function box(frame) {
  if (!frame.cell) return [];
  const c = frame.cell;
  const corner = bits => [0, 1, 2].map(axis =>
    [0, 1, 2].reduce((sum, k) => sum + ((bits >> k) & 1) * c[3 * k + axis], 0));
  const [x, y, z] = [[], [], []];
  for (let bits = 0; bits < 8; bits++) {
    for (const step of [1, 2, 4]) {
      if (bits & step) continue;
      for (const end of [corner(bits), corner(bits | step), [null, null, null]]) {
        x.push(end[0]);
        y.push(end[1]);
        z.push(end[2]);
      }
    }
  }
  return [{ type: 'scatter3d', mode: 'lines', x, y, z, hoverinfo: 'skip', showlegend: false,
    line: { color: '#666', width: 2 } }];
}

/** A 3D view of one frame at a time, with buttons and a slider to go to others. */
class Viewer {
  #listeners = [];

  constructor(place) {
    this.frames = readJSON(place.dataset.frames);
    const labels = place.dataset.labels ? readJSON(place.dataset.labels) : [];
    for (const frame of this.frames) frame.caption ??= labels[frame.row];
    this.index = 0;
    const bar = element('div', place, { className: 'controls' });
    const back = element('button', bar, { textContent: '‹', title: 'the frame before' });
    this.slider = element('input', bar, {
      type: 'range', min: 0, max: this.frames.length - 1, value: 0, title: 'which frame' });
    const next = element('button', bar, { textContent: '›', title: 'the next frame' });
    this.caption = element('output', bar);
    this.area = element('div', place, { className: 'scene' });
    if (this.frames.length < 2) back.hidden = next.hidden = this.slider.hidden = true;
    back.addEventListener('click', () => this.show(this.index - 1));
    next.addEventListener('click', () => this.show(this.index + 1));
    this.slider.addEventListener('input', () => this.show(Number(this.slider.value)));
  }

  get row() { return this.frames[this.index].row; }

  onShow(listener) {
    this.#listeners.push(listener);
    listener(this.row);
  }

  /** The frame of that row, or the nearest one that is in the page. */
  showRow(row) {
    let best = 0;
    this.frames.forEach((frame, k) => {
      if (Math.abs(frame.row - row) < Math.abs(this.frames[best].row - row)) best = k;
    });
    return this.show(best, row);
  }

  async show(index, wanted) {
    this.index = Math.min(Math.max(index, 0), this.frames.length - 1);
    const frame = this.frames[this.index];
    this.slider.value = this.index;
    this.caption.textContent = frame.caption
      + (wanted === undefined || wanted === frame.row ? '' : ' (the nearest one in this page)');
    for (const listener of this.#listeners) listener(frame.row);
    if (!hasWebGL) {
      this.area.textContent = 'This browser has no WebGL, which the 3D view needs.';
      return;
    }
    const hidden = { visible: false, showspikes: false };
    await Plotly.react(this.area, [mesh(frame), ...box(frame)], {
      margin: { l: 0, r: 0, t: 0, b: 0 }, height: 460, uirevision: 'keep', showlegend: false,
      scene: { xaxis: hidden, yaxis: hidden, zaxis: hidden, aspectmode: 'data',
        dragmode: 'orbit',
        camera: { eye: { x: 0.75, y: -1.6, z: 0.42 } } },
    }, config);
  }
}

// ---- The page ----

async function drawAll() {
  await loadLibrary();
  const all = selector => Array.from(document.querySelectorAll(selector));
  const viewers = new Map();
  for (const place of all('[data-frames]')) {
    const viewer = new Viewer(place);
    await viewer.show(0);
    viewers.set(place.id, viewer);
  }
  for (const place of all('[data-figure]')) await drawFigure(place, viewers);
  for (const place of all('[data-explorer]')) await drawExplorer(place, viewers);
  document.body.dataset.drawn = all('.js-plotly-plot').length;
}

drawAll().catch(error => {
  console.error(error);
  element('p', document.body, { className: 'trouble', textContent: `The plots could not be drawn: ${error}` });
});
