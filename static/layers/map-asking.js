// The map's tools that answer at once: a measure, and what lies in a shape.
import { fetchFragment } from 'govmap/http'
import { areaText, lengthText, measured, startMeasuring } from 'layers/measuring'

const PAUSE = 400 // ms without a key before asking

export class MeasureTool {
  draws = ['line', 'polygon', 'rectangle', 'spot']

  constructor(tools) {
    this.tools = tools
    this.panel = tools.querySelector('[data-panel="measure"]')
    this.list = this.panel.querySelector('[data-measures]')
  }

  async open() {
    try {
      this.ellipsoid = await startMeasuring(this.tools.dataset.geodesic)
    } catch {
      this.tools.say('failed')
    }
  }

  close() { this.list.replaceChildren() }

  drawing(corners, kind) {
    if (this.ellipsoid && corners.length > (kind === 'spot' ? 0 : 1)) this.tell(corners, kind)
  }

  drawn(text, kind) {
    const { exact } = this.tools.drawing // an address knows metres only
    this.tools.drawing.mark(text, kind, exact)
    this.drawing(exact, kind)
  }

  tell(corners, kind) {
    const words = this.list.dataset
    const rows = []
    if (kind === 'spot') rows.push([words.spotWord, corners[0].map((degrees) => degrees.toFixed(6)).join(', ')])
    else {
      const { length, border, area } = measured(this.ellipsoid, corners, kind !== 'line' && corners.length > 2)
      if (length !== undefined) rows.push([words.length, lengthText(length)])
      else rows.push([words.areaWord, areaText(area, words.mu)], [words.border, lengthText(border)])
    }
    this.list.replaceChildren(...rows.flatMap(([title, value]) => [made('dt', title), made('dd', value, 'number')]))
  }
}

export class QueryTool {
  draws = ['spot', 'line', 'polygon', 'rectangle']

  constructor(tools) {
    this.tools = tools
    this.panel = tools.querySelector('[data-panel="query"]')
    this.body = this.panel.querySelector('[data-query-body]')
    this.first = this.body.innerHTML
    this.metres = this.panel.querySelector('[data-metres]')
    this.metres.addEventListener('input', () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.shape && this.ask(), PAUSE)
    })
    this.body.addEventListener('click', (event) => this.clicked(event))
  }

  close() {
    this.asked?.abort()
    this.shape = null
    this.body.innerHTML = this.first
    this.body.setAttribute('aria-busy', 'false')
  }

  drawn(text, kind) {
    this.shape = { kind: kind === 'polygon' || kind === 'rectangle' ? 'area' : kind, shape: text }
    this.tools.drawing.mark(text, kind)
    // A spot and a line have no inside.
    if (this.shape.kind !== 'area' && !Number(this.metres.value)) this.metres.value = 50
    this.ask()
  }

  async ask(more = {}) {
    const { page } = this.tools
    const layers = page.tree.shown()
    if (!layers.length) return void (this.body.textContent = this.body.dataset.none)
    this.asked?.abort()
    const asked = (this.asked = new AbortController())
    const metres = Number(this.metres.value)
    const query = new URLSearchParams({
      ...this.shape, layers: layers.join(','), ...(metres > 0 && { metres }), ...(page.time.day && { at: page.time.day }), ...more,
    })
    this.body.setAttribute('aria-busy', 'true')
    try {
      const { ok, html, status, response } = await fetchFragment(`${this.tools.dataset.query}?${query}`, { signal: asked.signal })
      if (response?.redirected) return location.reload() // signed out meanwhile
      // Of a question that cannot be read the server says why.
      if (ok || status === 400) this.body.innerHTML = html
      else this.body.textContent = this.body.dataset.failed
    } catch (error) {
      if (error.name !== 'AbortError') throw error
      return
    }
    this.body.setAttribute('aria-busy', 'false')
  }

  clicked(event) {
    const layer = event.target.closest('[data-layer-code]')
    if (layer) {
      const { layerCode, after } = layer.dataset
      return this.ask({ layer: layerCode, ...(after && { after }) })
    }
    const row = event.target.closest('[data-outline]')
    if (!row) return
    const outline = JSON.parse(row.dataset.outline)
    for (const other of this.body.querySelectorAll('tr')) other.toggleAttribute('aria-current', other === row)
    this.tools.page.goTo(outline)
  }
}

function made(name, text, className = '') {
  const element = document.createElement(name)
  element.className = className
  element.textContent = text
  return element
}
