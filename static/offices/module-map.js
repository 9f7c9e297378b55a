// <module-map>: the records of a list as vector tiles, with the module's symbol and
// label, ringed by phase; a point opens its record.
import { createMap } from 'layers/map-core'

const PHASES = ['collect', 'dispatch', 'resolve', 'verify', 'done']
const SIZE = 48 // pixels of the symbol's picture, drawn at half

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

  // The icon of the legend, white, as a picture that the map may place.
  async draw() {
    const { gl } = this.map
    if (!gl) return
    const svg = this.querySelector('.module-map-symbol svg').cloneNode(true)
    const said = { xmlns: 'http://www.w3.org/2000/svg', width: SIZE, height: SIZE, stroke: '#fff', fill: 'none', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }
    for (const [name, value] of Object.entries(said)) svg.setAttribute(name, value)
    const picture = new Image(SIZE, SIZE)
    picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`
    await picture.decode()
    const canvas = Object.assign(document.createElement('canvas'), { width: SIZE, height: SIZE })
    const pen = canvas.getContext('2d')
    pen.drawImage(picture, 0, 0, SIZE, SIZE)
    this.symbol = pen.getImageData(0, 0, SIZE, SIZE)
    this.put()
    gl.on('styledata', () => this.put())
    this.map.restyle()
  }

  // A style that is set anew forgets its pictures.
  put() {
    const { gl } = this.map
    if (!gl.hasImage('symbol')) gl.addImage('symbol', this.symbol, { pixelRatio: 3 })
  }

  styled(style) {
    const css = getComputedStyle(this)
    const colour = (name) => css.getPropertyValue(`--${name}`).trim()
    const phase = ['match', ['get', 'phase'], ...PHASES.flatMap((name) => [name, colour(`phase-${name}`)]), colour('ink')]
    const of = { source: 'records', 'source-layer': 'records' }
    return {
      ...style,
      sources: { ...style.sources, records: { type: 'vector', tiles: [this.tiles], maxzoom: 16 } },
      layers: [
        ...style.layers,
        { id: 'records-ring', type: 'circle', ...of, paint: { 'circle-color': this.dataset.color, 'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, 3, 14, 10], 'circle-stroke-color': phase, 'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 10, 1, 14, 3] } },
        ...(this.symbol ? [{ id: 'records-symbol', type: 'symbol', ...of, minzoom: 13, layout: { 'icon-image': 'symbol', 'icon-allow-overlap': true } }] : []),
        { id: 'records-label', type: 'symbol', ...of, minzoom: 15, layout: { 'text-field': ['case', ['==', ['get', 'label'], ''], ['get', 'number'], ['get', 'label']], 'text-size': 13, 'text-offset': [0, 1.1], 'text-anchor': 'top', 'text-max-width': 9 }, paint: { 'text-color': colour('ink'), 'text-halo-color': colour('sheet'), 'text-halo-width': 1.5 } },
      ],
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
