// The trend: this year's line over the grey one of the year before, from the table
// beside it, whose numbers are the server's. Today is not over: the line ends with
// yesterday, and a dotted one leads to what today has so far.
import { echarts } from 'govmap/echarts'

export function trendChart(canvas, page, setup) {
  const panel = canvas.closest('[data-panel]')
  let chart = null
  const rows = () => Array.from(page.querySelectorAll('[data-trend] tbody tr'), (row) => Array.from(row.children, (cell) => cell.textContent))

  async function start() {
    try {
      const library = await echarts(setup.echarts)
      chart = library.init(canvas, null, { renderer: 'canvas' })
    } catch {
      panel.classList.add('is-table') // it says the same
      return
    }
    new ResizeObserver(() => { if (canvas.clientHeight) { chart.resize(); draw() } }).observe(canvas)
    draw()
    canvas.dataset.drawn = 'true'
  }

  function draw() {
    if (!chart || !canvas.clientHeight) return
    const css = getComputedStyle(page)
    const colour = (name) => css.getPropertyValue(`--${name}`).trim()
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const told = rows()
    const text = { color: colour('ink-soft'), fontSize: size, fontFamily: css.fontFamily }
    const today = told.length - 1
    const line = (column, paint, extra, shows = () => true) => ({
      type: 'line', smooth: false, showSymbol: false, data: told.map((row, at) => (shows(at) ? Number(row[column]) : null)),
      lineStyle: { width: size / 8, color: paint, ...extra }, itemStyle: { color: paint },
      emphasis: { disabled: true },
    })
    chart.setOption({
      animation: false,
      textStyle: text,
      grid: { left: 4, right: size, top: size * 0.7, bottom: 2, containLabel: true },
      xAxis: { type: 'category', boundaryGap: false, data: told.map((row) => row[0]), axisLabel: { ...text, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: colour('line') } } },
      yAxis: { type: 'value', minInterval: 1, splitNumber: 4, axisLabel: text, splitLine: { lineStyle: { color: colour('line') } } },
      series: [
        line(2, colour('ink-soft'), { type: 'dashed' }),
        { ...line(1, colour('accent'), {}, (at) => at < today), areaStyle: { color: colour('accent'), opacity: 0.12 } },
        {
          ...line(1, colour('accent'), { type: 'dotted' }, (at) => at >= today - 1),
          showSymbol: true, symbol: (value, { dataIndex }) => (dataIndex === today ? 'circle' : 'none'), symbolSize: size * 0.5,
        },
      ],
    }, true)
  }

  const button = panel.querySelector('[data-as-table]')
  button.addEventListener('click', () => {
    const shown = panel.classList.toggle('is-table')
    button.setAttribute('aria-pressed', String(shown))
  })
  start()
  return { draw }
}
