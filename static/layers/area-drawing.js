// Drawing on the map: by mouse, by touch, and with the keyboard, where the map's own
// cross marks the place that Enter sets a corner at.
import { crosses, readArea, writeArea } from 'layers/area-code'

const MOST = 200 // corners
const SAME = 8 // pixels: a second click here is the same corner
const DECIMALS = 7 // a centimetre: who measures means it; addresses round it to a metre
const LEAST = { line: 2, spot: 1 } // corners; areas have three
const AT_ONCE = { rectangle: 2, spot: 1 } // after so many it is finished

export class AreaDrawing {
  // bar: the toolbar with its words; done(text, kind): something was drawn, '' for none;
  // changed(corners, kind): while it is drawn
  constructor(map, bar, done, changed = () => {}) {
    Object.assign(this, { map, bar, done, changed, kind: null, corners: [] })
    this.part = (name) => bar.querySelector(`[data-area-${name}]`)
    bar.hidden = false
    // A click on the bar is none on the map.
    L.DomEvent.disableClickPropagation(bar)
    bar.addEventListener('click', (event) => this.chosen(event))
    map.onClick(({ lon, lat }) => this.kind && this.add([lon, lat]))
    map.leaflet.on('mousemove', ({ latlng }) => this.kind && this.draw([latlng.lng, latlng.lat]))
    map.leaflet.on('move', () => this.kind && this.onKeyboard() && this.draw(this.centre()))
    map.leaflet.on('dblclick', () => this.isOpen && this.finish())
    map.element.addEventListener('keydown', (event) => this.key(event))
  }

  // The area that the address has.
  show(text) {
    if (this.mark(text)) this.map.leaflet.fitBounds(this.drawn.getBounds(), { padding: [40, 40], animate: false })
  }

  // What was drawn stays upon the map, which stays where it is.
  mark(text, kind = 'polygon', exact = readArea(text)) {
    const corners = exact.map(turned)
    this.forget()
    if (corners.length < (LEAST[kind] ?? 3)) return null
    const look = { className: 'area-drawn', interactive: false }
    if (kind === 'spot') this.drawn = L.circleMarker(corners[0], { ...look, radius: 7 })
    else this.drawn = kind === 'line' ? L.polyline(corners, { ...look, fill: false }) : L.polygon(corners, look)
    return this.drawn.addTo(this.map.leaflet)
  }

  forget() {
    this.drawn?.remove()
    this.drawn = null
  }

  // Whether corners go on until somebody says that it is enough.
  get isOpen() { return Boolean(this.kind) && !AT_ONCE[this.kind] }

  chosen(event) {
    const kind = event.target.closest('[data-draw]')?.dataset.draw
    if (kind) this.start(kind)
    else if (event.target.closest('[data-area-finish]')) this.finish()
    else if (event.target.closest('[data-area-undo]')) this.undo()
    else if (event.target.closest('[data-area-cancel]')) this.stop()
    else if (event.target.closest('[data-area-clear]')) this.done('')
  }

  start(kind) {
    this.drawn?.remove() // comes back where drawing is given up
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
    this.part('finish').hidden = !this.isOpen
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
      if (this.onKeyboard() && this.isOpen) this.finish()
      return
    }
    if (this.corners.length === MOST) return this.say(this.bar.dataset.many)
    this.corners.push(corner.map((degrees) => Number(degrees.toFixed(DECIMALS))))
    if (this.corners.length === AT_ONCE[this.kind]) return this.finish()
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
    const { kind } = this
    const corners = this.ring(this.corners)
    if (corners.length < (LEAST[kind] ?? 3)) return this.say(this.bar.dataset.few)
    const text = writeArea(corners)
    if (!LEAST[kind] && crosses(readArea(text))) return this.say(this.bar.dataset.crosses)
    this.stop()
    this.exact = corners
    return this.done(text, kind)
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
    const look = { className: 'area-draft', interactive: false }
    const line = this.kind === 'line' ? L.polyline(corners.map(turned), { ...look, fill: false }) : L.polygon(corners.map(turned), look)
    this.draft = L.layerGroup([line, ...dots]).addTo(this.map.leaflet)
    this.changed(corners, this.kind)
  }
}

function turned([lon, lat]) {
  return [lat, lon]
}
