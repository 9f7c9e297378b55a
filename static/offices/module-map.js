// <module-map>: the records of a list as vector tiles, with the module's symbol and
// label, ringed by phase; a point opens its record.
import { createMap } from 'layers/map-core'
import { keepPicture, pictureOf, recordLayers } from 'offices/record-layers'

class ModuleMap extends HTMLElement {
  async connectedCallback() {
    try {
      this.map = await createMap(this.querySelector('[data-map]'), {
        adjust: (style) => this.styled(style),
        onClick: ({ lon, lat }) => this.picked(lon, lat),
      })
    } catch (error) {
      console.warn(error)
      this.querySelector('[data-failed]').hidden = false
      return
    }
    const { box } = this.dataset
    if (box) this.map.fit(box.split(',').map(Number), { maxZoom: 17, padding: 60 })
    await this.draw()
    this.dataset.ready = 'true'
  }

  disconnectedCallback() { this.map?.destroy() }

  get tiles() {
    const path = this.dataset.tiles.replace('987/654/321', '{z}/{x}/{y}')
    return `${location.origin}${path}${this.dataset.query ? `?${this.dataset.query}` : ''}`
  }

  async draw() {
    const { gl } = this.map
    if (!gl) return
    this.symbol = await pictureOf(this.querySelector('.module-map-symbol svg'))
    keepPicture(gl, this.symbol)
    this.map.restyle()
  }

  styled(style) {
    const of = { source: 'records', 'source-layer': 'records' }
    const told = { color: this.dataset.color, css: getComputedStyle(this), symbol: this.symbol }
    return {
      ...style,
      sources: { ...style.sources, records: { type: 'vector', tiles: [this.tiles], maxzoom: 16 } },
      layers: [...style.layers, ...recordLayers(of, told)],
    }
  }

  picked(lon, lat) {
    const { gl } = this.map
    if (!gl) return
    const { x, y } = gl.project([lon, lat])
    const [found] = gl.queryRenderedFeatures([[x - 8, y - 8], [x + 8, y + 8]], { layers: ['records-ring'] })
    if (found) location.href = `${this.dataset.record}${found.properties.id}/`
  }
}
customElements.define('module-map', ModuleMap)
