// Drawing an area on the map: by mouse, by touch, and with the keyboard, where the
// map's own cross marks the place that Enter sets a corner at.
import { crosses, readArea, writeArea } from 'layers/area-code'

const MOST = 200 // corners
const SAME = 8 // pixels: a second click here is the same corner
const DECIMALS = 5

export class AreaDrawing {
  // bar: the toolbar with its words; done(text): an area was drawn, '' for none
  constructor(map, bar, done) {
    Object.assign(this, { map, bar, done, kind: null, corners: [] })
    this.part = (name) => bar.querySelector(`[data-area-${name}]`)
    bar.hidden = false
    // A click on the bar is none on the map.
    L.DomEvent.disableClickPropagation(bar)
    bar.addEventListener('click', (event) => this.chosen(event))
    map.onClick(({ lon, lat }) => this.kind && this.add([lon, lat]))
    map.leaflet.on('mousemove', ({ latlng }) => this.kind && this.draw([latlng.lng, latlng.lat]))
    map.leaflet.on('move', () => this.kind && this.onKeyboard() && this.draw(this.centre()))
    map.leaflet.on('dblclick', () => this.kind === 'polygon' && this.finish())
    map.element.addEventListener('keydown', (event) => this.key(event))
  }

  // The area that the address has.
  show(text) {
    const corners = readArea(text)
    this.drawn?.remove()
    if (corners.length < 3) return
    this.drawn = L.polygon(corners.map(turned), { className: 'area-drawn', interactive: false }).addTo(this.map.leaflet)
    this.map.leaflet.fitBounds(this.drawn.getBounds(), { padding: [40, 40], animate: false })
  }

  chosen(event) {
    const kind = event.target.closest('[data-draw]')?.dataset.draw
    if (kind) this.start(kind)
    else if (event.target.closest('[data-area-finish]')) this.finish()
    else if (event.target.closest('[data-area-undo]')) this.undo()
    else if (event.target.closest('[data-area-cancel]')) this.stop()
    else if (event.target.closest('[data-area-clear]')) this.done('')
  }

  start(kind) {
    this.drawn?.remove()
    Object.assign(this, { kind, corners: [] })
    this.map.leaflet.doubleClickZoom.disable()
    this.map.element.classList.add('is-drawing')
    this.turn(true)
    this.say(this.bar.dataset[kind])
    this.map.element.focus()
    this.draw()
  }

  stop() {
    Object.assign(this, { kind: null, corners: [] })
    this.draft?.remove()
    this.drawn?.addTo(this.map.leaflet)
    this.map.leaflet.doubleClickZoom.enable()
    this.map.element.classList.remove('is-drawing')
    this.turn(false)
    this.say('')
  }

  turn(drawing) {
    this.part('idle').hidden = drawing
    this.part('drawing').hidden = !drawing
    this.part('finish').hidden = this.kind === 'rectangle'
  }

  say(text) { this.part('said').textContent = text ?? '' }
  onKeyboard() { return document.activeElement === this.map.element && this.map.element.matches(':focus-visible') }

  centre() {
    const { lat, lng } = this.map.leaflet.getCenter()
    return [lng, lat]
  }

  key(event) {
    if (!this.kind || event.target !== this.map.element) return
    if (event.key === 'Backspace') this.undo()
    else if (event.key === 'Escape') this.stop()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  add(corner) {
    const [last] = this.corners.slice(-1)
    if (last && this.isSame(last, corner)) {
      // Enter twice at one place ends it, as a double click does.
      if (this.onKeyboard() && this.kind === 'polygon') this.finish()
      return
    }
    if (this.corners.length === MOST) return this.say(this.bar.dataset.many)
    this.corners.push(corner.map((degrees) => Number(degrees.toFixed(DECIMALS))))
    if (this.kind === 'rectangle' && this.corners.length === 2) return this.finish()
    return this.draw()
  }

  isSame(one, other) {
    const [a, b] = [one, other].map((corner) => this.map.leaflet.latLngToContainerPoint(turned(corner)))
    return a.distanceTo(b) < SAME
  }

  undo() {
    this.corners.pop()
    this.say(this.bar.dataset[this.kind])
    this.draw()
  }

  finish() {
    const corners = this.ring(this.corners)
    if (corners.length < 3) return this.say(this.bar.dataset.few)
    if (crosses(corners)) return this.say(this.bar.dataset.crosses)
    this.stop()
    return this.done(writeArea(corners))
  }

  ring(corners) {
    if (this.kind !== 'rectangle' || corners.length < 2) return corners
    const [[west, south], [east, north]] = corners
    return [[west, south], [east, south], [east, north], [west, north]]
  }

  // With the side that would come next, where there is one.
  draw(next = null) {
    this.draft?.remove()
    const corners = this.ring(next ? [...this.corners, next] : this.corners)
    const dots = this.corners.map((corner) => L.circleMarker(turned(corner), { radius: 5, className: 'area-corner', interactive: false }))
    const line = L.polygon(corners.map(turned), { className: 'area-draft', interactive: false })
    this.draft = L.layerGroup([line, ...dots]).addTo(this.map.leaflet)
  }
}

function turned([lon, lat]) {
  return [lat, lon]
}
