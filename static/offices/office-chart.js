// <office-chart>: draws the table that it holds; a bar opens what its number links to.
// The library comes when the first chart is looked at.
import { echarts as library } from 'govmap/echarts'

class OfficeChart extends HTMLElement {
  connectedCallback() {
    this.canvas = this.querySelector('[data-canvas]')
    this.querySelector('details').open = false
    this.redraw = () => this.draw()
    document.addEventListener('govmap:theme', this.redraw)
    this.seen = new IntersectionObserver(([entry]) => { if (entry.isIntersecting) this.start() })
    this.seen.observe(this.canvas)
  }

  disconnectedCallback() {
    document.removeEventListener('govmap:theme', this.redraw)
    this.seen.disconnect()
    this.resized?.disconnect()
    this.chart?.dispose()
  }

  async start() {
    this.seen.disconnect()
    try {
      const echarts = await library(this.dataset.library)
      this.chart = echarts.init(this.canvas, null, { renderer: 'canvas' })
    } catch {
      this.querySelector('details').open = true
      return
    }
    this.chart.on('click', ({ dataIndex, seriesIndex }) => {
      location.href = this.read().lines[dataIndex].figures[seriesIndex].href
    })
    this.resized = new ResizeObserver(() => this.chart.resize())
    this.resized.observe(this.canvas)
    this.draw()
    this.dataset.ready = 'true'
  }

  // The table is the data.
  read() {
    const names = Array.from(this.querySelectorAll('thead th'), (cell) => cell.textContent)
    const lines = Array.from(this.querySelectorAll('tbody tr'), (row) => ({
      label: row.querySelector('th').textContent,
      figures: Array.from(row.querySelectorAll('a'), (link) => ({ count: Number(link.textContent), href: link.href })),
    }))
    return { names, lines }
  }

  draw() {
    if (!this.chart) return
    const { names, lines } = this.read()
    const css = getComputedStyle(this)
    const colour = (name) => css.getPropertyValue(`--${name}`).trim()
    const lying = this.dataset.kind === 'stack'
    const labels = {
      type: 'category', data: lines.map(({ label }) => label), inverse: lying,
      axisLine: { lineStyle: { color: colour('line') } }, axisTick: { show: false },
      axisLabel: { color: colour('ink'), fontSize: 13, width: 110, overflow: 'truncate', interval: lying ? 0 : 'auto' },
    }
    const values = {
      type: 'value', minInterval: 1, name: lying ? '' : this.dataset.unit, nameTextStyle: { color: colour('ink-soft') },
      axisLabel: { color: colour('ink-soft') }, splitLine: { lineStyle: { color: colour('line') } },
    }
    const kinds = Array.from(this.querySelectorAll('[data-colour]'), (item) => item.dataset.colour)
    this.chart.setOption({
      animation: false,
      textStyle: { fontFamily: css.fontFamily },
      grid: { left: 8, right: 16, top: lying ? 4 : 28, bottom: 4, containLabel: true },
      xAxis: lying ? values : labels,
      yAxis: lying ? labels : values,
      series: names.map((name, at) => ({
        name, type: 'bar', stack: lying ? 'all' : undefined, barMaxWidth: 22, itemStyle: { color: colour(kinds[at]) },
        label: { show: true, position: lying ? 'inside' : 'top', color: lying ? colour('sheet') : colour('ink-soft'), formatter: ({ value }) => value || '' },
        data: lines.map(({ figures }) => figures[at].count || (lying ? null : 0)),
      })),
    }, true)
  }
}
customElements.define('office-chart', OfficeChart)
