'use strict';
(function () {
  const report = JSON.parse(document.getElementById('report-data').textContent);
  const charts = [];

  /** An element; what a cell says goes in as text, never as markup. */
  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== null) node.setAttribute(name, value);
    }
    for (const child of children.flat()) {
      if (child !== null && child !== undefined) node.append(child);
    }
    return node;
  }

  function picture(index, side) {
    const source = index === null || index === undefined || index < 0 ? null : report.pictures[index];
    return index === -2 ? null : source
      ? el('img', { src: source, alt: '', width: side, loading: 'eager' })
      : el('div', { class: 'none' }, 'no picture');
  }

  function figure(value) {
    if (value === null || value === undefined || Number.isNaN(value)) return '–';
    const size = Math.abs(value);
    if (Number.isInteger(value) || size >= 1000) return Math.round(value).toLocaleString('en-US');
    return size !== 0 && size < 0.0001 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  }

  const blocks = {
    text: b => el('p', { class: b.tone }, b.text),
    list: b => el('ul', { class: 'say ' + b.tone }, b.items.map(item => el('li', {}, item))),
    tiles: b =>
      el('div', { class: 'tiles' }, b.tiles.map(t =>
        el('div', { class: 'tile' },
          el('div', { class: 'label' }, t.label),
          el('div', { class: 'value' }, t.value),
          el('div', { class: 'more' }, t.note)))),
    table: table,
    code: b => el('details', {}, el('summary', {}, b.title), el('pre', {}, b.text)),
    cards: b =>
      el('div', { class: 'cards' }, b.cards.map(card =>
        el('div', { class: 'card' },
          el('div', { class: 'top' },
            picture(card.picture, null),
            el('div', { class: 'lines' }, card.lines.map(line => el('div', {}, line)))),
          card.beside.length
            ? el('div', { class: 'beside' }, card.beside.map(other =>
                el('figure', {}, picture(other.picture, 58), other.caption)))
            : null))),
    confusion: confusion,
    matrix: b => el('div', { class: 'scroll' }, matrix(b.classes, b.counts, b.row, b.column)),
  };

  function table(b) {
    const hasPictures = b.rows.some(row => row.pictures);
    const align = i => b.align[i] || 'l';
    return el('div', { class: 'scroll' }, el('table', {},
      el('thead', {}, el('tr', {},
        hasPictures ? el('th', {}, '') : null,
        b.head.map((name, i) => el('th', { class: align(i) }, name)))),
      el('tbody', {}, b.rows.map(row => el('tr', { class: row.marked ? 'marked' : null },
        hasPictures
          ? el('td', { class: 'pics' }, (row.pictures || []).map(p => picture(p, null)))
          : null,
        row.cells.map((cell, i) => el('td', { class: align(i) }, cell)))))));
  }

  /** Counts by actual (down) and predicted class, shaded by their share of the actual class. */
  function matrix(classes, counts, down, across) {
    return el('table', { class: 'matrix' },
      el('thead', {}, el('tr', {}, el('th', {}, down + ' ↓  ' + across + ' →'),
        classes.map(name => el('th', {}, name)))),
      el('tbody', {}, counts.map((row, i) => {
        const sum = row.reduce((a, b) => a + b, 0);
        return el('tr', {}, el('th', {}, classes[i]), row.map((count, j) => {
          const share = sum > 0 ? count / sum : 0;
          const colour = i === j ? 'var(--c2)' : 'var(--c1)';
          const strength = Math.round(55 * share);
          return el('td', {
            style: 'background: color-mix(in srgb, ' + colour + ' ' + strength + '%, transparent)',
            title: figure(100 * share) + ' % of ' + classes[i],
          }, figure(Math.round(count * 10) / 10));
        }));
      })));
  }

  function confusion(b) {
    const place = el('div', {});
    const figures = el('table', {});
    const value = el('output', {}, '');
    const slider = el('input', {
      type: 'range', min: 0, max: b.thresholds.length - 1, step: 1, value: b.start,
      'aria-label': 'threshold',
    });
    function show() {
      const i = Number(slider.value);
      const [tp, fp, tn, fn] = b.counts[i];
      const safe = (a, c) => (c > 0 ? a / c : NaN);
      value.textContent = figure(b.thresholds[i]) + (i === b.start ? ' (the model’s)' : '');
      place.replaceChildren(matrix(b.classes, [[tn, fp], [fn, tp]], 'actual', 'predicted'));
      const rows = [
        ['accuracy', safe(tp + tn, tp + tn + fp + fn)],
        ['precision: of those called ' + b.classes[1] + ', are', safe(tp, tp + fp)],
        ['recall: of those that are ' + b.classes[1] + ', called', safe(tp, tp + fn)],
        ['specificity: of the others, not called', safe(tn, tn + fp)],
        ['F1', safe(2 * tp, 2 * tp + fp + fn)],
        ['Matthews correlation', safe(tp * tn - fp * fn,
          Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))],
      ];
      figures.replaceChildren(...rows.map(row =>
        el('tr', {}, el('td', {}, row[0]), el('td', { class: 'r' }, figure(row[1])))));
    }
    slider.addEventListener('input', show);
    show();
    return el('div', {},
      el('div', { class: 'confusion' },
        el('div', {}, el('label', {}, 'threshold ', value, slider), place), figures));
  }

  /** The colours of the page as they are now: light, dark, or on paper. */
  function theme() {
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(name).trim();
    return {
      ink: colour('--ink'), faint: colour('--faint'), line: colour('--line'), card: colour('--card'),
      low: colour('--low'), high: colour('--high'),
      series: [...Array(10).keys()].map(i => colour('--c' + i)),
    };
  }

  function mixed(t, share) {
    const parse = c => [1, 3, 5].map(i => parseInt(c.slice(i, i + 2), 16));
    const a = parse(t.low);
    const b = parse(t.high);
    const at = Math.max(0, Math.min(1, share));
    return 'rgb(' + a.map((v, i) => Math.round(v + at * (b[i] - v))).join(',') + ')';
  }

  function axis(t, spec, more) {
    return Object.assign({
      type: 'value',
      name: (spec && spec.name) || '',
      nameLocation: 'middle',
      nameTextStyle: { color: t.faint, fontSize: 12 },
      min: spec && spec.min !== undefined ? spec.min : undefined,
      max: spec && spec.max !== undefined ? spec.max : undefined,
      scale: true,
      axisLabel: { color: t.faint, fontSize: 11, hideOverlap: true, formatter: short },
      axisLine: { lineStyle: { color: t.line } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: t.line, opacity: 0.7 } },
    }, more);
  }

  /** Labels at 1, 2 and 5 times powers of ten on an axis of logarithms. */
  function logarithmic(axis, values) {
    const low = Math.log10(Math.min(...values));
    const high = Math.log10(Math.max(...values));
    const room = 0.04 * (high - low || 1);
    const labels = [];
    for (let power = Math.floor(low); power <= high; power++) {
      for (const digit of high - low > 4 ? [1] : [1, 2, 5]) {
        const at = power + Math.log10(digit);
        if (at >= low - room && at <= high + room) labels.push(at);
      }
    }
    axis.min = low - room;
    axis.max = high + room;
    axis.axisLabel.customValues = labels;
    axis.axisLabel.formatter = at => short(Math.pow(10, at));
    axis.axisTick = { show: false, customValues: labels };
  }

  function short(value) {
    const size = Math.abs(value);
    if (size >= 1e9) return figure(value / 1e9) + 'G';
    if (size >= 1e6) return figure(value / 1e6) + 'M';
    if (size >= 1e4) return figure(value / 1e3) + 'k';
    return figure(value);
  }

  function frame(t, c, legend) {
    return {
      animation: false,
      aria: { enabled: true },
      textStyle: { fontFamily: 'inherit', color: t.ink },
      color: t.series,
      // The room that the library keeps for names falls some letters short.
      grid: { left: c.categories ? 30 : 8, right: 18, top: legend ? 34 : 12, bottom: c.x && c.x.name ? 26 : 8,
        outerBoundsMode: 'same' },
      legend: legend
        ? { type: 'scroll', top: 0, left: 0, itemWidth: 16, itemHeight: 9, icon: 'roundRect',
            textStyle: { color: t.ink, fontSize: 12 }, pageIconColor: t.faint, pageIconInactiveColor: t.line,
            pageTextStyle: { color: t.faint } }
        : undefined,
      tooltip: { confine: true, backgroundColor: t.card, borderColor: t.line,
        textStyle: { color: t.ink, fontSize: 12 } },
    };
  }

  /** Names down the side of an axis that has room between them. */
  function names(t, c) {
    return { type: 'value', min: -0.6, max: c.categories.length - 0.4, inverse: true,
      axisLabel: { color: t.ink, fontSize: 12, width: c.plot < 520 ? 90 : 150, overflow: 'truncate',
        customValues: c.categories.map((_, i) => i), formatter: v => c.categories[Math.round(v)] || '' },
      axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } };
  }

  function tip(lines, pictureIndex) {
    const node = el('div', { class: 'tip' });
    if (pictureIndex !== undefined && pictureIndex !== null && pictureIndex >= 0) {
      node.append(picture(pictureIndex, 96));
    }
    lines.forEach(line => node.append(el('div', {}, line)));
    return node;
  }

  const types = {
    /** Points joined in order. */
    lines(t, c) {
      const shown = c.series.filter(s => !s.style);
      const option = frame(t, c, shown.length > 1);
      if (option.legend) option.legend.data = shown.map(s => s.name);
      option.xAxis = axis(t, c.x, { nameGap: 24 });
      option.yAxis = axis(t, c.y, { nameGap: 42 });
      option.tooltip.formatter = p =>
        tip([p.seriesName, c.x.name + ' ' + figure(p.value[0]), c.y.name + ' ' + figure(p.value[1])]);
      option.series = c.series.map(s => ({
        name: s.name, type: 'line', data: s.points,
        showSymbol: s.points.length <= 25 && s.style !== 'guide', symbolSize: 6, symbol: 'circle',
        silent: s.style === 'guide',
        lineStyle: s.style === 'guide'
          ? { color: t.faint, type: 'dashed', width: 1 }
          : s.style === 'faint' ? { color: t.faint, width: 1, opacity: 0.5 } : { width: 2.5 },
        itemStyle: { color: s.style ? t.faint : t.series[shown.indexOf(s)] },
        color: s.style ? t.faint : t.series[shown.indexOf(s)],
        z: s.style === 'guide' ? 1 : s.style === 'faint' ? 2 : 3,
      }));
      return option;
    },
    /** Rows as dots: x, y, then the row's number and its picture where known. */
    points(t, c) {
      const dots = c.series.filter(s => s.style !== 'guide');
      const option = frame(t, c, dots.length > 1);
      option.xAxis = axis(t, c.x, { nameGap: 24 });
      option.yAxis = axis(t, c.y, { nameGap: 46 });
      const to = c.log ? Math.log10 : v => v;
      const from = c.log ? v => Math.pow(10, v) : v => v;
      const placed = points => points.map(p => [to(p[0]), to(p[1]), ...p.slice(2)]);
      if (c.log) {
        logarithmic(option.xAxis, dots.flatMap(s => s.points.map(p => p[0])));
        logarithmic(option.yAxis, dots.flatMap(s => s.points.map(p => p[1])));
      }
      option.tooltip.formatter = p => tip([
        p.value[2] ? 'row ' + figure(p.value[2]) : p.seriesName,
        c.x.name + ' ' + figure(from(p.value[0])), c.y.name + ' ' + figure(from(p.value[1]))], p.value[3]);
      option.series = c.series.map(s => s.style === 'guide'
        ? { name: s.name, type: 'line', data: placed(s.points), showSymbol: false, silent: true, z: 1,
            lineStyle: { color: t.faint, type: 'dashed', width: 1 }, itemStyle: { color: t.faint } }
        : { name: s.name, type: 'scatter', data: placed(s.points), symbolSize: dots[0].points.length > 400 ? 5 : 7,
            itemStyle: { opacity: 0.65 } });
      return option;
    },
    /** Bars beside names; one series per colour. */
    bars(t, c) {
      const option = frame(t, c, c.series.length > 1);
      const names = { type: 'category', data: c.categories, inverse: !!c.across,
        axisLabel: { color: t.ink, fontSize: 11.5, width: 150, overflow: 'truncate',
          interval: c.across ? 0 : 'auto', hideOverlap: true },
        axisLine: { lineStyle: { color: t.line } }, axisTick: { show: false },
        name: (c.across ? c.y : c.x) && (c.across ? c.y : c.x).name || '', nameLocation: 'middle', nameGap: 24,
        nameTextStyle: { color: t.faint, fontSize: 12 } };
      const values = axis(t, c.across ? c.x : c.y, { scale: false, nameGap: c.across ? 24 : 44 });
      option.xAxis = c.across ? values : names;
      option.yAxis = c.across ? names : values;
      option.tooltip.formatter = p =>
        tip([p.name, (c.series.length > 1 ? p.seriesName + ' ' : '') + figure(p.value)]);
      option.series = c.series.map(s => ({ name: s.name, type: 'bar', data: s.values, barMaxWidth: 22,
        barCategoryGap: c.touching ? '4%' : '30%', itemStyle: { borderRadius: 2 } }));
      return option;
    },
    /** Mean and spread per name: a dot on a line; series by colour. */
    spreads(t, c) {
      const option = frame(t, c, c.series.length > 1);
      option.xAxis = axis(t, c.x, { nameGap: 24 });
      option.yAxis = names(t, c);
      option.tooltip.formatter = p => tip([p.seriesName + ', ' + c.categories[Math.round(p.value[1])],
        figure(p.value[0]) + ' ± ' + figure(p.value[2])]);
      const beside = i => (i - (c.series.length - 1) / 2) * 0.22;
      const ends = c.series.flatMap(s => s.points.flatMap(p => [p[0] - p[2], p[0] + p[2]]));
      const all = c.reference === undefined ? ends : ends.concat([c.reference]);
      const low = Math.min(...all);
      const high = Math.max(...all);
      option.xAxis.min = option.xAxis.min === undefined ? nice(low - 0.04 * (high - low), high - low, -1) : option.xAxis.min;
      option.xAxis.max = option.xAxis.max === undefined ? nice(high + 0.04 * (high - low), high - low, 1) : option.xAxis.max;
      option.series = c.series.map((s, i) => ({
        name: s.name, type: 'scatter', data: s.points.map(p => [p[0], p[1] + beside(i), p[2]]), symbolSize: 9,
        markLine: { silent: true, symbol: ['none', 'none'], animation: false, label: { show: false },
          data: s.points.map(p => [
            { coord: [p[0] - p[2], p[1] + beside(i)] }, { coord: [p[0] + p[2], p[1] + beside(i)] }]),
          lineStyle: { color: t.series[i], width: 2, type: 'solid', opacity: 0.6 } } }));
      if (c.reference !== undefined) {
        option.series.push({ name: c.referenceName, type: 'line', data: [], markLine: { silent: true,
          symbol: ['none', 'none'], animation: false, lineStyle: { color: t.faint, type: 'dashed' },
          label: { formatter: c.referenceName, color: t.faint, position: 'insideEndTop', fontSize: 11 },
          data: [{ xAxis: c.reference }] } });
        if (option.legend) option.legend.data = c.series.map(s => s.name);
      }
      return option;
    },
    /** One dot per row and name, side by side where many fall together, coloured by a value. */
    swarm(t, c) {
      const option = frame(t, c, false);
      option.xAxis = axis(t, c.x, { nameGap: 24 });
      option.yAxis = names(t, c);
      option.tooltip.formatter = p => tip([
        c.categories[Math.round(p.value[4])] + (p.value[3] ? ', row ' + figure(p.value[3]) : ''),
        'moves it by ' + figure(p.value[0])], p.value[5]);
      const xs = c.series.flatMap(s => s.points.map(p => p[0]));
      const width = (Math.max(...xs) - Math.min(...xs)) / 90 || 1;
      const data = [];
      c.series.forEach((s, row) => {
        const bins = new Map();
        s.points.forEach(p => {
          const bin = Math.round(p[0] / width);
          bins.set(bin, (bins.get(bin) || 0) + 1);
        });
        const most = Math.max(...bins.values(), 1);
        const step = Math.min(0.09, 0.72 / most);
        const used = new Map();
        s.points.forEach(p => {
          const bin = Math.round(p[0] / width);
          const n = used.get(bin) || 0;
          used.set(bin, n + 1);
          const offset = (n % 2 === 0 ? 1 : -1) * Math.ceil(n / 2) * step;
          data.push({ value: [p[0], row + offset, p[1], p[2], row, p[3]],
            itemStyle: { color: p[1] === null ? t.series[7] : mixed(t, p[1]) } });
        });
      });
      option.series = [
        { type: 'line', data: [[0, -0.6], [0, c.categories.length - 0.4]], showSymbol: false, silent: true,
          lineStyle: { color: t.faint, width: 1 } },
        { type: 'scatter', data: data, symbolSize: 4.5, itemStyle: { opacity: 0.8 } }];
      return option;
    },
    /** Rows on a plane: x, y, value in 0..1 or nothing, row, picture, and what is said of it. */
    map(t, c) {
      const option = frame(t, c, c.series.length > 1);
      const none = { show: false, scale: true, splitLine: { show: false } };
      option.xAxis = Object.assign({ type: 'value' }, none);
      option.yAxis = Object.assign({ type: 'value' }, none);
      option.grid.bottom = 6;
      option.tooltip.formatter = p => tip(
        ['row ' + figure(p.value[3]), c.target + ' ' + (p.value[5] === null ? p.seriesName : figure(p.value[5]))],
        p.value[4]);
      option.series = c.series.map(s => ({ name: s.name, type: 'scatter', symbolSize: 8, itemStyle: { opacity: 0.8 },
        data: s.points.map(p => p[2] === null ? p
          : { value: p, itemStyle: { color: mixed(t, p[2]) } }) }));
      return option;
    },
  };

  function nice(value, range, direction) {
    const step = Math.pow(10, Math.floor(Math.log10(range || Math.abs(value) || 1)) - 1);
    return Number(((direction < 0 ? Math.floor : Math.ceil)(value / step) * step).toPrecision(6));
  }

  blocks.chart = function (c) {
    const tall = c.type === 'map' || c.square;
    const plot = el('div', { class: 'plot' + (tall ? ' tall' : ''), id: c.id, role: 'img', 'aria-label': c.title });
    if (c.type === 'swarm' || c.across || c.type === 'spreads') {
      const each = c.type === 'swarm' ? 34 : c.type === 'spreads' ? 46 : 26;
      plot.style.height = Math.max(180, 70 + each * c.categories.length) + 'px';
    }
    charts.push({ spec: c, plot: plot });
    return el('figure', {}, el('h3', {}, c.title), c.note ? el('p', { class: 'note' }, c.note) : null,
      c.scale ? el('div', { class: 'scale' }, c.scaleLow, el('i', {}), c.scaleHigh) : null, plot);
  };

  function section(s) {
    const node = el('section', { id: s.id }, el('h2', {}, s.title));
    let group = null;
    s.blocks.forEach(block => {
      if (block.kind === 'chart') {
        if (!group) node.append(group = el('div', { class: 'charts' }));
        group.append(blocks.chart(block));
      } else {
        group = null;
        node.append(blocks[block.kind](block));
      }
    });
    return node;
  }

  function draw() {
    const t = theme();
    charts.forEach(c => {
      c.chart = c.chart || echarts.init(c.plot, null, { renderer: c.spec.heavy ? 'canvas' : 'svg' });
      c.chart.setOption(types[c.spec.type](t, c.spec), true);
    });
  }

  document.getElementById('head').append(el('h1', {}, report.title), el('p', { class: 'sub' }, report.subtitle));
  const links = report.sections.map(s =>
    el('a', { href: '#' + s.id }, s.id.charAt(0).toUpperCase() + s.id.slice(1)));
  document.getElementById('nav').append(el('div', {}, links));
  const main = document.getElementById('report');
  report.sections.forEach(s => main.append(section(s)));
  draw();

  const resized = () => charts.forEach(c => c.chart.resize());
  window.addEventListener('resize', resized);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  window.addEventListener('beforeprint', () => { draw(); resized(); });
  window.addEventListener('afterprint', resized);
  const here = new IntersectionObserver(seen => seen.forEach(one => {
    const link = links.find(a => a.getAttribute('href') === '#' + one.target.id);
    if (link) link.classList.toggle('here', one.isIntersecting);
  }), { rootMargin: '-12% 0px -80% 0px' });
  document.querySelectorAll('section').forEach(s => here.observe(s));
  document.documentElement.setAttribute('data-charts', String(charts.length));
})();
