// <map-print>: a sheet of paper with the map at a scale, for the browser to print.
//
// A sheet is as large on the screen as on paper (CSS millimetres), so a scale is a zoom.
// Browsers print a WebGL canvas empty: what is printed is a picture taken of it.
import { createMap, words } from 'layers/map-core'
import { HIDDEN, adjusted, shared } from 'layers/map-layers'

const PIXEL = 0.0254 / 96 // metres of paper to a CSS pixel
const WORLD = 156543.03392804097 // metres to a pixel at zoom 0 on the equator
const SHARP = 2 // canvas pixels to a CSS pixel: 192 dpi
const HASH = /^#(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/
const BAR = [20, 60] // millimetres, the least and the most

class MapPrint extends HTMLElement {
  async connectedCallback() {
    this.piece = (name) => this.querySelector(`[data-${name}]`)
    this.form = this.piece('print-form')
    this.sheet = this.piece('sheet')
    document.documentElement.dataset.bsTheme = 'light' // paper is white
    // A sheet without some of its tiles says so, before somebody relies on it.
    this.addEventListener('map:error', ({ detail }) => this.say((this.trouble = detail.text)))
    this.addEventListener('map:calm', () => { this.trouble = null })
    try {
      await this.start()
    } catch (error) {
      this.say(error.message)
    }
  }

  async start() {
    const [, zoom, lat, lon] = HASH.exec(location.hash) ?? []
    const asked = shared(`?layers=${this.dataset.shown}`)
    const day = new URLSearchParams(location.search).get('at')
    this.map = await createMap(this.piece('print-map'), {
      ...(zoom && { zoom: Number(zoom), center: [Number(lon), Number(lat)] }),
      style: day ? `${this.dataset.style}?at=${day}` : this.dataset.style,
      adjust: (style) => adjusted(style, (code) => asked[code] ?? HIDDEN),
    })
    this.map.leaflet.options.zoomSnap = 0
    this.map.leaflet.scrollWheelZoom.disable()
    this.map.leaflet.doubleClickZoom.disable()
    this.map.gl?.setPixelRatio(SHARP)
    this.form.scale.value = this.nearest()
    this.form.addEventListener('input', () => this.lay())
    this.form.addEventListener('submit', (event) => {
      event.preventDefault()
      print()
    })
    this.map.leaflet.on('movestart', () => this.wait())
    this.map.gl?.on('idle', () => this.take())
    this.lay()
  }

  say(text) { this.piece('print-said').textContent = text }

  get ground() { return WORLD * Math.cos((this.map.leaflet.getCenter().lat * Math.PI) / 180) }

  // The scale on offer that is nearest to what the map showed.
  nearest() {
    const now = this.ground / 2 ** this.map.leaflet.getZoom() / PIXEL
    const offered = Array.from(this.form.scale.options, ({ value }) => Number(value))
    return offered.reduce((best, one) => (Math.abs(Math.log(one / now)) < Math.abs(Math.log(best / now)) ? one : best))
  }

  lay() {
    const { title, paper, way, scale, legend } = this.form
    Object.assign(this.sheet.dataset, { paper: paper.value, way: way.value })
    this.piece('sheet-title').textContent = title.value
    this.piece('legend').hidden = !legend.checked
    this.piece('watermark').textContent = `${this.piece('watermark').dataset.words}　　`.repeat(60)
    this.wait()
    this.map.leaflet.invalidateSize({ animate: false })
    const zoom = Math.log2(this.ground / (Number(scale.value) * PIXEL))
    this.map.leaflet.setView(this.map.leaflet.getCenter(), zoom, { animate: false })
    this.measure(Number(scale.value))
    this.piece('credits').textContent = this.querySelector('.leaflet-control-attribution')?.textContent ?? ''
    this.map.gl?.triggerRepaint()
  }

  // A bar of a round length.
  measure(scale) {
    const lengths = [1, 2, 5].flatMap((digit) => [1, 10, 100, 1000].map((power) => digit * power)).sort((a, b) => a - b)
    const metres = lengths.find((one) => (one / scale) * 1000 >= BAR[0]) ?? lengths.at(-1)
    this.piece('scale-bar').style.width = `${Math.min((metres / scale) * 1000, BAR[1])}mm`
    this.piece('scale-length').textContent = metres < 1000 ? `${metres} m` : `${metres / 1000} km`
    this.piece('scale-words').textContent = `1 : ${scale}`
  }

  wait() {
    this.taken = false
    this.piece('print-now').disabled = true
    this.say(this.map.gl ? this.piece('print-said').dataset.drawing : words.noWebgl)
  }

  // The canvas holds its picture only within the frame that drew it.
  take() {
    if (this.taken) return
    this.taken = true
    const { gl, element } = this.map
    gl.once('render', () => {
      const canvas = gl.getCanvas()
      const frame = element.getBoundingClientRect()
      const place = canvas.getBoundingClientRect()
      this.picture ??= element.appendChild(Object.assign(document.createElement('img'), { className: 'print-picture', alt: '' }))
      Object.assign(this.picture.style, {
        left: `${place.left - frame.left}px`, top: `${place.top - frame.top}px`, width: `${place.width}px`, height: `${place.height}px`,
      })
      this.picture.onload = () => {
        this.piece('print-now').disabled = false
        this.say(this.trouble ?? this.piece('print-said').dataset.ready)
        this.dataset.ready = 'true'
      }
      this.picture.src = onWhite(canvas).toDataURL('image/jpeg', 0.92)
    })
    gl.triggerRepaint()
  }
}

// What the map leaves open is the paper.
function onWhite(canvas) {
  const sheet = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height })
  const pen = sheet.getContext('2d')
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, sheet.width, sheet.height)
  pen.drawImage(canvas, 0, 0)
  return sheet
}

customElements.define('map-print', MapPrint)
