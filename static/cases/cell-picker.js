// <cell-picker>: cells clicked on the map, one by one, written into the field beside it.
// Without scripts their codes are typed.
import { createMap } from 'layers/map-core'

const SHOWN = 60 // cells of a rule that are drawn when the page opens

class CellPicker extends HTMLElement {
  async connectedCallback() {
    this.field = document.getElementById(this.dataset.field)
    this.cells = new Map()
    this.hidden = false
    this.map = await createMap(this.querySelector('[data-map]'))
    this.map.onClick(({ lon, lat }) => this.click(lon, lat))
    this.field.addEventListener('change', () => this.read())
    await this.read()
    if (this.cells.size) this.map.fit(this.collection())
  }

  disconnectedCallback() {
    this.map?.destroy()
  }

  codes() {
    return this.field.value.split(/[\s,，、]+/).filter(Boolean)
  }

  // The field is the truth; the map shows it.
  async read() {
    const codes = this.codes()
    for (const code of [...this.cells.keys()]) if (!codes.includes(code)) this.cells.delete(code)
    const missing = codes.filter((code) => /^\d{15}$/.test(code) && !this.cells.has(code))
    const found = await Promise.all(missing.slice(0, SHOWN).map((code) => fetchJson(`/api/v1/cells/${code}/`)))
    for (const cell of found) if (cell) this.cells.set(cell.properties.code, cell)
    this.draw()
  }

  async click(lon, lat) {
    const answer = await fetchJson(`/api/v1/cells/?bbox=${lon},${lat},${lon},${lat}`)
    const cell = answer?.features.find(({ geometry }) => holds(geometry, lon, lat))
    if (!cell) return
    const { code } = cell.properties
    const codes = this.codes()
    if (codes.includes(code)) this.cells.delete(code)
    else this.cells.set(code, cell)
    const kept = codes.includes(code) ? codes.filter((other) => other !== code) : [...codes, code]
    this.field.value = kept.join(' ')
    this.draw()
  }

  collection() {
    return { type: 'FeatureCollection', features: [...this.cells.values()] }
  }

  draw() {
    this.map.show(this.cells.size ? this.collection() : null)
    this.querySelector('[data-said]').textContent = `${this.codes().length} ${this.dataset.picked}`
  }
}

async function fetchJson(url) {
  try {
    const response = await fetch(url, { headers: { Accept: 'application/json' } })
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}

function holds({ type, coordinates }, x, y) {
  const polygons = type === 'Polygon' ? [coordinates] : coordinates
  return polygons.some(([ring]) => {
    let inside = false
    ring.forEach(([x1, y1], index) => {
      const [x2, y2] = ring[(index + ring.length - 1) % ring.length]
      if ((y1 > y) !== (y2 > y) && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
    })
    return inside
  })
}

customElements.define('cell-picker', CellPicker)
