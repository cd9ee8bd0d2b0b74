// Bars from the JSON beside each chart. Drawn on a canvas and without tooltips: ECharts would write style attributes
// for them, which the policy of the page refuses. The table below says every number.
(() => {
  "use strict";
  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return { ink: of("--ink"), line: of("--line"), bars: [of("--green-fill"), of("--violet-fill"), of("--amber")] };
  };

  const options = (data, shades, isNarrow) => ({
    animation: false,
    color: shades.bars,
    textStyle: { color: shades.ink, fontFamily: "inherit" },
    grid: { left: 8, right: 72, top: 36, bottom: 8, containLabel: true },
    legend: data.series.length > 1 ? { top: 0, left: 0, textStyle: { color: shades.ink } } : undefined,
    xAxis: { type: "value", minInterval: 1, axisLabel: { color: shades.ink, hideOverlap: true }, splitLine: { lineStyle: { color: shades.line } } },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.labels,
      axisLabel: { color: shades.ink, width: isNarrow ? 90 : 220, overflow: "truncate", interval: 0 },
    },
    series: data.series.map((row) => ({
      name: row.name,
      type: "bar",
      data: row.values,
      label: { show: data.series.length === 1, position: "right", color: shades.ink, formatter: ({ value }) => value.toLocaleString() },
    })),
  });

  const drawn = [];
  const draw = () => {
    const shades = colours();
    for (const place of document.querySelectorAll("[data-chart]")) {
      const source = document.getElementById(place.dataset.chart);
      const data = JSON.parse(source.textContent);
      place.style.height = `${80 + data.labels.length * (data.series.length > 1 ? 52 : 32)}px`;
      const chart = echarts.getInstanceByDom(place) || echarts.init(place, null, { renderer: "canvas" });
      if (!drawn.includes(chart)) {
        chart.on("click", ({ dataIndex }) => data.hrefs[dataIndex] && location.assign(data.hrefs[dataIndex]));
      }
      chart.setOption(options(data, shades, place.clientWidth < 500), true);
      chart.resize();
      if (!drawn.includes(chart)) drawn.push(chart);
    }
  };

  draw();
  window.addEventListener("resize", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
